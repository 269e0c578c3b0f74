import { distance, middle, type Point, swipeOf } from './zoom.ts';

export interface Gestures {
  /** May a level move of one finger turn the page, or does it scroll? */
  maySwipe(direction: 1 | -1): boolean;
  turn(by: 1 | -1): void;
  /** Zoom by `factor` around a point of the box. */
  zoomBy(factor: number, around: Point): void;
  /** Zoom in on a point, or back to the whole page. */
  doubleTap(at: Point): void;
  dragged(x: number, y: number): void;
}

/**
 * Fingers, mouse and touchpad on the stage. Scrolling with one finger stays the browser's own; two fingers zoom; a level swipe turns
 * the page where there is nothing left to scroll; a mouse drags the paper, and selects where there are words.
 */
export function gestures(element: HTMLElement, on: Gestures): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const local = (touch: { clientX: number; clientY: number }): Point => {
    const box = element.getBoundingClientRect();
    return { x: touch.clientX - box.left, y: touch.clientY - box.top };
  };

  let one: { from: Point; at: number; may: Record<'-1' | '1', boolean> } | null = null;
  let two: { apart: number } | null = null;
  let tap: { at: Point; when: number } | null = null;

  element.addEventListener(
    'touchstart',
    (event) => {
      if (event.touches.length === 2) {
        const [a, b] = [local(event.touches[0]!), local(event.touches[1]!)];
        two = { apart: distance(a, b) };
        one = null;
        event.preventDefault();
      } else if (event.touches.length === 1) {
        one = {
          from: local(event.touches[0]!),
          at: event.timeStamp,
          may: { '-1': on.maySwipe(-1), '1': on.maySwipe(1) },
        };
      }
    },
    { passive: false, signal },
  );
  element.addEventListener(
    'touchmove',
    (event) => {
      if (!two || event.touches.length < 2) return;
      event.preventDefault();
      const [a, b] = [local(event.touches[0]!), local(event.touches[1]!)];
      const apart = distance(a, b);
      if (apart < 10 || two.apart < 10) return;
      on.zoomBy(apart / two.apart, middle(a, b));
      two.apart = apart;
    },
    { passive: false, signal },
  );
  element.addEventListener(
    'touchend',
    (event) => {
      if (event.touches.length < 2) two = null;
      const began = one;
      one = null;
      if (!began || event.touches.length > 0) return;
      const end = local(event.changedTouches[0]!);
      if (!getSelection()?.isCollapsed) return; // a finger that selects words turns no page
      const by = swipeOf(began.from, end, event.timeStamp - began.at);
      if (by && began.may[`${by}`]) {
        on.turn(by);
        return;
      }
      if (distance(began.from, end) > 12 || event.timeStamp - began.at > 250) return;
      if (tap && event.timeStamp - tap.when < 320 && distance(tap.at, end) < 32) {
        tap = null;
        event.preventDefault();
        on.doubleTap(end);
      } else tap = { at: end, when: event.timeStamp };
    },
    { passive: false, signal },
  );
  element.addEventListener('touchcancel', () => ((one = null), (two = null)), { signal });

  element.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return; // also how browsers tell a pinch on a touchpad
      event.preventDefault();
      on.zoomBy(Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.01 : 0.1)), local(event));
    },
    { passive: false, signal },
  );

  element.addEventListener(
    'pointerdown',
    (event) => {
      const target = event.target as HTMLElement;
      if (event.pointerType !== 'mouse' || event.button !== 0 || target.closest('[data-words] > div, button, a'))
        return;
      if (event.offsetX > element.clientWidth && target === element) return; // the scrollbar
      element.setPointerCapture(event.pointerId);
      element.dataset.dragging = '';
      const ended = new AbortController();
      const move = (moved: PointerEvent) => on.dragged(moved.movementX, moved.movementY);
      const end = () => {
        delete element.dataset.dragging;
        ended.abort();
      };
      element.addEventListener('pointermove', move, { signal: ended.signal });
      element.addEventListener('pointerup', end, { signal: ended.signal });
      element.addEventListener('pointercancel', end, { signal: ended.signal });
    },
    { signal },
  );
  return () => stop.abort();
}
