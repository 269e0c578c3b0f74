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
