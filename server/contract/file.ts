import { z } from 'zod';
import { id, instant } from './common.ts';

/** The steps of server/ingest/pipeline.ts, in order. */
export const ingestSteps = ['identify', 'describe', 'pages', 'thumbnails', 'text', 'index'] as const;
export const ingestStep = z.enum(ingestSteps);
export type IngestStepName = z.infer<typeof ingestStep>;

export const stepStates = ['waiting', 'running', 'done', 'skipped', 'stopped', 'failed'] as const;
export const stepState = z.enum(stepStates);
export type StepState = z.infer<typeof stepState>;

export const stepView = z.object({
  step: ingestStep,
  state: stepState,
  /** Pages (or other units) done and expected; 0 when unknown. */
  done: z.number().int(),
  total: z.number().int(),
  code: z.string().nullable(),
});

/** waiting: queued; reading: the pipeline is at work; ready: all steps ended; stopped: needs a person (a password); failed: will not go on by itself. */
export const fileStates = ['waiting', 'reading', 'ready', 'stopped', 'failed'] as const;
export const fileState = z.enum(fileStates);
export type FileState = z.infer<typeof fileState>;

/** What a file turned out to be, by content. `other` is kept and downloadable, never read. */
export const fileFormats = ['pdf', 'image', 'image-archive', 'text', 'epub', 'audio', 'video', 'office', 'other'] as const;
export const fileFormat = z.enum(fileFormats);
export type FileFormat = z.infer<typeof fileFormat>;

/** The encoding from before Unicode that a text was in; `damaged`: Unicode that an earlier conversion left with letters missing. */
export const textOrigins = ['tcvn3', 'vni', 'viscii', 'windows-1258', 'damaged'] as const;
export const textConversion = z.object({
  from: z.enum(textOrigins),
  /** The font that said so; null where the words did. */
  font: z.string().nullable(),
});
export type TextConversion = z.infer<typeof textConversion>;

export const fileAbilities = z.object({
  read: z.boolean(),
  download: z.boolean(),
  replace: z.boolean(),
  remove: z.boolean(),
  retry: z.boolean(),
  givePassword: z.boolean(),
});

export const fileView = z.object({
  id,
  recordId: id,
  name: z.string(),
  mediaType: z.string(),
  format: fileFormat.nullable(),
  size: z.number().int(),
  sha256: z.string(),
  position: z.number().int(),
  /** Counts the replacements of the bytes at this address, from 1. */
  revision: z.number().int(),
  state: fileState,
  code: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
  /** Pages in the file, and how many of them have an image by now. */
  pageCount: z.number().int(),
  readablePages: z.number().int(),
  textPages: z.number().int(),
  steps: z.array(stepView),
  /** What of its text was converted, for those who look after the record; what stood in the file is beside each word of a page. */
  conversions: z.array(textConversion),
  createdAt: instant,
  abilities: fileAbilities,
});
export type FileView = z.infer<typeof fileView>;

export const filePage = z.object({
  index: z.number().int(),
  label: z.string().nullable(),
  state: z.enum(['waiting', 'image', 'text', 'failed']),
  code: z.string().nullable(),
  textSource: z.enum(['layer', 'ocr', 'none']).nullable(),
  confidence: z.number().nullable(),
});
export const filePages = z.object({ pages: z.array(filePage) });

/**
 * Uploads use tus 1.0 at /api/uploads. Upload-Metadata keys: filename (UTF-8), recordId (optional: add to this record),
 * replaces (optional: id of the file whose bytes this replaces), folder (optional: webkitRelativePath's folder),
 * licence, scope (optional). When the last byte has arrived, GET /api/uploads/:id/outcome says what became of it.
 */
export const uploadOutcome = z.object({
  state: z.enum(['receiving', 'accepted', 'already-held', 'refused']),
  code: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
  recordId: id.nullable(),
  fileId: id.nullable(),
});
export type UploadOutcome = z.infer<typeof uploadOutcome>;

/** Images that belong together: makes one book (one zip-like file) of several uploaded pages. */
export const pdfPassword = z.object({ password: z.string().max(200) });

/** Server-sent events of GET /api/ingest/events?files=id,id: event `file`, data = fileView, whenever something changed. */
export const ingestEventsQuery = z.object({ files: z.string().max(4000) });

/** GET /api/ingest/active: files of mine (or of my school for a librarian) that are waiting, being read, stopped or failed, newest first. */
export const activeFiles = z.object({ files: z.array(fileView.extend({ recordTitle: z.string() })) });
