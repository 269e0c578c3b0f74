import { sql } from 'kysely';
import type { Queries } from './database.ts';
import type { Row } from './tables.ts';

/** Files of several records that have not been removed, in the order of each record. */
export async function filesOfRecords(queries: Queries, recordIds: readonly string[]): Promise<Row<'files'>[]> {
  if (recordIds.length === 0) return [];
  return queries
    .selectFrom('files')
    .selectAll()
    .where('record_id', 'in', [...recordIds])
    .where('removed_at', 'is', null)
    .orderBy('record_id')
    .orderBy('position')
    .orderBy('id')
    .execute();
}

export async function stepsOfFiles(queries: Queries, fileIds: readonly string[]): Promise<Row<'file_steps'>[]> {
  if (fileIds.length === 0) return [];
  return queries
    .selectFrom('file_steps')
    .selectAll()
    .where('file_id', 'in', [...fileIds])
    .execute();
}

/** How many pages of a file can be looked at and how many have their text. */
export interface PageCounts {
  images: number;
  texts: number;
}

export async function pageCountsOfFiles(
  queries: Queries,
  fileIds: readonly string[],
): Promise<Map<string, PageCounts>> {
  if (fileIds.length === 0) return new Map();
  const rows = await queries
    .selectFrom('pages')
    .select('file_id')
    .select(sql<number>`sum(case when image_key is not null then 1 else 0 end)`.as('images'))
    .select(sql<number>`sum(case when state = 'text' then 1 else 0 end)`.as('texts'))
    .where('file_id', 'in', [...fileIds])
    .groupBy('file_id')
    .execute();
  return new Map(rows.map((row) => [row.file_id, { images: Number(row.images), texts: Number(row.texts) }]));
}

export type FirstPage = Pick<
  Row<'pages'>,
  'file_id' | 'number' | 'width' | 'height' | 'thumb_small_key' | 'thumb_large_key'
>;

/** The first page of each file that has an image, without its text; files without one are left out. */
export async function firstPagesOfFiles(queries: Queries, fileIds: readonly string[]): Promise<FirstPage[]> {
  if (fileIds.length === 0) return [];
  return queries
    .selectFrom('files')
    .innerJoin('pages', (join) =>
      join.onRef('pages.file_id', '=', 'files.id').on('pages.number', '=', ({ selectFrom }) =>
        // One step along the key for each file: min() would read every page of every book.
        selectFrom('pages as page')
          .select('page.number')
          .whereRef('page.file_id', '=', 'files.id')
          .where('page.image_key', 'is not', null)
          .orderBy('page.number')
          .limit(1),
      ),
    )
    .select([
      'pages.file_id',
      'pages.number',
      'pages.width',
      'pages.height',
      'pages.thumb_small_key',
      'pages.thumb_large_key',
    ])
    .where('files.id', 'in', [...fileIds])
    .execute();
}

export type PageText = Pick<Row<'pages'>, 'file_id' | 'number' | 'label' | 'text'>;

/** Texts of single pages of several files. */
export async function textsOfPages(
  queries: Queries,
  pages: ReadonlyMap<string, readonly number[]>,
): Promise<PageText[]> {
  if (pages.size === 0) return [];
  return queries
    .selectFrom('pages')
    .select(['file_id', 'number', 'label', 'text'])
    .where(({ or, and, eb }) =>
      or([...pages].map(([fileId, numbers]) => and([eb('file_id', '=', fileId), eb('number', 'in', [...numbers])]))),
    )
    .execute();
}

/** Text of every page that has any, of the current files of some records, in reading order. */
export async function textsOfRecords(
  queries: Queries,
  recordIds: readonly string[],
): Promise<{ record_id: string; file_id: string; number: number; text: string }[]> {
  if (recordIds.length === 0) return [];
  return queries
    .selectFrom('pages')
    .innerJoin('files', 'files.id', 'pages.file_id')
    .select(['files.record_id', 'pages.file_id', 'pages.number', 'pages.text'])
    .where('files.record_id', 'in', [...recordIds])
    .where('files.removed_at', 'is', null)
    .where('pages.text', '!=', '')
    .orderBy('files.record_id')
    .orderBy('files.position')
    .orderBy('files.id')
    .orderBy('pages.number')
    .execute();
}

/** Characters of page text of each record; records without any are left out. */
export async function textSizesOfRecords(queries: Queries, recordIds: readonly string[]): Promise<Map<string, number>> {
  if (recordIds.length === 0) return new Map();
  const rows = await queries
    .selectFrom('pages')
    .innerJoin('files', 'files.id', 'pages.file_id')
    .select('files.record_id')
    .select(sql<number>`sum(length(pages.text))`.as('size'))
    .where('files.record_id', 'in', [...recordIds])
    .where('files.removed_at', 'is', null)
    .groupBy('files.record_id')
    .execute();
  return new Map(rows.map((row) => [row.record_id, Number(row.size)]));
}

/** How many files a record has that were not removed. */
export async function countFilesOfRecord(queries: Queries, recordId: string): Promise<number> {
  const row = await queries
    .selectFrom('files')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('record_id', '=', recordId)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
