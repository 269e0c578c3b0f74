import type { SearchHit } from '../search-index.ts';
import type { Scoring } from './embedded-ranking.ts';
import { scored } from './embedded-settling.ts';

type Explanation = NonNullable<SearchHit['explanation']>;

/**
 * What the scores of some records are made of, in parts that add up to them: each part of the query by its own words in the fields
 * (`typed:` and the words), the words that stand beside one another (`together`), the best page (`page`) and a title that is nothing but
 * the query (`title`). The same formula again, with one thing left out at a time. `shown`: places in the entries; the answer is in
 * their order.
 */
export function explained(scoring: Scoring, shown: readonly number[]): Explanation[] {
  const { entryOfPage } = scoring.snapshot;
  const entries = Int32Array.from(shown, (at) => scoring.entries[at]!).sort();
  const among = new Set(entries);
  const pages = scoring.pages.filter((page) => among.has(entryOfPage[page]!));
  const few: Scoring = { ...scoring, entries, pages };
  const whole = scored(few);
  const alone = few.groups.map((group) => scored({ ...few, groups: [group] }).fields);
  return shown.map((at) => {
    const place = entries.indexOf(scoring.entries[at]!);
    const share = whole.share[place]!;
    const parts = few.groups.map(({ typed }, number) => ({
      part: `typed:${typed}`,
      value: alone[number]![place]! * share,
    }));
    const words = parts.reduce((sum, { value }) => sum + value, 0);
    const rest: Explanation = [
      { part: 'together', value: whole.fields[place]! * share - words },
      { part: 'page', value: whole.bestPage[place]! },
      { part: 'title', value: whole.title[place]! },
    ];
    return [...parts, ...rest].filter(({ value }) => Math.abs(value) > 1e-9);
  });
}
