import { z } from 'zod';

/** The editable lists that pick lists and facets come from; seeded from server/catalogue/vocab.json at the first start. */
export const vocabularyNames = [
  'level', // cấp học
  'grade', // khối, lớp
  'subject', // môn học, lĩnh vực mầm non
  'textbook-set', // bộ sách
  'resource-type', // loại học liệu
  'licence', // giấy phép
  'language', // ngôn ngữ (ISO 639-1)
  'person-role', // MARC relator codes
  'reading-level', // GROW BY
] as const;
export const vocabularyName = z.enum(vocabularyNames);
export type VocabularyName = z.infer<typeof vocabularyName>;

export const term = z.object({
  code: z.string().min(1).max(40),
  vi: z.string().min(1).max(200),
  en: z.string().max(200).nullable(),
  /** Code of a broader term of the same vocabulary, or of the level (for grades) or group (for resource types). */
  parent: z.string().nullable(),
  /** Folded forms that people type: 'gdcd', 'giao an'. */
  aliases: z.array(z.string().max(100)),
  position: z.number().int(),
  active: z.boolean(),
  /** Whatever else vocab.json says of it: ddc, colour, scope, public, reuse, ... */
  extra: z.record(z.string(), z.unknown()),
});
export type Term = z.infer<typeof term>;

export const vocabularies = z.object({ vocabularies: z.record(vocabularyName, z.array(term)) });
export const termChanges = term.omit({ code: true }).partial();
