import type { FoundBy } from '../search-index.ts';
import type { UnderstoodGroup, UnderstoodQuery } from '../query/understood.ts';
import { groupDocs, groupOf, heldReadings, mayShow, type Found, type Group, type Matching } from './embedded-groups.ts';
import { bitsInAll, bitsOf, keepCommon, maskOf, nextIn, wordsFor, type Bits } from './embedded-bits.ts';
import { ascending, bitOf, commonOf, growing, grown, listed, push, unionOf, type Growing } from './embedded-lists.ts';
import type { FoundPages } from './embedded-pages.ts';
import type { Read } from './embedded-reading.ts';
import { mostSpecific, onAllPages } from './embedded-relaxing.ts';
import type { Allowed, Snapshot } from './embedded-snapshot.ts';
import { audienceTerm } from './embedded-terms.ts';

export interface Matches extends Found {
  foundBy: FoundBy;
  groups: Group[];
  /** By entry, the groups that its fields hold, a bit each. Only for those that may be found. */
  fieldMask: Uint32Array;
}

const audiencesKept = 8;

/** The entries that share a token with the reader. The last few answers are remembered: do not write to them. */
export function allowedEntries(read: Read, snapshot: Snapshot, audience: readonly string[]): Allowed {
  const tokens = [...new Set(audience)].sort();
  const key = JSON.stringify(tokens);
  const known = snapshot.allowed.get(key);
  if (known) return known;
  const allowed = new Uint8Array(snapshot.nextEntry);
  for (const token of tokens) {
    const { docs } = read(audienceTerm(token));
    for (let at = 0; at < docs.length; at++) if (snapshot.recordOf[docs[at]!]! >= 0) allowed[docs[at]!] = 1;
  }
  for (const oldest of snapshot.allowed.keys()) {
    if (snapshot.allowed.size < audiencesKept) break;
    snapshot.allowed.delete(oldest);
  }
  const found = { allowed, pageBits: bitsAllowed(snapshot, allowed) };
  snapshot.allowed.set(key, found);
  return found;
}

/** The pages of those entries; null where they are all pages. */
export function bitsAllowed(snapshot: Snapshot, allowed: Uint8Array): Bits | null {
  let count = 0;
  for (let entry = 0; entry < allowed.length; entry++) count += allowed[entry]!;
  if (count === snapshot.liveRecords && snapshot.livePages === snapshot.nextPage) return null;
  const bits = new Uint32Array(wordsFor(snapshot.nextPage));
  for (let page = 0; page < snapshot.nextPage; page++) {
    const entry = snapshot.entryOfPage[page]!;
    if (entry >= 0 && allowed[entry] === 1) bits[page >>> 5]! |= bitOf(page);
  }
  return bits;
}

const noPages: FoundPages = { list: new Int32Array(0) };

/**
 * Which records and pages hold the query, of those allowed (less what must not be there).
 * A record matches by its fields, or by its fields and one page that together hold everything. When nothing does: by its
 * fields and all its pages together; when nothing does so either: by the most specific words, while quoted phrases stay required.
 * What is found here never depends on records that are not allowed, but for the weights of words.
 */
export function matching(read: Read, snapshot: Snapshot, query: UnderstoodQuery, mayBeFound: Allowed): Matches {
  const { allowed, pageBits } = without(read, snapshot, query.unwanted, mayBeFound);
  const groups = query.wanted.map((wanted) => groupOf(read, snapshot, wanted));
  const fieldMask = clearMask(snapshot);
  if (groups.length === 0) {
    const entries = growing(1024);
    for (let entry = 0; entry < allowed.length; entry++) if (allowed[entry] === 1) push(entries, entry);
    return { foundBy: 'together', groups, entries: grown(entries), pages: noPages, fieldMask };
  }
  for (let number = 0; number < groups.length; number++) {
    const { entries } = groups[number]!;
    const bit = 1 << number;
    for (let at = 0; at < entries.length; at++) if (allowed[entries[at]!] === 1) fieldMask[entries[at]!]! |= bit;
  }
  snapshot.masked = groups.map(({ entries }) => entries);
  const all = (2 ** groups.length - 1) >>> 0;
  const asked: Matching = { snapshot, groups, allowed, pageBits, fieldMask, all };
  for (const [foundBy, stage] of [
    ['together', onOnePage],
    ['apart', onAllPages],
    ['some', mostSpecific],
  ] as const) {
    const found = stage(asked);
    if (found.entries.length > 0) return { foundBy, groups, ...found, fieldMask };
  }
  return { foundBy: 'nothing', groups, entries: new Int32Array(0), pages: noPages, fieldMask };
}

/** That of the search before, with what it set taken back: a new one for a million entries takes longer than most searches. */
function clearMask(snapshot: Snapshot): Uint32Array {
  const { fieldMask } = snapshot;
  for (const entries of snapshot.masked) for (let at = 0; at < entries.length; at++) fieldMask[entries[at]!] = 0;
  snapshot.masked = [];
  return fieldMask;
}

function without(read: Read, snapshot: Snapshot, unwanted: readonly UnderstoodGroup[], mayBeFound: Allowed): Allowed {
  if (unwanted.length === 0) return mayBeFound;
  const allowed = mayBeFound.allowed.slice();
  const held = unwanted.map((one) => groupDocs(heldReadings(read, one)));
  for (const { entries } of held) for (const entry of entries) allowed[entry] = 0;
  const pageBits = bitsAllowed(snapshot, allowed) ?? new Uint32Array(wordsFor(snapshot.nextPage)).fill(-1);
  for (const { pages } of held) for (const page of pages.docs) pageBits[page >>> 5]! &= ~bitOf(page);
  return { allowed, pageBits };
}

/** With fewer pages than one in so many, a list is quicker than bits for all. */
const sparse = 64;

function onOnePage(asked: Matching): Found {
  const { snapshot, groups, fieldMask, all } = asked;
  const shortest = groups.reduce((least, one) => (one.entries.length < least.entries.length ? one : least));
  const whole = wholeOf(shortest.entries, fieldMask, all);
  const fewest = groups.reduce((least, { pages }) => Math.min(least, pages.docs.length), Infinity);
  const alone = groups.every((one) => one.entries.length === 0);
  const search = ++snapshot.searches;
  const others = growing(256);
  let pages: FoundPages;
  if (alone && fewest * sparse < snapshot.nextPage) {
    const list = pagesAlone(asked);
    for (let at = 0; at < list.length; at++) addEntry(asked, others, list[at]!, search);
    pages = { list };
  } else {
    const bits = pagesAsBits(asked);
    const { endOfRun } = snapshot;
    for (let page = nextIn(bits, 0); page >= 0; page = nextIn(bits, endOfRun[page]!))
      addEntry(asked, others, page, search);
    pages = { bits };
  }
  return { entries: unionOf(whole, ascending(grown(others))), pages };
}

/** A record that holds everything itself lists only the pages that do so too, not each page with the number 6. */
function addEntry({ snapshot, fieldMask, all }: Matching, to: Growing, page: number, search: number): void {
  const entry = snapshot.entryOfPage[page]!;
  if (snapshot.seen[entry] === search || fieldMask[entry] === all) return;
  snapshot.seen[entry] = search;
  push(to, entry);
}

/** Those of the entries whose fields hold everything. */
function wholeOf(entries: Int32Array, fieldMask: Uint32Array, all: number): Int32Array {
  const whole = new Int32Array(entries.length);
  let count = 0;
  for (let at = 0; at < entries.length; at++) if (fieldMask[entries[at]!] === all) whole[count++] = entries[at]!;
  return whole.subarray(0, count);
}

/** Pages that hold everything, and those that hold all that the fields of their record do not. */
function pagesAsBits(asked: Matching): Bits {
  const words = wordsFor(asked.snapshot.nextPage);
  const sets = asked.groups.map(({ pages }) => bitsOf(pages, words));
  const found = bitsInAll(sets, words);
  const total = (lengths: number[]): number => lengths.reduce((sum, one) => sum + one, 0);
  const entries = total(asked.groups.map((one) => one.entries.length));
  if (entries > 0 && entries * 2 < total(asked.groups.map(({ pages }) => pages.docs.length)))
    addByEntries(found, sets, asked);
  else if (entries > 0) addByPages(found, sets, asked);
  if (asked.pageBits !== null) keepCommon(found, asked.pageBits);
  return found;
}

/** Looks at the pages of each entry that holds a part. */
function addByEntries(found: Bits, sets: readonly Bits[], { snapshot, groups, fieldMask, all }: Matching): void {
  const { recordOf, lastRun } = snapshot;
  const runs = snapshot.runs.list;
  for (let number = 0; number < groups.length; number++) {
    const { entries } = groups[number]!;
    const bit = 1 << number;
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at]!;
      const mask = fieldMask[entry]!;
      // An entry that is of several groups is looked at once, with the first.
      if ((mask & bit) === 0 || mask === all || (mask & (bit - 1)) !== 0) continue;
      for (let run = lastRun[recordOf[entry]!]!; run >= 0; run = runs[run + 2]!)
        addMissing(found, sets, mask, runs[run]!, runs[run + 1]!);
    }
  }
}

/** Adds those of a run of pages that hold each part that is not of the mask. */
function addMissing(to: Bits, sets: readonly Bits[], mask: number, first: number, count: number): void {
  const end = first + count;
  for (let word = first >>> 5; word << 5 < end; word++) {
    let left = maskOf(word, first, end);
    for (let other = 0; other < sets.length && left !== 0; other++)
      if ((mask & (1 << other)) === 0) left &= sets[other]![word] ?? 0;
    to[word]! |= left;
  }
}

/** Looks at the fields of each page that holds a part. */
function addByPages(found: Bits, sets: readonly Bits[], { snapshot, groups, fieldMask, all }: Matching): void {
  const { entryOfPage } = snapshot;
  for (let number = 0; number < groups.length; number++) {
    const { docs } = groups[number]!.pages;
    const bit = 1 << number;
    for (let at = 0; at < docs.length; at++) {
      const page = docs[at]!;
      const entry = entryOfPage[page]!;
      if (entry < 0) continue;
      const mask = fieldMask[entry]!;
      const missing = all & ~mask;
      // A page that holds several missing parts is looked at once, with the first.
      if (mask === 0 || missing === 0 || (missing & -missing) !== bit) continue;
      let other = number + 1;
      while (other < sets.length && ((missing & (1 << other)) === 0 || holds(sets[other]!, page))) other++;
      if (other === sets.length) found[page >>> 5]! |= bitOf(page);
    }
  }
}

const holds = (bits: Bits, page: number): boolean => ((bits[page >>> 5] ?? 0) & bitOf(page)) !== 0;

/** Pages that hold everything, of a query that nothing in the fields of any record helps with. */
function pagesAlone(asked: Matching): Int32Array {
  const [first, ...others] = asked.groups.map(({ pages }) => pages).sort((a, b) => a.docs.length - b.docs.length);
  const pages = others.reduce((list, other) => listed(commonOf(list, other)), first!).docs;
  return asked.pageBits === null ? pages : pages.filter((page) => mayShow(asked, page));
}
