import { z } from 'zod';
import { id } from './common.ts';
import { agent, cover, recordState } from './record.ts';

export const sorts = ['relevance', 'title', 'newest'] as const;
const codes = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]).flatMap((one) => one.split(',')).filter(Boolean));

/** Free words, which may hold commas: several by repeating the parameter. */
const words = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]).filter(Boolean));

/** GET /api/search?q=&subject=&grade=&type=&language=&sort=&page=&size=. Several values of one facet are OR, facets among themselves AND. */
export const searchQuery = z.object({
  q: z.string().max(10_000).default(''),
  level: codes,
  grade: codes,
  subject: codes,
  topic: words,
  type: codes,
  set: codes,
  language: codes,
  /** The words as they were typed, and nothing else. */
  literal: z.enum(['1']).optional(),
  /** `typed` of what was understood and is to be taken as it stands. */
  drop: words,
  /** What each score is made of; for cataloguers, others are refused with not-allowed. */
  explain: z.enum(['1']).optional(),
  sort: z.enum(sorts).default('relevance'),
  page: z.coerce.number().int().min(1).max(1000).default(1),
  size: z.coerce.number().int().min(1).max(100).default(20),
});

/** Text in runs; marked runs matched the query. */
export const markedText = z.array(z.object({ text: z.string(), marked: z.boolean() }));
export type MarkedText = z.infer<typeof markedText>;

export const pageHit = z.object({
  fileId: id,
  /** From 1. */
  page: z.number().int(),
  label: z.string().nullable(),
  snippet: markedText,
  /** Address in our web reader, with the query: /read/<fileId>/page/<n>?q=… */
  url: z.string(),
});

export const searchHit = z.object({
  id,
  title: z.string(),
  markedTitle: markedText,
  state: recordState,
  agents: z.array(agent),
  publisher: z.string().nullable(),
  year: z.string().nullable(),
  resourceType: z.string().nullable(),
  textbookSet: z.string().nullable(),
  subjects: z.array(z.string()),
  grades: z.array(z.string()),
  licence: z.string(),
  /** Name of the other catalogue it was harvested from. */
  source: z.string().nullable(),
  /** Schools and catalogues that hold it, as far as the asker may know; 1: only this one. */
  holders: z.number().int(),
  cover: cover.nullable(),
  readable: z.object({ fileId: id, pages: z.number().int() }).nullable(),
  /** Up to three matching pages, best first, and how many there are in all. */
  pages: z.array(pageHit),
  pagesTotal: z.number().int(),
  /** With explain=1: the score, and the named parts that it is the sum of. */
  explained: z.object({ score: z.number(), parts: z.array(z.object({ part: z.string(), value: z.number() })) }).optional(),
});
export type SearchHit = z.infer<typeof searchHit>;

export const facetCount = z.object({ code: z.string(), count: z.number().int() });
export const facetNames = ['level', 'grade', 'subject', 'topic', 'type', 'set', 'language'] as const;
export type FacetName = (typeof facetNames)[number];

/** Something that the query was understood to mean beside its words. */
export const chip = z.object({
  /** A term of a vocabulary, or keystrokes of an input method that was switched off. */
  kind: z.enum(['facet', 'keys']),
  typed: z.string(),
  label: z.string(),
  facet: z.enum(facetNames).nullable(),
  code: z.string().nullable(),
});
export type Chip = z.infer<typeof chip>;

export const searchResult = z.object({
  q: z.string(),
  total: z.number().int(),
  page: z.number().int(),
  size: z.number().int(),
  records: z.array(searchHit),
  /** Nothing holds the whole query; these hold the most telling part of it. */
  partial: z.boolean(),
  understood: z.array(chip),
  /** A query by which this reader finds something where theirs found nothing (`instead`: its results are these), or only a part of it. */
  corrected: z.object({ text: z.string(), instead: z.boolean() }).nullable(),
  /** Counts of each facet under the other facets' choices and the reader's rights. */
  facets: z.object({
    level: z.array(facetCount),
    grade: z.array(facetCount),
    subject: z.array(facetCount),
    topic: z.array(facetCount),
    type: z.array(facetCount),
    set: z.array(facetCount),
    language: z.array(facetCount),
  }),
  /** How many values of a facet were left off because their list is long (see /api/search/facet); absent: none. */
  facetsLeftOff: z.partialRecord(z.enum(facetNames), z.number().int()),
});
export type SearchResult = z.infer<typeof searchResult>;

/** GET /api/search/suggestions?q= */
export const suggestionQuery = z.object({ q: z.string().max(10_000).default('') });
export const suggestion = z.object({
  /** A term of a vocabulary, the title of a record, somebody who made one, what many have asked for. */
  kind: z.enum(['term', 'title', 'person', 'query']),
  text: z.string(),
  facet: z.enum(facetNames).nullable(),
  code: z.string().nullable(),
  recordId: id.nullable(),
});
export type Suggestion = z.infer<typeof suggestion>;
export const suggestions = z.object({ suggestions: z.array(suggestion) });
export type Suggestions = z.infer<typeof suggestions>;

/** GET /api/search/facet: the values of one facet under a search, of which some word begins with `starts`, accent-blind; at most 50. */
export const facetQuery = searchQuery.pick({ q: true, level: true, grade: true, subject: true, topic: true, type: true, set: true, language: true, literal: true, drop: true }).extend({
  facet: z.enum(facetNames),
  starts: z.string().max(200).default(''),
});
export const facetValues = z.object({ values: z.array(facetCount), leftOff: z.number().int() });
export type FacetValues = z.infer<typeof facetValues>;

/** GET /api/records/:id/similar: up to eight records like this one that the asker may read, the likest first. */
export const similarRecords = z.object({ records: z.array(searchHit) });
export type SimilarRecords = z.infer<typeof similarRecords>;
