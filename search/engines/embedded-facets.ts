import { facetNames, noCounts, type FacetCounts } from '../facets.ts';
import type { SearchQuery } from '../search-index.ts';
import { eachCommon, listed } from './embedded-lists.ts';
import type { Read } from './embedded-reading.ts';
import type { Snapshot } from './embedded-snapshot.ts';
import { facetTerm } from './embedded-terms.ts';

const allFacets = (1 << facetNames.length) - 1;

/** By place in the entries: a bit for each facet whose choice it passes. Null where nothing is chosen, so that all pass. */
export function facetsPassed(read: Read, entries: Int32Array, chosen: SearchQuery['facets']): Uint8Array | null {
  if (facetNames.every((facet) => (chosen[facet] ?? []).length === 0)) return null;
  const passed = new Uint8Array(entries.length);
  facetNames.forEach((facet, number) => {
    const bit = 1 << number;
    const codes = chosen[facet] ?? [];
    if (codes.length === 0) for (let at = 0; at < passed.length; at++) passed[at]! |= bit;
    for (const code of new Set(codes)) {
      eachCommon(listed(entries), read(facetTerm(facet, code)), (at) => {
        passed[at]! |= bit;
      });
    }
  });
  return passed;
}

/** Places in the entries of those that pass all that is chosen. */
export function placesPassed(passed: Uint8Array): Int32Array {
  const places = new Int32Array(passed.length);
  let count = 0;
  for (let at = 0; at < passed.length; at++) if (passed[at] === allFacets) places[count++] = at;
  return places.subarray(0, count);
}

/** Each facet counted over what passes the choices of the others. */
export function facetCounts(snapshot: Snapshot, entries: Int32Array, passed: Uint8Array | null): FacetCounts {
  const { facetsAt, facetValues } = snapshot;
  const pool = snapshot.facetPool.list;
  const counted = new Int32Array(facetValues.length);
  if (passed === null) {
    for (let at = 0; at < entries.length; at++) {
      const from = facetsAt[entries[at]!]!;
      const end = from + pool[from]!;
      for (let value = from + 1; value <= end; value++) counted[pool[value]!]!++;
    }
  } else {
    const others = Uint8Array.from(facetValues, ({ facet }) => allFacets & ~(1 << facetNames.indexOf(facet)));
    for (let at = 0; at < entries.length; at++) {
      const bits = passed[at]!;
      const from = facetsAt[entries[at]!]!;
      const end = from + pool[from]!;
      for (let value = from + 1; value <= end; value++) {
        const needed = others[pool[value]!]!;
        if ((bits & needed) === needed) counted[pool[value]!]!++;
      }
    }
  }
  const counts = noCounts();
  facetValues.forEach(({ facet, code }, value) => {
    if (counted[value]! > 0) counts[facet].push({ code, count: counted[value]! });
  });
  for (const facet of facetNames) counts[facet].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return counts;
}
