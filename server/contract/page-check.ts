import { z } from 'zod';
import { id } from './common.ts';

const recognitionLanguage = z.enum(['vi', 'en']);

/** A page whose text was recognised badly. */
export const pageToCheck = z.object({
  fileId: id,
  number: z.number().int(),
  label: z.string().nullable(),
  recordId: id,
  title: z.string(),
  fileName: z.string(),
  /** The beginning of what was recognised. */
  text: z.string(),
  /** 0 to 1: what the list is sorted by, and what it is made of. */
  quality: z.number(),
  confidence: z.number().nullable(),
  syllables: z.number().nullable(),
  /** Whether the image was cleaned before. */
  cleaned: z.boolean(),
  turn: z.number().int(),
  language: recognitionLanguage.nullable(),
  /** Address of the small picture. */
  thumbnail: z.string(),
});
export type PageToCheck = z.infer<typeof pageToCheck>;

export const pagesToCheck = z.object({ pages: z.array(pageToCheck), total: z.number().int(), next: z.string().nullable() });
export type PagesToCheck = z.infer<typeof pagesToCheck>;

export const pagesToCheckQuery = z.object({
  size: z.coerce.number().int().min(1).max(100).default(24),
  after: z
    .string()
    .regex(/^\d{1,4}_[0-9a-f-]{36}_\d{1,6}$/)
    .optional(),
});

export const pageOfFile = z.object({ id, n: z.coerce.number().int().min(1).max(1_000_000) });
export const pageChecked = z.object({ checked: z.boolean() });

/** `language` null: by the record, else by the text. `turn`: degrees clockwise before reading; left out, as it was. */
export const recognition = z.object({
  language: recognitionLanguage.nullable(),
  turn: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]).optional(),
});
export const recognitionQueued = z.object({ pages: z.number().int() });
