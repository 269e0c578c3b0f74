import { recordPolicy, type RecordRow } from '../access/record-policy.ts';
import type { Actor } from '../access/actor.ts';
import { audienceOfRecord, mayReach } from '../access/audience.ts';
import { authorize, type Authorized } from '../access/authorized.ts';
import { Refusal } from '../errors.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { Row } from '../../storage/metadata/tables.ts';

/** A file that may be read, with the record it belongs to: one query. */
export interface LoadedBook {
  record: Authorized<RecordRow, 'readFiles'>;
  schoolName: string;
  fileId: string;
  revision: number;
  mediaType: string;
  format: string | null;
  state: Row<'files'>['state'];
  pageCount: number;
  contents: { title: string; page: number; depth: number }[];
  downloadable: boolean;
  /** A guest may read it: other sites may show it, and shared caches may keep it. */
  isPublic: boolean;
}

/**
 * How a refusal looks. Under /api a hidden file and a missing one both answer 404. Under /iiif a guest gets 401 for every
 * file that is not public, whether it exists or not, so that a viewer can ask for a sign-in and the answer still tells nothing.
 */
export type Door = 'api' | 'iiif';

/**
 * Loads the file with its record and checks 'readFiles'.
 * Throws file-not-found, record-withdrawn (only to those who could read the record before), or not-signed-in (door 'iiif').
 */
export async function loadBook(metadata: Metadata, actor: Actor, fileId: string, door: Door): Promise<LoadedBook> {
  const row = await metadata.queries
    .selectFrom('files')
    .innerJoin('records', 'records.id', 'files.record_id')
    .innerJoin('organisations', 'organisations.id', 'records.school_id')
    .leftJoin('people', 'people.id', 'records.withdrawn_by')
    .selectAll('records')
    .select([
      'files.id as file_id',
      'files.revision',
      'files.media_type',
      'files.format',
      'files.state as file_state',
      'files.page_count',
      'files.contents_json',
      'organisations.name as school_name',
      'people.name as withdrawn_by_name',
    ])
    .where('files.id', '=', fileId)
    .where('files.removed_at', 'is', null)
    .executeTakeFirst();

  const missing = door === 'iiif' && actor.kind === 'guest' ? 'not-signed-in' : 'file-not-found';
  if (row && row.state === 'withdrawn' && !mayReach(actor, row) && mayReach(actor, { ...row, state: 'published' })) {
    const { id, title, withdrawn_at: at, withdrawn_reason: reason, withdrawn_by_name: by } = row;
    throw new Refusal('record-withdrawn', { id, title, at, by: by ?? '', reason: reason ?? '' });
  }
  // Cataloguers see a record in the bin, but its files are shut: for the reader they are not there.
  const readable = row && recordPolicy.readFiles(actor, row) ? row : undefined;
  const record = authorize<NonNullable<typeof row>, 'readFiles'>(recordPolicy, missing, actor, 'readFiles', readable);
  return {
    record,
    schoolName: record.school_name,
    fileId: record.file_id,
    revision: record.revision,
    mediaType: record.media_type,
    format: record.format,
    state: record.file_state,
    pageCount: record.page_count,
    contents: JSON.parse(record.contents_json) as LoadedBook['contents'],
    downloadable: recordPolicy.download(actor, record),
    isPublic: audienceOfRecord(record).includes('public'),
  };
}

const outline = ['number', 'label', 'width', 'height', 'state', 'image_key', 'text_source'] as const;
export type PageOutline = Pick<Row<'pages'>, (typeof outline)[number]>;

/** All pages without their text, in order: one query. */
export const loadPages = (metadata: Metadata, fileId: string): Promise<PageOutline[]> =>
  metadata.queries.selectFrom('pages').select(outline).where('file_id', '=', fileId).orderBy('number').execute();

const onePage = [...outline, 'image_type', 'thumb_small_key', 'thumb_large_key', 'words_key'] as const;
export type PageKeys = Pick<Row<'pages'>, (typeof onePage)[number]>;

/** One page without its text. Throws page-not-found. */
export async function loadPage(metadata: Metadata, fileId: string, number: number): Promise<PageKeys> {
  const page = await metadata.queries
    .selectFrom('pages')
    .select(onePage)
    .where('file_id', '=', fileId)
    .where('number', '=', number)
    .executeTakeFirst();
  if (!page) throw new Refusal('page-not-found', { page: number });
  return page;
}

/** The named pages with their text, in order: one query whatever their number. */
export const loadPageTexts = (
  metadata: Metadata,
  fileId: string,
  numbers: number[],
): Promise<Pick<Row<'pages'>, 'number' | 'label' | 'text' | 'words_key'>[]> =>
  numbers.length === 0
    ? Promise.resolve([])
    : metadata.queries
        .selectFrom('pages')
        .select(['number', 'label', 'text', 'words_key'])
        .where('file_id', '=', fileId)
        .where('number', 'in', numbers)
        .orderBy('number')
        .execute();
