import { z } from 'zod';
import { fileById, type FileRow, filesByIds, fileWithRecord, markRemoved, pagesOfFile, unfinishedFiles, waitAgain } from '../../storage/metadata/files.ts';
import { recordById, recordsByIds } from '../../storage/metadata/records.ts';
import { type Actor, isCataloguer } from '../access/actor.ts';
import { audienceOfRecord } from '../access/audience.ts';
import { authorize, type Authorized } from '../access/authorized.ts';
import { type RecordAbility, recordPolicy, type RecordRow } from '../access/record-policy.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id, okay } from '../contract/common.ts';
import { activeFiles, filePages, type FileView, fileView, ingestEventsQuery, pdfPassword, uploadOutcome } from '../contract/file.ts';
import { Refusal } from '../errors.ts';
import { directRoute, done, route, type Route } from '../http/route.ts';
import { enqueue } from '../jobs/queue.ts';
import { sendOriginal } from './original-sending.ts';
import type { ProgressEvents } from './progress-events.ts';
import { arrivedUnfinished, type FinishingParts, finishOnce, ownUpload } from './upload-finishing.ts';

export interface FileParts extends FinishingParts {
  events: ProgressEvents;
  /** The presenter of files, in a fixed number of queries; files that the actor may not see are left out. */
  viewFiles(actor: Actor, files: readonly FileRow[]): Promise<FileView[]>;
  fileRemoved(actor: Actor, file: FileRow, record: Authorized<RecordRow, 'addFile'>): Promise<void>;
}

export function fileRoutes(parts: FileParts): Route[] {
  const { metadata } = parts;

  async function loadFile<A extends RecordAbility>(actor: Actor, fileId: string, ability: A): Promise<{ file: FileRow; record: Authorized<RecordRow, A> }> {
    const file = await fileById(metadata.queries, fileId);
    const record = file && file.removed_at === null ? await recordById(metadata.queries, file.record_id) : undefined;
    const authorized = authorize<RecordRow, A>(recordPolicy as never, 'file-not-found', actor, ability, record);
    return { file: file!, record: authorized };
  }

  const view = async (actor: Actor, file: FileRow): Promise<FileView> => {
    const [seen] = await parts.viewFiles(actor, [file]);
    if (!seen) throw new Refusal('file-not-found');
    return seen;
  };

  const again = async (actor: Actor, fileId: string, password?: string): Promise<FileView> => {
    const { file } = await loadFile(actor, fileId, 'addFile');
    await metadata.transaction(async (queries) => {
      await waitAgain(queries, file.id, new Date().toISOString());
      await enqueue(queries, { kind: 'ingest-file', fileId: file.id, password });
    });
    return view(actor, (await fileById(metadata.queries, file.id))!);
  };

  return [
    route({
      method: 'get',
      path: '/api/files/:id',
      summary: 'A file: what it is and how far it has been read',
      tag: 'files',
      params: z.object({ id }),
      answers: fileView,
      handle: async ({ actor, params }) => view(actor, (await loadFile(actor, params.id, 'readFiles')).file),
    }),
    route({
      method: 'get',
      path: '/api/files/:id/pages',
      summary: 'State of each page of a file',
      tag: 'files',
      params: z.object({ id }),
      answers: filePages,
      handle: async ({ actor, params }) => {
        const { file } = await loadFile(actor, params.id, 'readFiles');
        const rows = await pagesOfFile(metadata.queries, file.id);
        return {
          pages: rows.map((row) => ({ index: row.number, label: row.label, state: row.state, code: row.code, textSource: row.text_source, confidence: row.confidence })),
        };
      },
    }),
    directRoute({
      path: '/api/files/:id/original',
      summary: 'The original bytes, whole or in ranges, where the licence allows; ?inline=1 to show them in place',
      tag: 'files',
      params: z.object({ id }),
      query: z.object({ inline: z.string().optional() }),
      handle: async ({ actor, params, query, request, response }) => {
        const found = await fileWithRecord(metadata.queries, params.id);
        const record = authorize<RecordRow, 'readFiles'>(recordPolicy as never, 'file-not-found', actor, 'readFiles', found);
        if (!recordPolicy.download(actor, record)) throw new Refusal(actor.kind === 'guest' ? 'not-signed-in' : 'download-not-licensed');
        await sendOriginal(parts.objects, { ...found!, name: found!.file_name }, audienceOfRecord(record).includes('public'), query.inline === '1', request, response);
      },
    }),
    route({
      method: 'delete',
      path: '/api/files/:id',
      summary: 'Take a file out of its record; its bytes are kept',
      tag: 'files',
      params: z.object({ id }),
      answers: okay,
      handle: async ({ actor, params }) => {
        const { file, record } = await loadFile(actor, params.id, 'addFile');
        await parts.fileRemoved(actor, file, record);
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/files/:id/retry',
      summary: 'Read a stopped or failed file again; only what is missing is done',
      tag: 'files',
      params: z.object({ id }),
      answers: fileView,
      handle: ({ actor, params }) => again(actor, params.id),
    }),
    route({
      method: 'post',
      path: '/api/files/:id/password',
      summary: 'Give the password of a locked PDF; it is used once and not kept',
      tag: 'files',
      params: z.object({ id }),
      body: pdfPassword,
      answers: fileView,
      handle: ({ actor, params, body }) => again(actor, params.id, body.password),
    }),
    route({
      method: 'get',
      path: '/api/ingest/active',
      summary: 'Files that are waiting, being read, stopped or failed: mine, or the school’s for a librarian',
      tag: 'files',
      answers: activeFiles,
      handle: async ({ actor }) => {
        authorizeSchool(actor, 'upload');
        const { id: personId, schoolId } = actor;
        const rows = await unfinishedFiles(metadata.queries, { schoolId, personId: isCataloguer(actor) ? null : personId }, 100);
        const views = await parts.viewFiles(actor, rows);
        const titles = new Map((await recordsByIds(metadata.queries, [...new Set(rows.map((row) => row.record_id))])).map((row) => [row.id, row.title]));
        return { files: views.map((file) => ({ ...file, recordTitle: titles.get(file.recordId) ?? '' })) };
      },
    }),
    route({
      method: 'get',
      path: '/api/ingest/events',
      summary: 'Server-sent events: a file’s view whenever it changes',
      tag: 'files',
      query: ingestEventsQuery,
      answers: 'bytes',
      handle: async ({ actor, query, response }) => {
        if (actor.kind !== 'person') throw new Refusal('not-signed-in');
        const ids = query.files.split(',').filter((one) => id.safeParse(one).success).slice(0, 100);
        const streaming = parts.events.stream(response, { personId: actor.id, fileIds: ids }, async (changed) => parts.viewFiles(actor, await filesByIds(metadata.queries, changed)));
        if (!streaming) throw new Refusal('too-many-requests', { retryAfter: 10 });
      },
    }),
    route({
      method: 'get',
      path: '/api/uploads/:id/outcome',
      summary: 'What became of an upload',
      tag: 'files',
      params: z.object({ id }),
      answers: uploadOutcome,
      handle: async ({ actor, params }) => {
        let upload = await ownUpload(metadata, actor, params.id);
        if (await arrivedUnfinished(parts.staging, upload)) {
          await finishOnce(parts, actor, upload.id);
          upload = await ownUpload(metadata, actor, params.id);
        }
        return {
          state: upload.state,
          code: upload.code,
          params: upload.state === 'refused' ? (JSON.parse(upload.params_json) as Record<string, unknown>) : {},
          recordId: upload.record_id,
          fileId: upload.file_id,
        };
      },
    }),
  ];
}

/** Removes a file from its record and from the index, in one transaction with the record's history. */
export async function removeFile(parts: Pick<FileParts, 'metadata' | 'fileChanged'>, actor: Actor, file: FileRow, record: Authorized<RecordRow, 'addFile'>): Promise<void> {
  await parts.metadata.transaction(async (queries) => {
    await markRemoved(queries, file.id, new Date().toISOString());
    await parts.fileChanged(queries, { recordId: record.id, action: 'file-removed', personId: actor.kind === 'person' ? actor.id : null, name: file.name });
    await enqueue(queries, { kind: 'index-record', recordId: record.id });
  });
}
