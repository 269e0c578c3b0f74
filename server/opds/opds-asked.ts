import { z } from 'zod';
import type { FacetName } from '../../search/facets.ts';
import { facetNames, searchQuery } from '../contract/search.ts';

/** An empty value is none: apps leave what they do not fill of a template. */
const orNone = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema);

const size = orNone(z.coerce.number().int().min(1).max(100).default(30));

/** GET …/records: a search, a branch of the tree or everything. `query` is what OPDS 2.0 calls the words (section 3). */
export const recordsQuery = searchQuery
  .pick({ q: true, level: true, grade: true, subject: true, topic: true, type: true, set: true, language: true })
  .extend({
    query: z.string().max(10_000).optional(),
    sort: orNone(searchQuery.shape.sort.unwrap().optional()),
    page: orNone(z.coerce.number().int().min(1).max(1_000_000).default(1)),
    size,
  });

const place = z
  .string()
  .regex(/^[\dTZ:.-]{1,40}_[0-9a-f-]{36}$/)
  .transform((text) => ({ instant: text.slice(0, -37), id: text.slice(-36) }));

/** GET …/new: the rows before or after one, whatever is published meanwhile. */
export const newestQuery = z.object({ after: place.optional(), before: place.optional(), size });

const code = z.string().max(100).optional();
/** GET …/grades, …/subjects: where in the tree. */
export const treeQuery = z.object({ level: code, grade: code });

/** What a list of records is asked for, in one form for both versions. */
export interface RecordsAsked {
  text: string;
  facets: Record<FacetName, string[]>;
  sort: 'relevance' | 'title' | 'newest';
  page: number;
  size: number;
}

const sizeOfOnes = 30;

export function recordsAsked(query: z.output<typeof recordsQuery>): RecordsAsked {
  const text = (query.query ?? query.q).trim();
  return {
    text,
    facets: Object.fromEntries(facetNames.map((name) => [name, query[name]])) as RecordsAsked['facets'],
    sort: query.sort ?? (text === '' ? 'newest' : 'relevance'),
    page: query.page,
    size: query.size,
  };
}

export type Version = 1 | 2;
export const baseOf = (version: Version): string => (version === 1 ? '/opds' : '/opds/v2');

/** The address of a list. From the root of the host, so that it holds by whatever name the library is reached. */
export function recordsAddress(version: Version, asked: Partial<RecordsAsked>): string {
  const given = new URLSearchParams();
  const text = asked.text ?? '';
  if (text !== '') given.set(version === 1 ? 'q' : 'query', text);
  for (const name of facetNames) for (const value of asked.facets?.[name] ?? []) given.append(name, value);
  if (asked.sort && asked.sort !== (text === '' ? 'newest' : 'relevance')) given.set('sort', asked.sort);
  if (asked.page !== undefined && asked.page > 1) given.set('page', String(asked.page));
  if (asked.size !== undefined && asked.size !== sizeOfOnes) given.set('size', String(asked.size));
  return `${baseOf(version)}/records${given.size > 0 ? `?${given}` : ''}`;
}

export const newestAddress = (version: Version, given: Record<string, string>): string => {
  const query = new URLSearchParams(given);
  return `${baseOf(version)}/new${query.size > 0 ? `?${query}` : ''}`;
};

/** A place in the tree: …/grades?level=THCS. */
export function treeAddress(version: Version, list: string, at: { level?: string; grade?: string } = {}): string {
  const query = new URLSearchParams(Object.entries(at).filter((one): one is [string, string] => one[1] !== undefined));
  return `${baseOf(version)}/${list}${query.size > 0 ? `?${query}` : ''}`;
}
