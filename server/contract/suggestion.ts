import { z } from 'zod';
import { id } from './common.ts';

/** GET /api/search/suggestions?q=: what was typed so far, as it stands in the box. */
export const suggestionQuery = z.object({ q: z.string().max(10_000).default('') });

export const suggestion = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('title'), text: z.string(), id }),
  z.object({ kind: z.literal('person'), text: z.string() }),
  /** A term of a vocabulary, found by its label or another name; `facet` and `code` are the filter. */
  z.object({ kind: z.literal('term'), text: z.string(), facet: z.enum(['level', 'grade', 'subject', 'type', 'set']), code: z.string() }),
  /** What many people have asked for, that finds something for this one. */
  z.object({ kind: z.literal('query'), text: z.string() }),
]);
export type Suggestion = z.infer<typeof suggestion>;

/** At most ten, in the order in which they are to be shown. */
export const suggestions = z.object({ suggestions: z.array(suggestion) });
