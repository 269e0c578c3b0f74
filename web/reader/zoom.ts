/** How large pages are shown, as plain numbers. Scale is CSS pixels for one pixel of the scan. */

export type Fit = 'whole' | 'width' | 'height' | 'pixels';
export interface Size {
  width: number;
  height: number;
}
export interface Point {
  x: number;
  y: number;
}

/** The scale at which `content` fits `box`. 'pixels': one pixel of the scan on one pixel of the screen. */
export function fitScale(fit: Fit, content: Size, box: Size, pixelRatio: number): number {
  const across = box.width / content.width;
  const down = box.height / content.height;
  switch (fit) {
    case 'whole':
      return Math.min(across, down);
    case 'width':
      return across;
    case 'height':
      return down;
    case 'pixels':
      return 1 / pixelRatio;
  }
}

/** Factors of the zoom buttons are steps of this. */
export const zoomStep = 1.25;

/** The smallest and largest scale: from half of the whole page to four times the scan, and always at least four times the whole page. */
export function scaleLimits(content: Size, box: Size, pixelRatio: number): { least: number; most: number } {
  const whole = fitScale('whole', content, box, pixelRatio);
  return { least: Math.min(whole, 1 / pixelRatio) / 2, most: Math.max(4 / pixelRatio, whole * 4) };
}

export const clampScale = (scale: number, limits: { least: number; most: number }): number =>
  Math.min(limits.most, Math.max(limits.least, scale));

/** The room left of and above content that is smaller than its box: it stands in the middle. */
export const marginOf = (content: Size, box: Size): Point => ({
  x: Math.max(0, (box.width - content.width) / 2),
  y: Math.max(0, (box.height - content.height) / 2),
});

/** The furthest a box can be scrolled over content. */
export const scrollLimit = (content: Size, box: Size): Point => ({
  x: Math.max(0, content.width - box.width),
  y: Math.max(0, content.height - box.height),
});

export const clampScroll = (scroll: Point, limit: Point): Point => ({
  x: Math.min(limit.x, Math.max(0, scroll.x)),
  y: Math.min(limit.y, Math.max(0, scroll.y)),
});

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
export const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** A turn of the page by a finger: far, quick and level enough. -1: to the page before. */
export function swipeOf(from: Point, to: Point, milliseconds: number): 1 | -1 | null {
  const across = to.x - from.x;
  const down = to.y - from.y;
  if (milliseconds > 700 || Math.abs(across) < 48 || Math.abs(across) < 1.7 * Math.abs(down)) return null;
  return across < 0 ? 1 : -1;
}
