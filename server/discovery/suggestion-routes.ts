import type { QueryTerm } from '../../search/query/query-vocabulary.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import { audienceOfActor, mayReach } from '../access/audience.ts';
import { loadVocabularies, type Vocabularies } from '../catalogue/vocabularies.ts';
import { suggestionQuery, suggestions } from '../contract/search.ts';
import { route, type Route } from '../http/route.ts';
import { ask, foundWhole, rebuiltWhereDamaged, type Searching } from './asked-search.ts';
import { queryTerms } from './query-terms.ts';
import type { TypedQueries } from './query-counting.ts';

const mostTerms = 3;
const mostNames = 7;
const mostQueries = 2;
const mostSuggestions = 10;

/** GET /api/search/suggestions: what the words typed so far may become. Nothing that is typed here is kept, counted or logged. */
export function suggestionRoutes(parts: Searching & { typed: TypedQueries }): Route[] {
  const { metadata, search, typed: typedQueries } = parts;
  /** Only what finds something for this very reader, as it is written. */
  const askedByMany = async (vocabularies: Vocabularies, audience: string[], typed: string): Promise<string[]> => {
    if (typed.length < 2) return [];
    const beginning = await typedQueries.beginning(typed, mostQueries);
    const found = await Promise.all(beginning.map((text) => ask(parts, { text, facets: {}, audience }, vocabularies)));
    return beginning.filter((_, place) => found[place]!.total > 0 && foundWhole(found[place]!));
  };
  return [
    route({
      method: 'get',
      path: '/api/search/suggestions',
      summary: 'Terms, titles, people and what many have asked for, by how it begins, without regard to marks',
      tag: 'search',
      query: suggestionQuery,
      answers: suggestions,
      handle: async ({ actor, query, response }) => {
        // Whoever types goes back and forth over the same letters.
        response.setHeader('cache-control', 'private, max-age=60');
        // The search box on a school's own pages asks as a guest; what somebody who is signed in is offered is theirs.
        if (actor.kind === 'guest') response.setHeader('access-control-allow-origin', '*');
        const typed = foldText(query.q);
        if (typed === '') return { suggestions: [] };
        const vocabularies = await loadVocabularies(metadata);
        const terms = termsFor(queryTerms(vocabularies).terms, typed);
        const audience = audienceOfActor(actor);
        const found = await rebuiltWhereDamaged(metadata, () =>
          search.suggest({ text: query.q, audience, limit: mostNames }),
        );
        const rows = new Map(
          (await recordsByIds(metadata.queries, [...new Set(found.map(({ id }) => id))])).map((row) => [row.id, row]),
        );
        // The index is a moment behind the catalogue.
        const shown = found.filter(({ id }) => {
          const row = rows.get(id);
          return row !== undefined && row.deleted_at === null && mayReach(actor, row);
        });
        const said = new Set([...terms.map(({ label }) => label), ...shown.map(({ text }) => text)].map(foldText));
        const queries = (await askedByMany(vocabularies, audience, typed)).filter((text) => !said.has(foldText(text)));
        return {
          suggestions: [
            ...terms.map(({ facet, code, label }) => ({
              kind: 'term' as const,
              text: label,
              facet,
              code,
              recordId: null,
            })),
            ...queries.map((text) => ({ kind: 'query' as const, text, facet: null, code: null, recordId: null })),
            ...shown.map(({ kind, text, id }) => ({
              kind,
              text,
              facet: null,
              code: null,
              recordId: kind === 'title' ? id : null,
            })),
          ].slice(0, mostSuggestions),
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
