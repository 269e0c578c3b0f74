import { growing, push } from './embedded-lists.ts';
import type { Room } from './embedded-room.ts';
import type { Snapshot } from './embedded-snapshot.ts';

/** Pages that were found, ascending, and where they stand in the list of each part of the query, where that is known. */
export interface FoundPages {
  pages: Int32Array;
  places: Int32Array[] | null;
}

export function pagesKept({ pages, places }: FoundPages, keep: (page: number) => boolean, room: Room): FoundPages {
  const kept = room.ints(pages.length);
  const lists = places?.map(() => room.ints(pages.length)) ?? null;
  let count = 0;
  for (let at = 0; at < pages.length; at++) {
    if (!keep(pages[at]!)) continue;
    kept[count] = pages[at]!;
    lists?.forEach((list, number) => (list[count] = places![number]![at]!));
    count++;
  }
  return { pages: kept.subarray(0, count), places: lists?.map((list) => list.subarray(0, count)) ?? null };
}

/** Which of the pages found are of which entry. Pages of one record follow one another but for records that grew. */
export interface PageRuns {
  /** By place in the entries: where its last run stands in `list`; -1 for none. */
  last: Int32Array;
  /** By threes: the first place in the pages, the place after the last, and where the run before of the same entry stands (-1). */
  list: Int32Array;
}

/** Entries and pages ascend; each page is of one of the entries. */
export function runsOf({
  snapshot: { entryOfPage },
  entries,
  pages,
}: {
  snapshot: Pick<Snapshot, 'entryOfPage'>;
  entries: Int32Array;
  pages: Int32Array;
}): PageRuns {
  const last = new Int32Array(entries.length).fill(-1);
  const list = growing(Math.min(pages.length, entries.length) * 3 + 3);
  for (let at = 0, place = -1; at < pages.length;) {
    const entry = entryOfPage[pages[at]!]!;
    const from = at;
    do at++;
    while (at < pages.length && entryOfPage[pages[at]!] === entry);
    place = entries[place + 1] === entry ? place + 1 : placeOf(entries, entry);
    const run = list.count;
    push(list, from);
    push(list, at);
    push(list, last[place]!);
    last[place] = run;
  }
  return { last, list: list.list };
}

function placeOf(list: Int32Array, wanted: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
