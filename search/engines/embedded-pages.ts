import { eachSet, nextIn, type Bits } from './embedded-bits.ts';
import { ascending, growing, grown, push } from './embedded-lists.ts';
import { eachRun, type Snapshot } from './embedded-snapshot.ts';

/** Pages that were found: ascending, or a bit for each where they may be many. */
export type FoundPages = { list: Int32Array } | { bits: Bits };

/** Those of some entries, ascending. `some`: ascending, or null for all. */
export function pagesOf(snapshot: Snapshot, pages: FoundPages, some: Int32Array | null): Int32Array {
  if ('list' in pages) {
    if (some === null || pages.list.length === 0) return pages.list;
    const among = new Uint8Array(snapshot.nextEntry);
    for (const entry of some) among[entry] = 1;
    return pages.list.filter((page) => among[snapshot.entryOfPage[page]!] === 1);
  }
  const { bits } = pages;
  const found = growing(1024);
  if (some === null) {
    eachSet(bits, 0, bits.length, (page) => push(found, page));
    return grown(found);
  }
  for (const entry of some) {
    eachRun(snapshot, snapshot.recordOf[entry]!, (first, count) => {
      for (let page = nextIn(bits, first); page >= 0 && page < first + count; page = nextIn(bits, page + 1))
        push(found, page);
    });
  }
  return ascending(grown(found));
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
