import type { Queries } from './database.ts';
import type { Row } from './tables.ts';

/** What a reader of a book asks: each function is one query, whatever the number of pages. */

/** A file that is not removed, with its record and the names of its school and of who withdrew it. */
export const bookRow = (queries: Queries, fileId: string) =>
  queries
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

const outline = ['number', 'label', 'width', 'height', 'state', 'image_key', 'text_source'] as const;
export type PageOutline = Pick<Row<'pages'>, (typeof outline)[number]>;

/** All pages without their text, in order. */
export const pageOutlines = (queries: Queries, fileId: string): Promise<PageOutline[]> =>
  queries.selectFrom('pages').select(outline).where('file_id', '=', fileId).orderBy('number').execute();

const keys = [...outline, 'image_type', 'thumb_small_key', 'thumb_large_key', 'words_key'] as const;
export type PageKeys = Pick<Row<'pages'>, (typeof keys)[number]>;

/** One page without its text. */
export const pageKeys = (queries: Queries, fileId: string, number: number): Promise<PageKeys | undefined> =>
  queries
    .selectFrom('pages')
    .select(keys)
    .where('file_id', '=', fileId)
    .where('number', '=', number)
    .executeTakeFirst();

export type PageWithText = Pick<Row<'pages'>, 'number' | 'label' | 'text' | 'words_key'>;

/** The named pages with their text, in order. */
export async function pageTexts(queries: Queries, fileId: string, numbers: readonly number[]): Promise<PageWithText[]> {
  if (numbers.length === 0) return [];
  return queries
    .selectFrom('pages')
    .select(['number', 'label', 'text', 'words_key'])
    .where('file_id', '=', fileId)
    .where('number', 'in', numbers)
    .orderBy('number')
    .execute();
}

/** Texts of up to `limit` pages whose numbers come after one, in order; pages without text are left out. */
export const textsAfter = (queries: Queries, fileId: string, after: number, limit: number): Promise<Pick<Row<'pages'>, 'number' | 'text'>[]> =>
  queries
    .selectFrom('pages')
    .select(['number', 'text'])
    .where('file_id', '=', fileId)
    .where('number', '>', after)
    .where('text', '!=', '')
    .orderBy('number')
    .limit(limit)
    .execute();

export type TermWords = Pick<Row<'terms'>, 'vocabulary' | 'code' | 'vi' | 'en'>;

/** The words for codes of several vocabularies. */
export async function wordsForCodes(queries: Queries, codes: Record<string, readonly string[]>): Promise<TermWords[]> {
  const wanted = Object.entries(codes).filter(([, list]) => list.length > 0);
  if (wanted.length === 0) return [];
  return queries
    .selectFrom('terms')
    .select(['vocabulary', 'code', 'vi', 'en'])
    .where((where) =>
      where.or(
        wanted.map(([vocabulary, list]) =>
          where.and([where('vocabulary', '=', vocabulary), where('code', 'in', list)]),
        ),
      ),
    )
    .execute();
}
