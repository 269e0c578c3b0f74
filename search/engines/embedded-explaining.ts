import type { SearchHit } from '../search-index.ts';
import type { Matches } from './embedded-matching.ts';
import { scored } from './embedded-ranking.ts';
import type { Snapshot } from './embedded-snapshot.ts';

type Explanation = NonNullable<SearchHit['explanation']>;

/**
 * What the scores of some records are made of, in parts that add up to them: each part of the query by its own words in the fields
 * (`typed:` and the words), the words that stand beside one another (`together`), the best page (`page`) and a title that is nothing but
 * the query (`title`). The same formula again, with one thing left out at a time; it is for the few records that are shown.
 */
export function explained(
  snapshot: Snapshot,
  matches: Matches,
  shown: readonly number[],
  marked: boolean,
): Map<number, Explanation> {
  const chosen = new Uint8Array(snapshot.records);
  for (const record of shown) chosen[record] = 1;
  const whole = scored(snapshot, matches, chosen, marked);
  const alone = matches.groups.map((group) => scored(snapshot, { ...matches, groups: [group] }, chosen, marked).fields);
  return new Map(
    shown.map((record) => {
      const share = whole.share[record]!;
      const parts = matches.groups.map(({ typed }, number) => ({
        part: `typed:${typed}`,
        value: alone[number]![record]! * share,
      }));
      const words = parts.reduce((sum, { value }) => sum + value, 0);
      const rest: Explanation = [
        { part: 'together', value: whole.fields[record]! * share - words },
        { part: 'page', value: whole.bestPage[record]! },
        { part: 'title', value: whole.title[record]! },
      ];
      return [record, [...parts, ...rest].filter(({ value }) => Math.abs(value) > 1e-9)];
    }),
  );
}
