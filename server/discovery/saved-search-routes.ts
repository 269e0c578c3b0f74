import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import {
  deleteSavedSearch,
  insertSavedSearch,
  savedSearchByToken,
  savedSearchesOf,
  updateSavedSearch,
} from '../../storage/metadata/saved-searches.ts';
import type { Actor, Person } from '../access/actor.ts';
import { id, okay } from '../contract/common.ts';
import {
  mostSavedSearches,
  newSavedSearch,
  savedSearch,
  savedSearchChanges,
  savedSearches,
} from '../contract/saved-search.ts';
import { Refusal } from '../errors.ts';
import { isFresh } from '../http/fresh.ts';
import { done, route, type Route } from '../http/route.ts';
import type { Searching } from './asked-search.ts';
import { freshCounts, keptQuery, newFeedToken, savedSearchView } from './kept-searches.ts';
import { searchFeed } from './search-feed.ts';

function signedIn(actor: Actor): asserts actor is Person {
  if (actor.kind !== 'person') throw new Refusal('not-signed-in');
}

/** A person's own searches, what is new in them, and their feeds. Nobody else sees them, whatever their role. */
export function savedSearchRoutes(parts: Searching & { publicUrl: string }): Route[] {
  const { metadata } = parts;
  const one = z.object({ id });
  return [
    route({
      method: 'get',
      path: '/api/searches',
      summary: 'The asker’s own saved searches, with how much is new in each',
      tag: 'search',
      answers: savedSearches,
      handle: async ({ actor }) => {
        signedIn(actor);
        const rows = await savedSearchesOf(metadata.queries, actor.id);
        const fresh = await freshCounts(parts, actor, rows);
        return { searches: rows.map((row) => savedSearchView(row, fresh.get(row.id))) };
      },
    }),
    route({
      method: 'post',
      path: '/api/searches',
      summary: 'Save a search',
      tag: 'search',
      body: newSavedSearch,
      answers: savedSearch,
      status: 201,
      handle: async ({ actor, body }) => {
        signedIn(actor);
        const query = keptQuery(body.query);
        if (query === null) throw new Refusal('not-valid', { path: 'query' });
        const now = new Date().toISOString();
        const row = {
          id: uuid(),
          person_id: actor.id,
          name: body.name,
          query,
          alerts: body.alerts ? 1 : 0,
          feed_token: null,
          seen_at: now,
          created_at: now,
        };
        await metadata.transaction(async (queries) => {
          const kept = await savedSearchesOf(queries, actor.id);
          if (kept.length >= mostSavedSearches) throw new Refusal('saved-searches-full', { most: mostSavedSearches });
          await insertSavedSearch(queries, row);
        });
        return savedSearchView(row, 0);
      },
    }),
    route({
      method: 'patch',
      path: '/api/searches/:id',
      summary: 'Rename a saved search, switch its alerts or its feed, or say that what is new was seen',
      tag: 'search',
      params: one,
      body: savedSearchChanges,
      answers: savedSearch,
      handle: async ({ actor, params, body }) => {
        signedIn(actor);
        const before = (await savedSearchesOf(metadata.queries, actor.id)).find((kept) => kept.id === params.id);
        // What came while alerts were off is no news when they are on again.
        const seen = body.seen || (body.alerts && before?.alerts === 0);
        const row = await updateSavedSearch(metadata.queries, actor.id, params.id, {
          ...(body.name === undefined ? {} : { name: body.name }),
          ...(body.alerts === undefined ? {} : { alerts: body.alerts ? 1 : 0 }),
          ...(seen ? { seen_at: new Date().toISOString() } : {}),
          ...(body.feed === undefined ? {} : { feed_token: body.feed ? newFeedToken() : null }),
        });
        if (!row) throw new Refusal('not-found');
        return savedSearchView(row, (await freshCounts(parts, actor, [row])).get(row.id));
      },
    }),
    route({
      method: 'delete',
      path: '/api/searches/:id',
      summary: 'Forget a saved search, and its feed',
      tag: 'search',
      params: one,
      answers: okay,
      handle: async ({ actor, params }) => {
        signedIn(actor);
        if (!(await deleteSavedSearch(metadata.queries, actor.id, params.id))) throw new Refusal('not-found');
        return done;
      },
    }),
    route({
      method: 'get',
      path: '/feeds/searches/:token.xml',
      summary: 'RSS 2.0: the newest records of a saved search that are public, whoever asks',
      tag: 'search',
      params: z.object({ token: z.string().regex(/^[\w-]{32}$/) }),
      answers: 'bytes',
      anonymous: true,
      handle: async ({ params, request, response }) => {
        const saved = await savedSearchByToken(metadata.queries, params.token);
        if (!saved) throw new Refusal('not-found');
        const { text, tag } = await searchFeed(parts, saved);
        response.set({
          'content-type': 'application/rss+xml; charset=utf-8',
          'cache-control': 'private, max-age=900',
          'x-robots-tag': 'noindex',
          etag: tag,
        });
        if (isFresh(request, tag)) response.status(304).end();
        else response.end(text);
      },
    }),
  ];
}
