import { growing, grown, push } from './embedded-lists.ts';
import { mayShow, type Found, type Group, type Matching } from './embedded-groups.ts';

/*
 * What is found where no record holds all of a query in its fields and on one page. These look at every document that holds any of it:
 * it is for the few queries that find nothing else.
 */

/** By page, the groups that it holds, a bit each; 0 for pages that may not be found. */
function pageMasks(asked: Matching): Uint32Array {
  const masks = new Uint32Array(asked.snapshot.nextPage);
  asked.groups.forEach(({ pages: { docs: pages } }, number) => {
    const bit = 1 << number;
    for (let at = 0; at < pages.length; at++) if (mayShow(asked, pages[at]!)) masks[pages[at]!]! |= bit;
  });
  return masks;
}

/** Records that hold everything in their fields and on all their pages together. */
export function onAllPages(asked: Matching): Found {
  const { snapshot, groups, fieldMask, all } = asked;
  const entries = growing();
  const pages = growing();
  // What nothing holds is not to be had by looking further.
  if (groups.some((one) => one.entries.length + one.pages.docs.length === 0)) return found(entries, pages);
  const masks = pageMasks(asked);
  const union = fieldMask.slice();
  for (let page = 0; page < masks.length; page++) {
    if (masks[page] !== 0) union[snapshot.entryOfPage[page]!]! |= masks[page]!;
  }
  for (let entry = 0; entry < union.length; entry++) if (union[entry] === all) push(entries, entry);
  if (entries.count === 0) return found(entries, pages);
  for (let page = 0; page < masks.length; page++) {
    if (masks[page] === 0) continue;
    const entry = snapshot.entryOfPage[page]!;
    if (union[entry] === all && (masks[page]! & ~fieldMask[entry]!) !== 0) push(pages, page);
  }
  return found(entries, pages);
}

const found = (entries: ReturnType<typeof growing>, pages: ReturnType<typeof growing>): Found => ({
  entries: grown(entries),
  pages: { list: grown(pages) },
});

/** Less than this share of the query's weight is chance, not a match. */
export const leastShare = 0.4;
/** And what is so far behind the best is noise. */
export const behindBest = 0.75;

/** Records that hold the most telling parts in their fields and on one page. */
export function mostSpecific(asked: Matching): Found {
  const { snapshot, groups, fieldMask, all } = asked;
  const masks = pageMasks(asked);
  const weightOf = weights(groups);
  const best = new Float64Array(snapshot.nextEntry);
  for (let entry = 0; entry < best.length; entry++)
    if (fieldMask[entry] !== 0) best[entry] = weightOf(fieldMask[entry]!);
  for (let page = 0; page < masks.length; page++) {
    if (masks[page] === 0) continue;
    const entry = snapshot.entryOfPage[page]!;
    best[entry] = Math.max(best[entry]!, weightOf((masks[page]! | fieldMask[entry]!) >>> 0));
  }
  const top = best.reduce((most, weight) => Math.max(most, weight), 0);
  const least = Math.max(top * behindBest, weightOf(all) * leastShare);
  const entries = growing();
  const pages = growing();
  if (top === 0 || top < least) return found(entries, pages);
  for (let entry = 0; entry < best.length; entry++) if (best[entry]! >= least) push(entries, entry);
  for (let page = 0; page < masks.length; page++) {
    if (masks[page] === 0) continue;
    const ofFields = fieldMask[snapshot.entryOfPage[page]!]!;
    const adds = (masks[page]! & ~ofFields) !== 0;
    if (adds && weightOf((masks[page]! | ofFields) >>> 0) >= least) push(pages, page);
  }
  return found(entries, pages);
}

/** What the groups of a mask weigh together; nothing where a quoted one is not among them. */
function weights(groups: readonly Group[]): (mask: number) => number {
  const quoted = groups.reduce((mask, one, number) => (one.quoted ? (mask | (1 << number)) >>> 0 : mask), 0);
  const weighed = new Map<number, number>();
  return (mask) => {
    if ((mask & quoted) >>> 0 !== quoted) return 0;
    let weight = weighed.get(mask);
    if (weight === undefined) {
      weight = groups.reduce((sum, one, number) => (mask & (1 << number) ? sum + one.weight : sum), 0);
      weighed.set(mask, weight);
    }
    return weight;
  };
}
