import { zoomStep } from './zoom.ts';

/** What a key does in the reader. Null: nothing of ours. */
export type Deed =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'screen-up'
  | 'screen-down'
  | 'first'
  | 'last'
  | 'zoom-in'
  | 'zoom-out'
  | 'zoom-fit'
  | 'full-screen'
  | 'search'
  | 'close';

const deeds: Record<string, Deed> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'screen-up',
  PageDown: 'screen-down',
  ' ': 'screen-down',
  Home: 'first',
  End: 'last',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '0': 'zoom-fit',
  f: 'full-screen',
  F: 'full-screen',
  '/': 'search',
  Escape: 'close',
};

/** Keys typed into a field, pressed on a control that uses them, or with a modifier are not ours. */
export function deedOf(event: KeyboardEvent): Deed | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null;
  const deed = deeds[event.key] ?? null;
  const target = event.target instanceof Element ? event.target : null;
  if (deed === 'close') return deed;
  if (target?.closest('input, textarea, select, [contenteditable]')) return null;
  const control = target?.closest('button, a, [role="tab"], [role="radio"]');
  if (control && (event.key === ' ' || control.getAttribute('role'))) return null;
  if (deed === 'screen-down' && event.key === ' ' && event.shiftKey) return 'screen-up';
  // In the side panel the arrows and the page keys scroll the panel.
  if (target?.closest('aside') && deed !== 'search' && deed !== 'full-screen') return null;
  return deed;
}

interface Scrolled {
  overflows(): { across: boolean; down: boolean };
  /** By parts of the screen. False when there was nothing left to scroll. */
  scrollBy(across: number, down: number): boolean;
  zoomBy(factor: number): void;
}

interface Acts {
  turn(by: 1 | -1): void;
  first(): void;
  last(): void;
  wholePage(): void;
  fullScreen(): void;
  search(): void;
  close(): void;
}

/**
 * Does it. Level arrows turn pages unless the page is wider than the screen; the page keys scroll first and turn at the end.
 * `column`: pages stand below one another.
 */
export function perform(deed: Deed, stage: Scrolled, column: boolean, on: Acts): void {
  const level = (by: 1 | -1): void => {
    if (stage.overflows().across && !column) stage.scrollBy(by * 0.15, 0);
    else on.turn(by);
  };
  const through = (by: 1 | -1): void => {
    if (!stage.scrollBy(0, by * 0.9)) on.turn(by);
  };
  const acts: Record<Deed, () => void> = {
    left: () => level(-1),
    right: () => level(1),
    up: () => void stage.scrollBy(0, -0.15),
    down: () => void stage.scrollBy(0, 0.15),
    'screen-up': () => through(-1),
    'screen-down': () => through(1),
    first: on.first,
    last: on.last,
    'zoom-in': () => stage.zoomBy(zoomStep),
    'zoom-out': () => stage.zoomBy(1 / zoomStep),
    'zoom-fit': on.wholePage,
    'full-screen': on.fullScreen,
    search: on.search,
    close: on.close,
  };
  acts[deed]();
}
