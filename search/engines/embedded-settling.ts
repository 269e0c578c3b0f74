import { growing, grown, push } from './embedded-lists.ts';
import { withNeighbours } from './embedded-neighbours.ts';
import { roughlyDescending } from './embedded-order.ts';
import { bounded, type Scores, type Scoring } from './embedded-ranking.ts';
import type { Room } from './embedded-room.ts';

/*
 * Which words stand side by side is looked up where it can change what is shown. Scores are bounds until they are settled.
 */

/** All of them settled. */
export function scored(scoring: Scoring): Scores {
  const scores = bounded(scoring);
  for (let at = 0; at < scoring.entries.length; at++) settleAll(scores, at);
  return scores;
}

/** Makes what a page is worth exact. */
function settlePage({ pages, words, pairs }: Scores, at: number): void {
  if (pages[at] !== words[at]) pages[at] = words[at] = withNeighbours(pairs, at, words[at]!);
}

/** Makes what a record is worth exact, or less than `least`, by looking at those of its pages that may be its best. */
export function settle(scores: Scores, at: number, least: number): void {
  const { pages, runs } = scores;
  const fields = scores.fields[at]! * scores.share[at]!;
  const title = scores.title[at]!;
  let best = 0;
  let others = 0;
  for (let run = runs.last[at]!; run >= 0; run = runs.list[run + 2]!) {
    const end = runs.list[run + 1]!;
    for (let page = runs.list[run]!; page < end; page++) {
      if (pages[page]! <= best) continue;
      if (fields + pages[page]! + title < least) {
        if (pages[page]! > others) others = pages[page]!;
        continue;
      }
      settlePage(scores, page);
      if (pages[page]! > best) best = pages[page]!;
    }
  }
  scores.bestPage[at] = Math.max(best, others);
  scores.records[at] = fields + scores.bestPage[at]! + title;
}

/** A record and all its pages. */
export function settleAll(scores: Scores, at: number): void {
  const { list, last } = scores.runs;
  for (let run = last[at]!; run >= 0; run = list[run + 2]!)
    for (let page = list[run]!; page < list[run + 1]!; page++) settlePage(scores, page);
  settle(scores, at, 0);
}

/**
 * Places of the entries that may be among the `count` worth most, exactly known; the others are worth less even at best. `least`: what the
 * last of the `count` is worth; 0 where there are not so many.
 */
export function promising(scores: Scores, count: number, room: Room): { places: Int32Array; least: number } {
  const { records } = scores;
  // The best values so far, the least of them on top.
  const heap = new Float64Array(Math.min(count, records.length));
  if (heap.length === 0) return { places: new Int32Array(0), least: 0 };
  const order = roughlyDescending(records, room);
  for (let place = 0; place < order.length; place++) {
    const at = order[place]!;
    if (records[at]! < heap[0]!) continue;
    settle(scores, at, heap[0]!);
    if (records[at]! > heap[0]!) replaceLeast(heap, records[at]!);
  }
  const least = heap[0]!;
  const found = growing();
  for (let at = 0; at < records.length; at++) if (records[at]! >= least) push(found, at);
  return { places: grown(found), least: heap.length === count ? least : 0 };
}

function replaceLeast(heap: Float64Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
    if (child >= heap.length || heap[child]! >= value) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = value;
}
