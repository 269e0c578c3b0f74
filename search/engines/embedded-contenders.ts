import { maskOf, nextIn, type Bits } from './embedded-bits.ts';
import type { HeldReading } from './embedded-groups.ts';
import { denseEnough } from './embedded-levels.ts';
import { ascending, growing, grown, ones, push, unionOf } from './embedded-lists.ts';
import { pagesOf } from './embedded-pages.ts';
import { marksMet, marksOf, type Postings } from './embedded-postings.ts';
import { averageWords, bounded, scaleOf, type Scoring } from './embedded-ranking.ts';
import { promising } from './embedded-settling.ts';
import type { Snapshot } from './embedded-snapshot.ts';

/*
 * Of the many pages that common words share, those where two of the words may stand side by side are looked at first. Where enough
 * records have such pages that are worth more than any page can be without neighbours, the others need not be looked at.
 */

/** With fewer pages it is quicker to score them all. */
const fewPages = 4_000;
/** What sums of the same numbers in another order may differ by. */
const slack = 1e-9;

/**
 * Of the entries those that may be among the `count` worth most, ascending; null where all of them may be. The pages found are `bits`.
 * Entries whose fields hold some of the query are looked at with all their pages. `chosen`: by entry, 1 for those that count.
 */
export function contenders(
  scoring: Omit<Scoring, 'pages' | 'snapshot'> & { snapshot: Snapshot },
  bits: Bits,
  chosen: Uint8Array | null,
  count: number,
): Int32Array | null {
  const { snapshot, groups, entries, fieldMask, room } = scoring;
  if (groups.length < 2 || count === 0 || entries.length <= count) return null;
  let all = 0;
  for (let word = 0; word < bits.length; word++) all += ones(bits[word]!);
  if (all < fewPages) return null;
  let byFields = 0;
  for (let at = 0; at < entries.length; at++) if (fieldMask[entries[at]!] !== 0) byFields++;
  if (byFields * 2 > entries.length) return null;
  const near = new Uint32Array(bits.length);
  for (let number = 1; number < groups.length; number++) {
    if (!addMeeting(near, bits, groups[number - 1]!.readings[0]!, groups[number]!.readings[0]!)) return null;
  }
  const some = withPagesIn(snapshot, near, bits, fieldMask, entries, chosen);
  const scores = bounded({ ...scoring, entries: some, pages: pagesOf(snapshot, { bits: near }, some) });
  const { places, least } = promising(scores, count, room);
  if (least === 0) return null;
  const dense = denseOf(scoring, bits, least);
  for (let word = 0; word < dense.length; word++) dense[word]! &= ~near[word]!;
  const others = withPagesIn(snapshot, dense, bits, fieldMask, entries, chosen);
  if (others.length * 2 > entries.length) return null;
  return unionOf(
    places.map((place) => some[place]!),
    others,
  );
}

/** Pages that may be worth so much without neighbours. */
function denseOf({ snapshot, groups }: Parameters<typeof contenders>[0], bits: Bits, least: number): Bits {
  const words: Postings[] = [];
  const scales: number[] = [];
  let others = 0;
  for (const group of groups) {
    const onPages = group.readings.filter(({ pages }) => pages.docs.length > 0);
    const scale = group.readings.reduce((most, reading) => Math.max(most, scaleOf(reading, group.weight)), 0);
    if (onPages.length === 1) {
      words.push(onPages[0]!.pages);
      scales.push(scale);
    } else others += scale;
  }
  return denseEnough(words, scales, bits, least - others - slack, {
    lengthOf: snapshot.lengthOf,
    averageWords: averageWords(snapshot),
  });
}

/** Adds the pages whose marks say that one word may stand before the other; false where there are no ranks to find them by. */
function addMeeting(to: Bits, bits: Bits, before: HeldReading, after: HeldReading): boolean {
  const first = before.pages;
  const second = after.pages;
  if (first.docs.length === 0 || second.docs.length === 0) return true;
  if (first.ranks === null || second.ranks === null) return false;
  const marks = marksOf(first);
  const others = marksOf(second);
  const words = Math.min(bits.length, first.ranks.bits.length, second.ranks.bits.length);
  for (let word = 0; word < words; word++) {
    const a = first.ranks.bits[word]!;
    const b = second.ranks.bits[word]!;
    const ofA = first.ranks.before[word]!;
    const ofB = second.ranks.before[word]!;
    let met = 0;
    for (let left = bits[word]! & a & b & ~to[word]!; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const i = ofA + ones(a & (bit - 1));
      const j = ofB + ones(b & (bit - 1));
      if (marksMet(marks, i, others, j, before.span) > 0) met |= bit;
    }
    to[word]! |= met;
  }
  return true;
}

/** The entries with such pages, and with all their pages those whose fields hold some of the query; ascending. */
function withPagesIn(
  snapshot: Snapshot,
  near: Bits,
  bits: Bits,
  fieldMask: Uint32Array,
  entries: Int32Array,
  chosen: Uint8Array | null,
): Int32Array {
  const found = growing(1024);
  const { recordOf, lastRun, seen, entryOfPage } = snapshot;
  const runs = snapshot.runs.list;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at]!;
    if (fieldMask[entry] === 0) continue;
    push(found, entry);
    for (let run = lastRun[recordOf[entry]!]!; run >= 0; run = runs[run + 2]!) {
      const first = runs[run]!;
      const end = first + runs[run + 1]!;
      for (let word = first >>> 5; word << 5 < end; word++) near[word]! |= bits[word]! & maskOf(word, first, end);
    }
  }
  const others = growing(1024);
  const search = ++snapshot.searches;
  for (let page = nextIn(near, 0); page >= 0; page = nextIn(near, snapshot.endOfRun[page]!)) {
    const entry = entryOfPage[page]!;
    if (seen[entry] === search || fieldMask[entry] !== 0 || (chosen !== null && chosen[entry] === 0)) continue;
    seen[entry] = search;
    push(others, entry);
  }
  return unionOf(grown(found), ascending(grown(others)));
}
