import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { fileById, type FileRow, waitAgain } from '../../storage/metadata/files.ts';
import {
  type CheckedSoFar,
  countPagesToCheck,
  markChecked,
  pagesToCheck as worstPages,
  recogniseAgain,
} from '../../storage/metadata/pages-to-check.ts';
import { recordById } from '../../storage/metadata/records.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy, type RecordRow } from '../access/record-policy.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id, okay } from '../contract/common.ts';
import {
  pageChecked,
  pageOfFile,
  pagesToCheck,
  pagesToCheckQuery,
  type PageToCheck,
  recognition,
  recognitionQueued,
} from '../contract/page-check.ts';
import { Refusal } from '../errors.ts';
import { done, route, type Route } from '../http/route.ts';
import { enqueue } from '../jobs/queue.ts';

const beginning = 400;

type Row = Awaited<ReturnType<typeof worstPages>>[number];

const present = (row: Row): PageToCheck => ({
  fileId: row.file_id,
  number: row.number,
  label: row.label,
  recordId: row.record_id,
  title: row.title,
  fileName: row.name,
  text: row.text.slice(0, beginning),
  quality: (row.quality ?? 0) / 1000,
  confidence: row.confidence,
  syllables: row.syllables,
  cleaned: row.cleaned_key !== null,
  turn: row.turn,
  language: row.recognition_language === 'vi' || row.recognition_language === 'en' ? row.recognition_language : null,
  thumbnail: `/api/files/${row.file_id}/pages/${row.number}/thumbnail?size=large&v=${row.revision}`,
});

/** The pages that were recognised worst, for those who look after a school's records. */
export function pageCheckRoutes({ metadata }: { metadata: Metadata }): Route[] {
  async function load(actor: Actor, fileId: string): Promise<FileRow> {
    authorizeSchool(actor, 'publish');
    const file = await fileById(metadata.queries, fileId);
    const record = file && file.removed_at === null ? await recordById(metadata.queries, file.record_id) : undefined;
    authorize<RecordRow, 'addFile'>(recordPolicy as never, 'file-not-found', actor, 'addFile', record);
    return file!;
  }

  async function again(actor: Actor, fileId: string, number: number | null, wanted: z.output<typeof recognition>): Promise<{ pages: number }> {
    const file = await load(actor, fileId);
    const pages = await metadata.transaction(async (queries) => {
      const count = await recogniseAgain(queries, file.id, { number, turn: wanted.turn ?? null, language: wanted.language });
      if (count === 0) return 0;
      await waitAgain(queries, file.id, new Date().toISOString());
      await enqueue(queries, { kind: 'ingest-file', fileId: file.id });
      return count;
    });
    if (pages === 0 && number !== null) throw new Refusal('page-not-found');
    return { pages };
  }

  return [
    route({
      method: 'get',
      path: '/api/pages-to-check',
      summary: 'Pages of the school whose text was recognised badly, worst first',
      tag: 'files',
      query: pagesToCheckQuery,
      answers: pagesToCheck,
      handle: async ({ actor, query }) => {
        authorizeSchool(actor, 'publish');
        const [quality, fileId, number] = query.after?.split('_') ?? [];
        const after: CheckedSoFar | null = fileId ? { quality: Number(quality), fileId, number: Number(number) } : null;
        const rows = await worstPages(metadata.queries, actor.schoolId, after, query.size + 1);
        const shown = rows.slice(0, query.size);
        const last = rows.length > query.size ? shown.at(-1) : undefined;
        return {
          pages: shown.map(present),
          total: await countPagesToCheck(metadata.queries, actor.schoolId),
          next: last ? `${last.quality}_${last.file_id}_${last.number}` : null,
        };
      },
    }),
    route({
      method: 'put',
      path: '/api/files/:id/pages/:n/check',
      summary: 'Say that a page needs no more looking at, or take that back',
      tag: 'files',
      params: pageOfFile,
      body: pageChecked,
      answers: okay,
      handle: async ({ actor, params, body }) => {
        const file = await load(actor, params.id);
        const at = body.checked ? new Date().toISOString() : null;
        if (!(await markChecked(metadata.queries, file.id, params.n, at))) throw new Refusal('page-not-found');
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/files/:id/pages/:n/recognition',
      summary: 'Recognise the text of a page again, in a language, turned',
      tag: 'files',
      params: pageOfFile,
      body: recognition,
      answers: recognitionQueued,
      handle: ({ actor, params, body }) => again(actor, params.id, params.n, body),
    }),
    route({
      method: 'post',
      path: '/api/files/:id/recognition',
      summary: 'Recognise the text of all pages again that have none of their own',
      tag: 'files',
      params: z.object({ id }),
      body: recognition,
      answers: recognitionQueued,
      handle: ({ actor, params, body }) => again(actor, params.id, null, body),
    }),
  ];
}
