import { type Leaf, type Mode, sizeOf, spreadsOf, spreadWith } from './book.ts';
import { clampScale, fitScale, type Fit, marginOf, type Point, scaleLimits, type Size } from './zoom.ts';

/** Where a page stands, in CSS pixels of the scrolled content. */
export interface Place extends Size {
  page: number;
  x: number;
  y: number;
  /** CSS pixels for one pixel of the scan. */
  scale: number;
}

export interface Layout extends Size {
  places: Place[];
  /** The scale of the page in front, for the zoom figure and its limits. */
  scale: number;
  limits: { least: number; most: number };
}

const gapBetween = 20;
const edge = 12;

/**
 * Places the pages of a view. `zoom` multiplies what `fit` gives. Content smaller than the box stands in its middle; in a spread
 * both pages have one height, as in a book; in a scroll all have one width, at most that of a large screen's page.
 */
export function layoutOf(
  pages: readonly Leaf[],
  mode: Mode,
  page: number,
  fit: Fit,
  zoom: number,
  box: Size,
  pixelRatio: number,
): Layout {
  const inside = { width: Math.max(50, box.width - 2 * edge), height: Math.max(50, box.height - 2 * edge) };
  if (mode === 'scroll') return scrolled(pages, page, fit, zoom, box, inside, pixelRatio);

  const shown = mode === 'spread' ? spreadWith(spreadsOf(pages), page) : [page];
  const sizes = shown.map((number) => ({ number, size: sizeOf(pages, number) }));
  const height = Math.max(...sizes.map(({ size }) => size.height));
  const content = { width: sizes.reduce((sum, { size }) => sum + (size.width * height) / size.height, 0), height };
  const limits = scaleLimits(content, inside, pixelRatio);
  const scale = clampScale(fitScale(fit, content, inside, pixelRatio) * zoom, limits);
  const total = { width: content.width * scale + 2 * edge, height: content.height * scale + 2 * edge };
  const margin = marginOf(total, box);
  let x = margin.x + edge;
  const places = sizes.map(({ number, size }): Place => {
    const own = (height / size.height) * scale;
    const place = {
      page: number,
      x,
      y: margin.y + edge,
      width: size.width * own,
      height: size.height * own,
      scale: own,
    };
    x += place.width;
    return place;
  });
  return { width: Math.max(total.width, box.width), height: Math.max(total.height, box.height), places, scale, limits };
}

const widestScrolled = 900;

function scrolled(
  pages: readonly Leaf[],
  page: number,
  fit: Fit,
  zoom: number,
  box: Size,
  inside: Size,
  pixelRatio: number,
): Layout {
  const front = sizeOf(pages, page);
  const limits = scaleLimits(front, inside, pixelRatio);
  const column = fit === 'whole' ? { width: Math.min(inside.width, widestScrolled), height: Infinity } : inside;
  // All pages have the width of the first, so that turning from one to the next moves nothing sideways.
  const first = sizeOf(pages, 1);
  const scale = clampScale(fitScale(fit, first, column, pixelRatio) * zoom, limits);
  const width = first.width * scale;
  let y = edge;
  const places = pages.map((leaf): Place => {
    const size = sizeOf(pages, leaf.index);
    const own = width / size.width;
    const place = {
      page: leaf.index,
      x: Math.max(edge, (box.width - width) / 2),
      y,
      width,
      height: size.height * own,
      scale: own,
    };
    y += place.height + gapBetween;
    return place;
  });
  return {
    width: Math.max(box.width, width + 2 * edge),
    height: Math.max(box.height, y - gapBetween + edge),
    places,
    scale,
    limits,
  };
}

/** The places that are on screen, and those within `margin` of it. In order. */
export function visible(places: readonly Place[], top: number, height: number, margin: number): Place[] {
  return places.filter((place) => place.y + place.height > top - margin && place.y < top + height + margin);
}

/** The page that takes most of the screen. */
export function frontPage(places: readonly Place[], top: number, height: number): number | null {
  let best: { page: number; seen: number } | null = null;
  for (const place of places) {
    const seen = Math.min(place.y + place.height, top + height) - Math.max(place.y, top);
    if (seen > (best?.seen ?? 0)) best = { page: place.page, seen };
  }
  return best?.page ?? null;
}

/** A spot on a page, as parts of its width and height. */
export interface Anchor {
  page: number;
  x: number;
  y: number;
}

/** The spot of the nearest page under a point of the content. Null where there are no pages. */
export function anchorAt(places: readonly Place[], point: Point): Anchor | null {
  const away = (place: Place): number =>
    Math.hypot(
      Math.max(place.x - point.x, 0, point.x - place.x - place.width),
      Math.max(place.y - point.y, 0, point.y - place.y - place.height),
    );
  let nearest: Place | null = null;
  for (const place of places) if (!nearest || away(place) < away(nearest)) nearest = place;
  return (
    nearest && {
      page: nearest.page,
      x: (point.x - nearest.x) / nearest.width,
      y: (point.y - nearest.y) / nearest.height,
    }
  );
}

/** The scroll that brings a spot under a point of the box again. Null when its page is not in the layout. */
export function scrollTo(places: readonly Place[], anchor: Anchor, point: Point): Point | null {
  const place = places.find((one) => one.page === anchor.page);
  return place
    ? { x: place.x + anchor.x * place.width - point.x, y: place.y + anchor.y * place.height - point.y }
    : null;
}
