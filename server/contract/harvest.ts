import { z } from 'zod';
import { id, instant } from './common.ts';
import { agent } from './record.ts';

/** Of another repository's OAI-PMH; what stands behind the ? belongs to it. */
const address = z.url({ protocol: /^https?$/ }).max(1000);
const setSpec = z.string().min(1).max(300).nullable();
const format = z.string().min(1).max(100);
const name = z.string().trim().min(1).max(200);

/** Who may see what was taken from a source. */
export const sourceScope = z.enum(['school', 'sector', 'public']);
export const sourceSchedule = z.enum(['hand', 'daily', 'weekly']);

export const addressLooked = z.object({ address });
/** POST /api/harvest/look: what a repository says of itself. */
export const repositoryView = z.object({
  name: z.string(),
  /** Of deleted records it tells nothing, some, or all. */
  deletions: z.enum(['no', 'transient', 'persistent']),
  earliest: z.string().nullable(),
  sets: z.array(z.object({ spec: z.string(), name: z.string() })),
  /** It has more sets than are shown. */
  moreSets: z.boolean(),
  /** Those that can be read here, the fullest first. */
  formats: z.array(z.string()),
  /** It has others too. */
  otherFormats: z.array(z.string()),
});
export type RepositoryView = z.infer<typeof repositoryView>;

export const previewAsked = z.object({ address, set: setSpec, format });
const previewRecord = z.object({
  identifier: z.string(),
  datestamp: z.string().nullable(),
  title: z.string(),
  agents: z.array(agent),
  year: z.string().nullable(),
  subjects: z.array(z.string()),
  grades: z.array(z.string()),
  resourceType: z.string().nullable(),
  licence: z.string(),
  link: z.string().nullable(),
});
export const asideView = z.object({
  identifier: z.string().nullable(),
  /** A key of web/messages: harvest.reason.<reason>. */
  reason: z.string(),
  /** What the reader of XML said, in English; '' where there is nothing to add. */
  detail: z.string(),
  text: z.string(),
});
/** POST /api/harvest/preview: the first records as they would stand here; nothing is kept. */
export const previewView = z.object({ records: z.array(previewRecord), asides: z.array(asideView), listSize: z.number().int().nullable() });
export type PreviewView = z.infer<typeof previewView>;

export const newSource = z.object({ address, set: setSpec, format, name: name.optional(), scope: sourceScope.default('school'), schedule: sourceSchedule.default('weekly') });
export const sourceChanges = z.object({ name: name.optional(), schedule: sourceSchedule.optional() });

export const runView = z.object({
  id,
  /** `waiting`: goes on at `waitUntil`. */
  state: z.enum(['running', 'waiting', 'done', 'failed', 'stopped']),
  whole: z.boolean(),
  startedAt: instant,
  endedAt: instant.nullable(),
  pages: z.number().int(),
  taken: z.number().int(),
  unchanged: z.number().int(),
  deleted: z.number().int(),
  aside: z.number().int(),
  /** As the source counts. */
  listSize: z.number().int().nullable(),
  waitUntil: instant.nullable(),
  /** Of server/errors.ts: why it failed or waits, or what is to be known of one that ended. */
  code: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
});
export type RunView = z.infer<typeof runView>;

export const sourceView = z.object({
  id,
  name: z.string(),
  address: z.string(),
  set: z.string().nullable(),
  format: z.string(),
  scope: sourceScope,
  schedule: sourceSchedule,
  nextAt: instant.nullable(),
  /** Records of it that stand in the catalogue. */
  held: z.number().int(),
  /** What it told that could not be taken. */
  asides: z.number().int(),
  /** The last one. */
  run: runView.nullable(),
});
export type SourceView = z.infer<typeof sourceView>;
export const sourceList = z.object({ sources: z.array(sourceView) });
export const sourceDetail = sourceView.extend({ runs: z.array(runView) });

export const runAsked = z.object({ /** Everything, and not only what has changed. */ whole: z.boolean().default(false) });
export const asideQuery = z.object({ after: z.string().max(1_200).default(''), size: z.coerce.number().int().min(1).max(100).default(20) });
export const asideList = z.object({ asides: z.array(asideView.extend({ at: instant })), next: z.string().nullable() });

/** host:port of servers inside the school's network that may be asked. */
export const allowedHostList = z.object({ hosts: z.array(z.string().trim().min(1).max(300)).max(100) });
