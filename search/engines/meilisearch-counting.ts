import { facetNames, noCounts, type FacetCounts, type FacetName } from '../facets.ts';
import type { SearchQuery } from '../search-index.ts';
import { exactValue, hasText, valueText, type RecordRow } from './meilisearch-documents.ts';
import { all, any, has, type Filter } from './meilisearch-filter.ts';
import { mostValues, type Ask, type Matched } from './meilisearch-matching.ts';
import type { ServerQuery } from './meilisearch-server.ts';

/** Lists of values are cut so that no reader of very many schools makes a query that the server chokes on. */
export function anyOf(attribute: 'audience' | FacetName, values: string[]): Filter {
  const distinct = [...new Set(values.map(exactValue))];
  const lists: Filter[] = [];
  for (let from = 0; from < distinct.length; from += mostValues) {
    lists.push(has(attribute, ...distinct.slice(from, from + mostValues)));
  }
  return any(...lists);
}

export interface Looked {
  /** Whether anything matches at all, whatever facets are chosen. */
  any: boolean;
  /** Matched and chosen by facets. */
  chosen: Filter;
  total: number;
  facets: FacetCounts;
}

/** Totals and facet counts: each facet under the choices of the others. */
export async function look(ask: Ask, { documents }: Matched, query: SearchQuery): Promise<Looked> {
  const choices = new Map<FacetName, Filter>();
  for (const facet of facetNames) {
    const codes = query.facets[facet] ?? [];
    if (codes.length > 0) choices.set(facet, anyOf(facet, codes));
  }
  const under = (without: FacetName | null): Filter =>
    all(documents, ...[...choices].filter(([facet]) => facet !== without).map(([, filter]) => filter));
  const counting = (filter: Filter, facets: string[]): ServerQuery => ({
    filter,
    limit: 1,
    facets,
    counted: true,
    distinct: true,
    retrieve: ['record'],
  });
  const unchosen = facetNames.filter((facet) => !choices.has(facet));
  const queries = [counting(under(null), unchosen)];
  for (const facet of choices.keys()) queries.push(counting(under(facet), [facet]));
  if (choices.size > 0) queries.push(counting(documents, []));
  const answers = await ask<RecordRow>(queries);
  const facets = noCounts();
  const take = (facet: FacetName, found: Record<string, number> | undefined): void => {
    facets[facet] = Object.entries(found ?? {})
      .filter(([value]) => hasText(value))
      .map(([value, count]) => ({ code: valueText(value), count }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  };
  for (const facet of unchosen) take(facet, answers[0]!.facets[facet]);
  [...choices.keys()].forEach((facet, place) => take(facet, answers[place + 1]!.facets[facet]));
  return { any: answers.at(-1)!.total > 0, chosen: under(null), total: answers[0]!.total, facets };
}
