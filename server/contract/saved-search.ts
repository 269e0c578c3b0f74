import { z } from 'zod';
import { id, instant } from './common.ts';

/** A person's own searches, at most this many. */
export const mostSavedSearches = 30;

const name = z.string().trim().min(1).max(120);

export const savedSearch = z.object({
  id,
  name: z.string(),
  /** As in the address of the search page, behind the `?`: `q=gdcd&grade=8`. */
  query: z.string(),
  alerts: z.boolean(),
  /** Published since it was last looked at, that this person may read; null while alerts are off. 100 stands for more than 99. */
  fresh: z.number().int().nullable(),
  /** /feeds/searches/<token>.xml of this library; null: no feed. It lists what is public, for whoever knows the address reads it. */
  feed: z.string().nullable(),
  createdAt: instant,
});
export type SavedSearch = z.infer<typeof savedSearch>;

/** GET /api/searches: the newest first. */
export const savedSearches = z.object({ searches: z.array(savedSearch) });
export type SavedSearches = z.infer<typeof savedSearches>;

/** POST /api/searches. */
export const newSavedSearch = z.object({ name, query: z.string().max(12_000), alerts: z.boolean().default(true) });

/** PATCH /api/searches/:id. `seen`: its fresh records were looked at. `feed` true gives it a new address, false takes the address away. */
export const savedSearchChanges = z.object({
  name: name.optional(),
  alerts: z.boolean().optional(),
  seen: z.literal(true).optional(),
  feed: z.boolean().optional(),
});
