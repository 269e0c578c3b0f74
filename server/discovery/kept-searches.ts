import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { publishedAfter, type SavedSearchRow } from '../../storage/metadata/saved-searches.ts';
import type { Actor } from '../access/actor.ts';
import { audienceOfActor, mayReach } from '../access/audience.ts';
import { facetNames, searchQuery } from '../contract/search.ts';
import { loadVocabularies, type Vocabularies } from '../catalogue/vocabularies.ts';
import type { SavedSearch } from '../contract/saved-search.ts';
import { ask, type Asked, askedBy, foundWhole, type Searching } from './asked-search.ts';

/** Newest records of a search that are looked at. */
const mostFresh = 100;

/** Unguessable, and as long as an address may well be: 192 bits. */
export const newFeedToken = (): string => randomBytes(24).toString('base64url');

type Parameters = z.output<typeof searchQuery>;

/** Null where the search page could not make sense of it. */
function parametersOf(query: string): Parameters | null {
  const given = new URLSearchParams(query);
  const values = Object.fromEntries(
    [...new Set(given.keys())]
      .map((name) => [name, given.getAll(name)] as const)
      .map(([name, all]) => [name, all.length === 1 ? all[0] : all]),
  );
  const read = searchQuery.omit({ page: true, size: true, explain: true }).safeParse(values);
  return read.success ? (read.data as Parameters) : null;
}

/** What is kept of an address: what is asked and how it is ordered, but no page, in one order. Null where nothing is asked, or not understood. */
export function keptQuery(query: string): string | null {
  const read = parametersOf(query.replace(/^\?/, ''));
  if (!read) return null;
  const kept = new URLSearchParams();
  const q = read.q.trim();
  if (q !== '') kept.set('q', q);
  for (const name of facetNames) for (const value of read[name]) kept.append(name, value);
  if (kept.size === 0) return null;
  if (read.literal) kept.set('literal', read.literal);
  for (const typed of read.drop) kept.append('drop', typed);
  if (read.sort !== 'relevance') kept.set('sort', read.sort);
  return kept.toString();
}

/** What a kept query asks for. Throws on one that keptQuery() has not made. */
export function askedByKept(query: string): Asked {
  const read = parametersOf(query);
  if (!read) throw new Error('a saved search that cannot be read');
  return askedBy(read);
}

/**
 * How many records of each search have been published since its owner last looked, of those that the owner may read now: one search
 * each, one query for all. Those without alerts are left out.
 */
export async function freshCounts(
  parts: Searching,
  actor: Actor,
  rows: readonly SavedSearchRow[],
): Promise<Map<string, number>> {
  const watched = rows.filter(({ alerts }) => alerts === 1);
  if (watched.length === 0) return new Map();
  const vocabularies = await loadVocabularies(parts.metadata);
  const audience = audienceOfActor(actor);
  const found = new Map(
    await Promise.all(
      watched.map(
        async ({ id, query }) => [id, await newestIds(parts, audience, query, mostFresh, vocabularies)] as const,
      ),
    ),
  );
  const oldest = watched.map(({ seen_at }) => seen_at).sort()[0]!;
  const published = await publishedAfter(parts.metadata.queries, [...new Set([...found.values()].flat())], oldest);
  const since = new Map(
    published.filter((record) => mayReach(actor, record)).map(({ id, published_at }) => [id, published_at!]),
  );
  return new Map(
    watched.map(({ id, seen_at }) => [
      id,
      found.get(id)!.filter((record) => (since.get(record) ?? '') > seen_at).length,
    ]),
  );
}

/** The newest first. What holds only a part of the query is no news. */
export async function newestIds(
  parts: Searching,
  audience: string[],
  query: string,
  limit: number,
  known?: Vocabularies,
): Promise<string[]> {
  const found = await ask(parts, { ...askedByKept(query), audience, sort: 'newest', limit }, known);
  return foundWhole(found) ? found.hits.map(({ id }) => id) : [];
}

export const savedSearchView = (row: SavedSearchRow, fresh: number | undefined): SavedSearch => ({
  id: row.id,
  name: row.name,
  query: row.query,
  alerts: row.alerts === 1,
  fresh: row.alerts === 1 ? (fresh ?? 0) : null,
  feed: row.feed_token === null ? null : `/feeds/searches/${row.feed_token}.xml`,
  createdAt: row.created_at,
});
