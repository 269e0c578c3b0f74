import { queryVocabulary, type QueryTerm, type QueryVocabulary } from '../../search/query/query-vocabulary.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';

/** Which vocabularies a query may name, and the facets that their terms are. */
const named = [
  ['level', 'level'],
  ['grade', 'grade'],
  ['subject', 'subject'],
  ['resource-type', 'type'],
  ['textbook-set', 'set'],
] as const;

const made = new WeakMap<Vocabularies, QueryVocabulary>();

/** What people may call the terms; made once for each version of the vocabularies. */
export function queryTerms(vocabularies: Vocabularies): QueryVocabulary {
  let terms = made.get(vocabularies);
  if (!terms) {
    terms = queryVocabulary(
      named.flatMap(([name, facet]) =>
        vocabularies.lists[name]
          .filter(({ active }) => active)
          .map(({ code, vi, en, aliases }): QueryTerm => ({
            facet,
            code,
            label: vi,
            aliases: [...aliases, ...(en ? [en] : [])],
          })),
      ),
    );
    made.set(vocabularies, terms);
  }
  return terms;
}
