import { z } from 'zod';

/** UUIDv7 in lower case. */
export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

/** ISO 8601 in UTC with milliseconds: 2026-11-24T09:05:00.000Z. */
export const instant = z.string();

/** RFC 9457 problem; `code` is permanent (server/errors.ts holds the closed table) and `params` fill the sentence of web/messages. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  params: z.record(z.string(), z.unknown()).optional(),
  instance: z.string().optional(),
  /** Faults of single fields: dotted path and zod's issue code. */
  fields: z.array(z.object({ path: z.string(), code: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;

export const okay = z.object({ ok: z.literal(true) });
