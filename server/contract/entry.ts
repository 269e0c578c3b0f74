import { z } from 'zod';
import { id, instant } from './common.ts';
import { agent } from './record.ts';

/** A record as it is held beside another one. */
export const comparedRecord = z.object({
  id,
  /** The school, or the catalogue it was taken from. */
  holder: z.string(),
  title: z.string(),
  subtitle: z.string().nullable(),
  agents: z.array(agent),
  publisher: z.string().nullable(),
  year: z.string().nullable(),
  edition: z.string().nullable(),
  identifiers: z.array(z.string()),
  subjects: z.array(z.string()),
  grades: z.array(z.string()),
  resourceType: z.string().nullable(),
  textbookSet: z.string().nullable(),
  pages: z.number().int().nullable(),
});
export type ComparedRecord = z.infer<typeof comparedRecord>;

/** Two records that may be one: `score` from .5 (asked) to .9 (joined without asking); `why`: ask, contradiction, decision-contested. */
export const entryQuestion = z.object({
  one: comparedRecord,
  other: comparedRecord,
  score: z.number(),
  why: z.string(),
  /** Heaviest first; above 0 speaks for one. */
  reasons: z.array(z.object({ code: z.string(), weight: z.number() })),
});
export type EntryQuestion = z.infer<typeof entryQuestion>;
/** `total`: of those the asker may see, as far as was looked. */
export const entryQuestions = z.object({ questions: z.array(entryQuestion), total: z.number().int() });

export const newDecision = z.object({ one: id, other: id, decision: z.enum(['same', 'different']) });
export const entryDecision = z.object({ id, one: z.object({ id, title: z.string() }), other: z.object({ id, title: z.string() }), decision: z.enum(['same', 'different']), at: instant });
export type EntryDecision = z.infer<typeof entryDecision>;
export const entryDecisions = z.object({ decisions: z.array(entryDecision) });
/** Takes a record out of its entry: it is different from each of the others in it. */
export const entrySplit = z.object({ recordId: id });
