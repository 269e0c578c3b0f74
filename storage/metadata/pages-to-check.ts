import type { Queries } from './database.ts';

/** Where a list of pages goes on: the last page it held. */
export interface CheckedSoFar {
  quality: number;
  fileId: string;
  number: number;
}

/** From this quality (thousandths) on, a page needs no look. */
export const goodQuality = 750;

/** A school's recognised pages that nobody has looked at, worst first, one keyset page. */
export const pagesToCheck = (queries: Queries, schoolId: string, after: CheckedSoFar | null, limit: number) => {
  let query = waiting(queries, schoolId)
    .select([
      'pages.file_id',
      'pages.number',
      'pages.label',
      'pages.text',
      'pages.quality',
      'pages.confidence',
      'pages.syllables',
      'pages.cleaned_key',
      'pages.turn',
      'files.revision',
      'files.name',
      'files.recognition_language',
      'records.id as record_id',
      'records.title',
    ])
    .orderBy('pages.quality')
    .orderBy('pages.file_id')
    .orderBy('pages.number')
    .limit(limit);
  if (after)
    query = query.where(({ eb, or, and }) =>
      or([
        eb('pages.quality', '>', after.quality),
        and([eb('pages.quality', '=', after.quality), eb('pages.file_id', '>', after.fileId)]),
        and([
          eb('pages.quality', '=', after.quality),
          eb('pages.file_id', '=', after.fileId),
          eb('pages.number', '>', after.number),
        ]),
      ]),
    );
  return query.execute();
};

export async function countPagesToCheck(queries: Queries, schoolId: string): Promise<number> {
  const row = await waiting(queries, schoolId)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

const waiting = (queries: Queries, schoolId: string) =>
  queries
    .selectFrom('pages')
    .innerJoin('files', 'files.id', 'pages.file_id')
    .innerJoin('records', 'records.id', 'files.record_id')
    .where('pages.quality', '<', goodQuality)
    .where('pages.checked_at', 'is', null)
    .where('pages.text_source', '=', 'ocr')
    .where('files.school_id', '=', schoolId)
    .where('files.removed_at', 'is', null)
    .where('records.deleted_at', 'is', null)
    .where('records.state', '!=', 'withdrawn');

/** Says, or with null takes back, that a page needs no more looking at; false where there is no such page. */
export async function markChecked(queries: Queries, fileId: string, number: number, at: string | null): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable('pages')
    .set({ checked_at: at })
    .where('file_id', '=', fileId)
    .where('number', '=', number)
    .executeTakeFirst();
  return Number(numUpdatedRows) > 0;
}

/**
 * Pages of a file that were recognised, or had nothing to recognise, are to be recognised again: the one of that number,
 * else all. Answers how many. Their texts stay until the new ones are there.
 */
export async function recogniseAgain(
  queries: Queries,
  fileId: string,
  wanted: { number: number | null; turn: number | null; language: string | null },
): Promise<number> {
  await queries.updateTable('files').set({ recognition_language: wanted.language }).where('id', '=', fileId).execute();
  let update = queries
    .updateTable('pages')
    .set({ text_source: null, checked_at: null, ...(wanted.turn === null ? {} : { turn: wanted.turn }) })
    .where('file_id', '=', fileId)
    .where('text_source', 'in', ['ocr', 'none']);
  if (wanted.number !== null) update = update.where('number', '=', wanted.number);
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}
