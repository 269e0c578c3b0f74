import { z } from 'zod';
import { id, instant } from './common.ts';
import { fileView } from './file.ts';

/** Who may read, from narrow to wide. `class` shows like `school` until classes exist, and never to guests. */
export const scopes = ['class', 'school', 'sector', 'public'] as const;
export const scope = z.enum(scopes);
export type Scope = z.infer<typeof scope>;

export const recordStates = ['draft', 'published', 'withdrawn'] as const;
export const recordState = z.enum(recordStates);
export type RecordState = z.infer<typeof recordState>;

const line = (max: number) => z.string().trim().max(max);
const code = z.string().max(40);

/** An agent of the work. `role` is a MARC relator code (aut, edt, trl, ill, com, pbl, ...); `dates` as printed: "1765-1820". */
export const agent = z.object({ name: line(200).min(1), role: code.default('aut'), dates: line(40).optional() });
export type Agent = z.infer<typeof agent>;

export const identifierSchemes = ['isbn', 'issn', 'document-number', 'doi', 'url', 'local'] as const;
export const identifier = z.object({ scheme: z.enum(identifierSchemes), value: line(300).min(1) });

/** The bibliographic description: what a cataloguer types. Codes come from the vocabularies. Names follow MARC 21 / Dublin Core words. */
export const description = z.object({
  title: line(500).min(1), // 245 $a
  subtitle: line(500).optional(), // 245 $b
  statementOfResponsibility: line(500).optional(), // 245 $c
  agents: z.array(agent).max(50).default([]), // 100, 700
  publisher: line(300).optional(), // 264 $b
  placeOfPublication: line(200).optional(), // 264 $a
  year: line(20).optional(), // 264 $c
  edition: line(200).optional(), // 250
  subjects: z.array(code).max(20).default([]), // môn
  grades: z.array(code).max(20).default([]), // lớp
  resourceType: code.optional(), // loại học liệu
  textbookSet: code.optional(), // bộ sách
  languages: z.array(code).max(10).default([]), // 041
  ddc: line(40).optional(), // 082
  keywords: z.array(line(200).min(1)).max(50).default([]), // 653
  abstract: line(5000).optional(), // 520
  identifiers: z.array(identifier).max(20).default([]), // 020, 022, 024
  /** Where the thing is when we hold no file of it (licence LINK). http or https only. */
  link: z.url({ protocol: /^https?$/ }).max(2000).optional(), // 856
  readingLevel: code.optional(),
  aiGenerated: z.enum(['none', 'assisted', 'generated']).default('none'),
});
export type Description = z.infer<typeof description>;

export const newRecord = description.extend({ licence: code.optional(), scope: scope.optional() });
/** Only what is present changes; null clears an optional field. `version` is the one that was read: a newer one answers 409 version-conflict with both sides. */
export const recordChanges = z.object({
  version: z.number().int(),
  description: z.record(z.string(), z.unknown()).optional(),
  licence: code.optional(),
  scope: scope.optional(),
});

export const recordAbilities = z.object({
  edit: z.boolean(),
  publish: z.boolean(),
  unpublish: z.boolean(),
  withdraw: z.boolean(),
  delete: z.boolean(),
  restore: z.boolean(),
  addFile: z.boolean(),
  seeHistory: z.boolean(),
});

export const cover = z.object({ small: z.string(), large: z.string(), width: z.number(), height: z.number() });

export const recordView = z.object({
  id,
  version: z.number().int(),
  state: recordState,
  description,
  licence: code,
  scope,
  school: z.object({ id, code: z.string(), name: z.string() }),
  /** The other catalogue it was harvested from; null: the school's own. */
  source: z.object({ id, name: z.string() }).nullable(),
  /** Records of other schools and catalogues, and others of this school, that describe the same; those that the asker may see. */
  holders: z.array(
    z.object({
      id,
      /** The school, or the catalogue it was taken from. */
      name: z.string(),
      /** Whether it is this school's own. */
      own: z.boolean(),
      title: z.string(),
      year: z.string().nullable(),
      edition: z.string().nullable(),
      /** Another printing than this record. */
      otherPrinting: z.boolean(),
      readable: z.boolean(),
      link: z.string().nullable(),
    }),
  ),
  createdBy: z.object({ id, name: z.string() }).nullable(),
  createdAt: instant,
  updatedAt: instant,
  publishedAt: instant.nullable(),
  publishedBy: z.object({ id, name: z.string() }).nullable(),
  /** `confirmed`: for the school itself, which other installations say that it is gone there too, with so many copies of files. */
  withdrawn: z
    .object({ at: instant, by: z.string(), reason: z.string(), confirmed: z.array(z.object({ name: z.string(), copies: z.number().int(), at: instant })) })
    .nullable(),
  deletedAt: instant.nullable(),
  /** Names of description fields that were guessed at ingest and nobody has confirmed. */
  guessed: z.array(z.string()),
  cover: cover.nullable(),
  files: z.array(fileView),
  abilities: recordAbilities,
});
export type RecordView = z.infer<typeof recordView>;

/** One line of a list (home, drafts, bin). */
export const recordLine = z.object({
  id,
  version: z.number().int(),
  state: recordState,
  title: z.string(),
  agents: z.array(agent),
  year: z.string().nullable(),
  resourceType: z.string().nullable(),
  subjects: z.array(z.string()),
  grades: z.array(z.string()),
  cover: cover.nullable(),
  readable: z.object({ fileId: id, pages: z.number().int() }).nullable(),
  updatedAt: instant,
  createdBy: z.object({ id, name: z.string() }).nullable(),
  deletedAt: instant.nullable(),
});
export type RecordLine = z.infer<typeof recordLine>;

/** Keyset pages: pass `next` back as `after`. */
export const recordLines = z.object({ records: z.array(recordLine), next: z.string().nullable(), total: z.number().int() });
export const recordListQuery = z.object({
  /** `recent`: published, newest first. `drafts`: mine, or the school's for a librarian. `bin`: deleted. */
  list: z.enum(['recent', 'drafts', 'bin', 'withdrawn']).default('recent'),
  after: z.string().max(200).optional(),
  size: z.coerce.number().int().min(1).max(100).default(24),
});

export const publication = z.object({ version: z.number().int() });
export const withdrawal = z.object({ version: z.number().int(), reason: line(1000).min(1) });

export const recordChange = z.object({
  version: z.number().int(),
  at: instant,
  by: z.object({ id, name: z.string() }).nullable(),
  /** created, edited, published, unpublished, withdrawn, deleted, restored, undone, file-added, file-replaced, file-removed */
  action: z.string(),
  /** Field name, before and after, as JSON values. */
  changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});
export const recordHistory = z.object({ history: z.array(recordChange) });
/** Brings back the description as it was at `to`, as a new version. */
export const undo = z.object({ version: z.number().int(), to: z.number().int() });

/** A withdrawn record's tombstone: 410 with this as the problem's params. */
export const tombstone = z.object({ id, title: z.string(), at: instant, by: z.string(), reason: z.string() });
