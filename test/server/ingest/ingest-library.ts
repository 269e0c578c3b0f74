import { createHash } from 'node:crypto';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { ingestFile } from '../../../server/ingest/ingest-file.ts';
import { defaultLimits, type IngestLimits } from '../../../server/ingest/ingest-limits.ts';
import type { IngestParts } from '../../../server/ingest/ingest-parts.ts';
import { noTools } from '../../../server/ingest/tools.ts';
import type { JobOutcome } from '../../../server/jobs/job-kinds.ts';
import { openStorage, type Storage } from '../../../storage/index.ts';
import { fileById, type FileRow } from '../../../storage/metadata/files.ts';
import type { Row } from '../../../storage/metadata/tables.ts';
import { originalKey } from '../../../storage/objects/keys.ts';
import { addressesOf, placeOnServers, type ServerAddresses } from '../../support/servers.ts';

/** A real library in a temporary folder, with one school, into which files are put as an upload puts them. */
export interface IngestLibrary {
  folder: string;
  /** Where its parts lie, for another process. */
  addresses: ServerAddresses;
  storage: Storage;
  parts: IngestParts;
  warnings: { fields: object; message: string }[];
  /** A new draft with one waiting file; answers the file's id. */
  put(name: string, bytes: Uint8Array): Promise<string>;
  putPath(path: string): Promise<string>;
  ingest(fileId: string, changes?: Partial<IngestParts>, signal?: AbortSignal): Promise<JobOutcome>;
  file(fileId: string): Promise<FileRow>;
  pages(fileId: string): Promise<Row<'pages'>[]>;
  steps(fileId: string): Promise<Record<string, Row<'file_steps'>>>;
  close(): Promise<void>;
}

export const testEnvironment = { PATH: process.env['PATH'] ?? '' };

/** `there`: one that another process has made, which removes it. */
export async function openIngestLibrary(
  limits: Partial<IngestLimits> = {},
  there?: { folder: string; addresses: ServerAddresses },
): Promise<IngestLibrary> {
  const root = there?.folder ?? (await mkdtemp(join(tmpdir(), 'tu-sach-ingest-')));
  const place = there ? { ...there.addresses, remove: async () => {} } : placeOnServers();
  const storage = await openStorage({ folder: root, ...addressesOf(place) });
  const { queries } = storage.metadata;
  const now = new Date().toISOString();
  const existing = await queries.selectFrom('organisations').select('id').executeTakeFirst();
  const school = existing?.id ?? uuid();
  if (!existing) {
    await queries
      .insertInto('organisations')
      .values({ id: school, kind: 'school', code: 'thu', name: 'Trường thử', accent: '#225588', created_at: now })
      .execute();
  }
  const warnings: IngestLibrary['warnings'] = [];
  const parts: IngestParts = {
    metadata: storage.metadata,
    objects: storage.objects,
    tools: { ...noTools, environment: testEnvironment },
    limits: { ...defaultLimits, recognition: false, ...limits },
    log: {
      info: () => {},
      warn: (fields, message) => void warnings.push({ fields, message }),
      error: (fields, message) => void warnings.push({ fields, message }),
    },
  };

  async function put(name: string, bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const key = originalKey(sha256);
    await storage.objects.put(key, bytes);
    const [recordId, fileId] = [uuid(), uuid()];
    await storage.metadata.transaction(async (transaction) => {
      await transaction
        .insertInto('records')
        .values(draft(recordId, school, now))
        .execute();
      await transaction
        .insertInto('files')
        .values({
          id: fileId,
          record_id: recordId,
          school_id: school,
          name,
          media_type: 'application/x-lie',
          format: null,
          size: bytes.length,
          sha256,
          object_key: key,
          position: 1,
          state: 'waiting',
          code: null,
          params_json: '{}',
          contents_json: '[]',
          created_by: null,
          created_at: now,
          updated_at: now,
          removed_at: null,
        })
        .execute();
    });
    return fileId;
  }

  return {
    folder: root,
    addresses: addressesOf(place),
    storage,
    parts,
    warnings,
    put,
    putPath: async (path) => put(path.split('/').at(-1) as string, await readFile(path)),
    ingest: (fileId, changes = {}, signal = new AbortController().signal) =>
      ingestFile({ ...parts, ...changes }, fileId, { signal }),
    file: async (fileId) => (await fileById(queries, fileId)) as FileRow,
    pages: (fileId) =>
      queries.selectFrom('pages').selectAll().where('file_id', '=', fileId).orderBy('number').execute(),
    steps: async (fileId) => {
      const rows = await queries.selectFrom('file_steps').selectAll().where('file_id', '=', fileId).execute();
      return Object.fromEntries(rows.map((row) => [row.step, row]));
    },
    async close() {
      await storage.close();
      await place.remove();
      if (!there) await rm(root, { recursive: true, force: true });
    },
  };
}

const draft = (id: string, school: string, now: string) => ({
  id,
  school_id: school,
  state: 'draft' as const,
  title: 'Chưa đặt tên',
  title_key: '',
  description_json: '{}',
  licence: 'CC-BY-NC-SA-4.0',
  scope: 'school' as const,
  guessed_json: '[]',
  created_by: null,
  created_at: now,
  updated_at: now,
  published_at: null,
  published_by: null,
  withdrawn_at: null,
  withdrawn_by: null,
  withdrawn_reason: null,
  deleted_at: null,
  deleted_by: null,
});
