import type { ChosenItem } from '../../server/contract/lti.ts';

export type Picked = ChosenItem & { title: string };

const kept = 'tusach-choosing';

/** What a teacher is choosing for a learning platform, over all pages of this tab or frame; `ticket` is null while nobody chooses. */
class Choosing {
  ticket = $state<string | null>(null);
  platform = $state('');
  multiple = $state(false);
  items = $state.raw<Picked[]>([]);
}
export const choosing = new Choosing();

/** Whether this tab was opened to choose something, or was choosing before it was loaded again. */
export function wasSentToChoose(): boolean {
  const asked = new URLSearchParams(location.search).get('choose');
  const before = recall();
  if (asked !== null && asked !== before?.ticket) {
    choosing.ticket = asked;
    keep();
  } else if (before) {
    choosing.ticket = before.ticket;
    choosing.items = before.items;
  }
  return choosing.ticket !== null;
}

export function stopChoosing(): void {
  choosing.ticket = null;
  choosing.items = [];
  keep();
}

export const same = (one: ChosenItem, other: ChosenItem): boolean =>
  one.recordId === other.recordId && one.fileId === other.fileId && one.page === other.page;
export const isPicked = (item: ChosenItem): boolean => choosing.items.some((one) => same(one, item));

export function toggle(item: Picked): void {
  const without = choosing.items.filter((one) => !same(one, item));
  choosing.items = without.length < choosing.items.length ? without : choosing.multiple ? [...without, item] : [item];
  keep();
}

function keep(): void {
  try {
    if (choosing.ticket === null) sessionStorage.removeItem(kept);
    else sessionStorage.setItem(kept, JSON.stringify({ ticket: choosing.ticket, items: choosing.items }));
  } catch {
    // A frame whose storage is shut chooses until it is loaded again.
  }
}

function recall(): { ticket: string; items: Picked[] } | null {
  try {
    return JSON.parse(sessionStorage.getItem(kept) ?? 'null') as { ticket: string; items: Picked[] } | null;
  } catch {
    return null;
  }
}
