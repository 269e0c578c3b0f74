import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { titleKey } from '../../../search/vietnamese/collation.ts';
import { setUpLibrary } from '../../../server/accounts/set-up.ts';
import { seedVocabularies } from '../../../server/catalogue/seed-vocabularies.ts';
import { KeepingFault } from '../../../server/keeping/keeping-fault.ts';
import { openStorage, type Storage, type StorageConfig } from '../../../storage/index.ts';
import type { CopyPurpose } from '../../../storage/metadata/library-tables.ts';
import { dumpLibrary } from '../../../storage/metadata/dump.ts';
import { schools } from '../../../storage/metadata/organisations.ts';
import { originalKey, pageImageKey, thumbnailKey, wordsKey } from '../../../storage/objects/keys.ts';
import { temporaryFolder } from '../../support/temporary.ts';

export const still = (): AbortSignal => new AbortController().signal;

export interface KeptLibrary {
  folder: string;
  config: StorageConfig;
  storage: Storage;
  close(): Promise<void>;
}

/** An empty place for a library. */
export async function emptyPlace(): Promise<{ folder: string; config: StorageConfig; remove(): Promise<void> }> {
  const { path: folder, remove } = await temporaryFolder();
  return { folder, config: { folder }, remove };
}

/** A library that is set up, with `records` of one file of `pages` pages each, whose objects are real. */
export async function keptLibrary(options: { records?: number; pages?: number } = {}): Promise<KeptLibrary> {
  const { folder, config, remove } = await emptyPlace();
  const storage = await openStorage(config);
  await seedVocabularies(storage.metadata);
  await setUpLibrary(storage.metadata, { school: { name: 'Trường THCS Hoa Sen', code: 'HOASEN' }, librarian: { name: 'Trần Thị Thư', username: 'librarian', password: 'mat-khau-thu-nghiem' }, sample: false });
  for (let at = 0; at < (options.records ?? 2); at++) await addRecord(storage, { pages: options.pages ?? 2, title: `Truyện Kiều, quyển ${at + 1}` });
  return {
    folder,
    config,
    storage,
    async close() {
      await storage.close();
      await remove();
    },
  };
}

export interface AddedRecord {
  recordId: string;
  fileId: string;
  key: string;
  bytes: Buffer;
}

/** As an upload and its reading leave it. */
export async function addRecord(storage: Storage, of: { title: string; pages: number; description?: object; name?: string }): Promise<AddedRecord> {
  const { metadata, objects } = storage;
  const [school] = await schools(metadata.queries);
  const [recordId, fileId] = [uuid(), uuid()];
  const bytes = randomBytes(3000);
  const key = originalKey(uuid());
  await objects.put(key, bytes);
  const now = new Date().toISOString();
  const page = async (number: number) => {
    const keys = { image_key: pageImageKey(fileId, 1, number, 'jpg'), thumb_small_key: thumbnailKey(fileId, 1, number, 'small'), thumb_large_key: thumbnailKey(fileId, 1, number, 'large'), words_key: wordsKey(fileId, 1, number) };
    for (const one of Object.values(keys)) await objects.put(one, randomBytes(200));
    return { ...keys, file_id: fileId, number, label: String(number), width: 300, height: 420, state: 'text' as const, code: null, image_type: 'image/jpeg', text: `Trăm năm trong cõi người ta ${number}`, text_source: 'ocr' as const, confidence: 87.25 };
  };
  const pages = await Promise.all(Array.from({ length: of.pages }, (_, at) => page(at + 1)));
  const said = { title: of.title, agents: [{ name: 'Nguyễn Du', role: 'aut' }], subjects: [], grades: [], languages: ['vi'], keywords: [], identifiers: [], aiGenerated: 'none', ...of.description };
  await metadata.transaction(async (queries) => {
    await queries
      .insertInto('records')
      .values({
        ...{ id: recordId, school_id: school!.id, state: 'published', title: of.title, title_key: titleKey(of.title), description_json: JSON.stringify(said), licence: 'PD-VN-EXPIRED', scope: 'public', guessed_json: '[]' },
        ...{ created_by: null, created_at: now, updated_at: now, published_at: now, published_by: null, withdrawn_at: null, withdrawn_by: null, withdrawn_reason: null, deleted_at: null, deleted_by: null },
      })
      .execute();
    await queries
      .insertInto('files')
      .values({
        ...{ id: fileId, record_id: recordId, school_id: school!.id, name: of.name ?? 'truyện kiều.pdf', media_type: 'application/pdf', format: 'pdf', size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), object_key: key, position: 1 },
        ...{ state: 'ready', code: null, params_json: '{}', page_count: of.pages, contents_json: '[]', created_by: null, created_at: now, updated_at: now, removed_at: null },
      })
      .execute();
    if (pages.length > 0) await queries.insertInto('pages').values(pages).execute();
  });
  return { recordId, fileId, key, bytes };
}

/** The hash of each table's rows; settings and jobs, which backup and restore write to, apart. */
export async function tableHashes({ metadata }: Storage, purpose: CopyPurpose): Promise<Record<string, string>> {
  const { tables } = await dumpLibrary(metadata, purpose, {});
  return Object.fromEntries(tables.filter(({ table }) => table !== 'settings' && table !== 'jobs').map(({ table, rows, sha256 }) => [table, `${rows} ${sha256}`]));
}

/** Key and hash of every object. */
export async function objectHashes({ objects }: Storage): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for await (const { key } of objects.list('')) hashes[key] = createHash('sha256').update(await objects.read(key)).digest('hex');
  return hashes;
}

/** The fault that the work ends with; fails when it ends well or with another error. */
export async function faultOf(work: Promise<unknown>): Promise<KeepingFault> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error, String(error)).to.be.instanceOf(KeepingFault);
  return error as KeepingFault;
}
