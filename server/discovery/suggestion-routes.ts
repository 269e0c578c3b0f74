import type { QueryTerm } from '../../search/query/query-vocabulary.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import { audienceOfActor, mayReach } from '../access/audience.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { suggestionQuery, suggestions } from '../contract/search.ts';
import { route, type Route } from '../http/route.ts';
import { queryTerms } from './query-terms.ts';

const mostTerms = 3;
const mostNames = 7;

/** GET /api/search/suggestions: what the words typed so far may become. Nothing that is typed is kept or logged. */
export function suggestionRoutes({ metadata, search }: { metadata: Metadata; search: SearchIndex }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/search/suggestions',
      summary: 'Terms, titles and people that begin with what was typed, without regard to marks',
      tag: 'search',
      query: suggestionQuery,
      answers: suggestions,
      handle: async ({ actor, query, response }) => {
        // Whoever types goes back and forth over the same letters.
        response.setHeader('cache-control', 'private, max-age=60');
        const typed = foldText(query.q);
        if (typed === '') return { suggestions: [] };
        const terms = termsFor(queryTerms(await loadVocabularies(metadata)).terms, typed);
        const found = await search.suggest({ text: query.q, audience: audienceOfActor(actor), limit: mostNames });
        const rows = new Map(
          (await recordsByIds(metadata.queries, [...new Set(found.map(({ id }) => id))])).map((row) => [row.id, row]),
        );
        // The index is a moment behind the catalogue.
        const shown = found.filter(({ id }) => {
          const row = rows.get(id);
          return row !== undefined && row.deleted_at === null && mayReach(actor, row);
        });
        return {
          suggestions: [
            ...terms.map(({ facet, code, label }) => ({
              kind: 'term' as const,
              text: label,
              facet,
              code,
              recordId: null,
            })),
            ...shown.map(({ kind, text, id }) => ({
              kind,
              text,
              facet: null,
              code: null,
              recordId: kind === 'title' ? id : null,
            })),
          ],
        };
      },
    }),
  ];
}

/** Terms one of whose names begins so; whose label does comes first. */
function termsFor(terms: readonly QueryTerm[], typed: string): QueryTerm[] {
  const begins = (name: string): boolean => foldText(name).startsWith(typed);
  const byLabel = terms.filter(({ label }) => begins(label));
  const byAlias = terms.filter((term) => !byLabel.includes(term) && term.aliases.some(begins));
  return [...byLabel, ...byAlias].slice(0, mostTerms);
}
