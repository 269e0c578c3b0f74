import type { FoundBy } from '../search-index.ts';
import type { UnderstoodGroup, UnderstoodQuery } from '../query/understood.ts';
import { groupDocs, groupOf, heldReadings, mayShow, type Found, type Group, type Matching } from './embedded-groups.ts';
import { bitsInAll, bitsOf, eachWord, keepCommon, nextIn, wordsFor, type Bits } from './embedded-bits.ts';
import { ascending, bitOf, commonOf, growing, grown, listed, placesIn, push } from './embedded-lists.ts';
import type { FoundPages } from './embedded-pages.ts';
import type { Read } from './embedded-reading.ts';
import { mostSpecific, onAllPages } from './embedded-relaxing.ts';
import { eachRun, type Allowed, type Snapshot } from './embedded-snapshot.ts';
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
  const fieldMask = new Uint32Array(snapshot.nextEntry);
  if (groups.length === 0) {
    const entries = growing(1024);
    for (let entry = 0; entry < allowed.length; entry++) if (allowed[entry] === 1) push(entries, entry);
    return { foundBy: 'together', groups, entries: grown(entries), pages: noPages, fieldMask };
  }
  groups.forEach(({ entries }, number) => {
    const bit = 1 << number;
    for (let at = 0; at < entries.length; at++) if (allowed[entries[at]!] === 1) fieldMask[entries[at]!]! |= bit;
  });
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
  const entries = growing(256);
  for (const entry of shortest.entries) if (fieldMask[entry] === all) push(entries, entry);
  const fewest = groups.reduce((least, { pages }) => Math.min(least, pages.docs.length), Infinity);
  const pages: FoundPages =
    fewest * sparse >= snapshot.nextPage
      ? { bits: pagesAsBits(asked) }
      : { list: groups.every((one) => one.entries.length === 0) ? pagesAlone(asked) : pagesWithFields(asked) };
  const seen = new Uint8Array(snapshot.nextEntry);
  let before = -1;
  // A record that holds everything itself lists only the pages that do so too, not each page with the number 6.
  const add = (page: number): void => {
    const entry = snapshot.entryOfPage[page]!;
    if (entry === before || seen[entry] === 1 || fieldMask[entry] === all) return;
    before = entry;
    seen[entry] = 1;
    push(entries, entry);
  };
  if ('list' in pages) pages.list.forEach(add);
  else for (let page = nextIn(pages.bits, 0); page >= 0; page = nextIn(pages.bits, snapshot.endOfRun[page]!)) add(page);
  return { entries: ascending(grown(entries)), pages };
}

/** Pages that hold everything, and those that hold all that the fields of their record do not. */
function pagesAsBits({ snapshot, groups, fieldMask, all, pageBits }: Matching): Bits {
  const words = wordsFor(snapshot.nextPage);
  const sets = groups.map(({ pages }) => bitsOf(pages, words));
  const found = bitsInAll(sets, words);
  groups.forEach(({ entries }, number) => {
    const bit = 1 << number;
    for (const entry of entries) {
      const mask = fieldMask[entry]!;
      // An entry that is of several groups is looked at once, with the first.
      if ((mask & bit) === 0 || mask === all || (mask & (bit - 1)) !== 0) continue;
      eachRun(snapshot, snapshot.recordOf[entry]!, (first, count) =>
        eachWord(first, count, (word, range) => {
          let left = range;
          sets.forEach((set, other) => {
            if ((mask & (1 << other)) === 0) left &= set[word] ?? 0;
          });
          found[word]! |= left;
        }),
      );
    }
  });
  if (pageBits !== null) keepCommon(found, pageBits);
  return found;
}

/** Pages that hold everything, of a query that nothing in the fields of any record helps with. */
function pagesAlone(asked: Matching): Int32Array {
  const [first, ...others] = asked.groups.map(({ pages }) => pages).sort((a, b) => a.docs.length - b.docs.length);
  const pages = others.reduce((list, other) => listed(commonOf(list, other)), first!).docs;
  return asked.pageBits === null ? pages : pages.filter((page) => mayShow(asked, page));
}

/** The pages are those of the part of the query that leaves the fewest; each further part leaves fewer of them. */
function pagesWithFields(asked: Matching): Int32Array {
  const { snapshot, groups, fieldMask, all } = asked;
  const order = groups
    .map((_, number) => number)
    .sort((a, b) => groups[a]!.pages.docs.length - groups[b]!.pages.docs.length);
  const costs = groups.map(({ entries, pages }) => {
    let cost = pages.docs.length;
    for (let at = 0; at < entries.length; at++) {
      const mask = fieldMask[entries[at]!]!;
      if (mask !== 0 && mask !== all)
        eachRun(snapshot, snapshot.recordOf[entries[at]!]!, (_, count) => {
          cost += count;
        });
    }
    return cost;
  });
  const first = order.reduce((least, number) => (costs[number]! < costs[least]! ? number : least), order[0]!);
  let pages = pagesHolding(asked, first);
  for (const number of order) {
    if (pages.length === 0) break;
    if (number !== first) pages = pagesHoldingToo(asked, number, pages);
  }
  return pages;
}

/** Pages that hold one part, and those of records whose fields hold it but not all. */
function pagesHolding(asked: Matching, number: number): Int32Array {
  const { snapshot, groups, fieldMask, all } = asked;
  const { entries } = groups[number]!;
  const pages = groups[number]!.pages.docs;
  const found = growing(pages.length + 64);
  let byFields = false;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at]!;
    const mask = fieldMask[entry]!;
    if (mask === 0 || mask === all) continue;
    eachRun(snapshot, snapshot.recordOf[entry]!, (first, count) => {
      for (let page = first; page < first + count; page++) {
        if (!mayShow(asked, page)) continue;
        byFields = true;
        push(found, page);
      }
    });
  }
  const bit = 1 << number;
  for (let at = 0; at < pages.length; at++) {
    const page = pages[at]!;
    if (!mayShow(asked, page)) continue;
    const mask = fieldMask[snapshot.entryOfPage[page]!]!;
    if ((mask & bit) === 0 || mask === all) push(found, page);
  }
  const list = grown(found);
  return byFields ? ascending(list) : list;
}

/** Those of the pages that hold a further part, or need not because the fields of their record do. */
function pagesHoldingToo(
  { snapshot, groups, fieldMask, all }: Matching,
  number: number,
  pages: Int32Array,
): Int32Array {
  const bit = 1 << number;
  const holding = groups[number]!.pages;
  if (groups[number]!.entries.length === 0) return commonOf(listed(pages), holding);
  const places = placesIn(pages, holding);
  return pages.filter((page, at) => {
    if (places[at]! >= 0) return true;
    const mask = fieldMask[snapshot.entryOfPage[page]!]!;
    return (mask & bit) !== 0 && mask !== all;
  });
}
