import { z } from 'zod';
import { isCataloguer } from '../access/actor.ts';
import { audienceOfActor } from '../access/audience.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { browseQuery, browseView } from '../contract/browse.ts';
import { id } from '../contract/common.ts';
import { facetQuery, facetValues, searchQuery, searchResult, similarRecords } from '../contract/search.ts';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import { ask, askedBy, type Searching } from './asked-search.ts';
import { browse } from './browse-tree.ts';
import { shortened, valuesStarting } from './facet-lists.ts';
import { hitViews } from './hit-views.ts';
import { similarTo } from './similar-records.ts';
import type { TypedQueries } from './query-counting.ts';

const pagesPerRecord = 3;

/** Searching and browsing. What is asked is logged nowhere. */
export function discoveryRoutes(parts: Searching & { log: Log; typed: TypedQueries }): Route[] {
  const { metadata, typed } = parts;
  return [
    route({
      method: 'get',
      path: '/api/search',
      summary: 'Records in rank order, each with its title and its matching pages; facets with counts',
      tag: 'search',
      query: searchQuery,
      answers: searchResult,
      handle: async ({ actor, query, request }) => {
        const explain = query.explain === '1';
        if (explain && !isCataloguer(actor))
          throw new Refusal(actor.kind === 'guest' ? 'not-signed-in' : 'not-allowed');
        const asked = askedBy(query);
        const found = await ask(parts, {
          ...asked,
          audience: audienceOfActor(actor),
          sort: query.sort,
          offset: (query.page - 1) * query.size,
          limit: query.size,
          pagesPerRecord,
          explain,
        });
        if (query.page === 1) typed.note(actor, request.ip ?? '', query, found);
        const labels = found.understood.filter(({ kind }) => kind === 'facet').map(({ label }) => label);
        const records = await hitViews(parts, actor, found.hits, { text: found.text, labels, explain });
        return {
          q: query.q,
          total: found.total - (found.hits.length - records.length),
          page: query.page,
          size: query.size,
          records,
          partial: found.foundBy === 'some' && found.total > 0,
          understood: found.understood,
          corrected: found.corrected,
          ...shortened(found.facets, asked.facets),
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/search/facet',
      summary: 'Values of one facet under a search, with counts, by how a word of them begins',
      tag: 'search',
      query: facetQuery,
      answers: facetValues,
      handle: async ({ actor, query }) => {
        const found = await ask(parts, { ...askedBy(query), audience: audienceOfActor(actor) });
        return valuesStarting(await loadVocabularies(metadata), query.facet, found.facets[query.facet], query.starts);
      },
    }),
    route({
      method: 'get',
      path: '/api/browse',
      summary: 'The tree of levels, grades, subjects and topics with counts of what the asker may read',
      tag: 'search',
      query: browseQuery,
      answers: browseView,
      handle: ({ actor, query }) => browse(parts, actor, query),
    }),
    route({
      method: 'get',
      path: '/api/records/:id/similar',
      summary: 'Records like this one that the asker may read, the likest first',
      tag: 'search',
      params: z.object({ id }),
      answers: similarRecords,
      handle: async ({ actor, params }) => ({
        records: await hitViews(parts, actor, await similarTo(parts, actor, params.id), { text: '', labels: [] }),
      }),
    }),
  ];
}
