import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type PageRow = Row<'pages'>;
export type PageChanges = Partial<Omit<PageRow, 'file_id' | 'number'>>;
export type StepChanges = Partial<Omit<Row<'file_steps'>, 'file_id' | 'step'>>;
export type FileChanges = Partial<
  Pick<Row<'files'>, 'format' | 'media_type' | 'state' | 'code' | 'params_json' | 'page_count' | 'contents_json'>
>;

/** The file has gone, or has other bytes now. */
export class FileSuperseded extends Error {
  constructor() {
    super('the file was removed or replaced');
    this.name = 'FileSuperseded';
  }
}

/** Throws FileSuperseded unless the file still stands at that revision. */
export async function checkCurrentFile(queries: Queries, file: Pick<Row<'files'>, 'id' | 'revision'>): Promise<void> {
  const now = await queries
    .selectFrom('files')
    .select(['revision', 'removed_at'])
    .where('id', '=', file.id)
    .executeTakeFirst();
  if (!now || now.removed_at !== null || now.revision !== file.revision) throw new FileSuperseded();
}

export async function writeFileProgress(queries: Queries, fileId: string, changes: FileChanges): Promise<void> {
  await queries
    .updateTable('files')
    .set({ ...changes, updated_at: new Date().toISOString() })
    .where('id', '=', fileId)
    .execute();
}

export async function writeStep(queries: Queries, fileId: string, step: string, changes: StepChanges): Promise<void> {
  const fresh: NewRow<'file_steps'> = {
    file_id: fileId,
    step,
    state: 'running',
    code: null,
    params_json: '{}',
    started_at: null,
    ended_at: null,
    ...changes,
  };
  await queries
    .insertInto('file_steps')
    .values(fresh)
    .onConflict((conflict) => conflict.columns(['file_id', 'step']).doUpdateSet(changes))
    .execute();
}

export async function writePage(queries: Queries, fileId: string, number: number, changes: PageChanges): Promise<void> {
  await queries.updateTable('pages').set(changes).where('file_id', '=', fileId).where('number', '=', number).execute();
}

export const stepRows = (queries: Queries, fileId: string): Promise<Row<'file_steps'>[]> =>
  queries.selectFrom('file_steps').selectAll().where('file_id', '=', fileId).execute();

/** All pages in order, without their texts. */
export const pageRows = (queries: Queries, fileId: string): Promise<Omit<PageRow, 'text'>[]> =>
  queries
    .selectFrom('pages')
    .select([
      'file_id',
      'number',
      'label',
      'width',
      'height',
      'state',
      'code',
      'image_key',
      'image_type',
      'thumb_small_key',
      'thumb_large_key',
      'words_key',
      'text_source',
      'confidence',
      'syllables',
      'quality',
      'cleaned_key',
      'turn',
      'checked_at',
    ])
    .where('file_id', '=', fileId)
    .orderBy('number')
    .execute();

export async function pageTextOf(queries: Queries, fileId: string, number: number): Promise<string> {
  const row = await queries
    .selectFrom('pages')
    .select('text')
    .where('file_id', '=', fileId)
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.text ?? '';
}

/** Adds the rows that are missing among pages 1 to `labels.length`; those that are there stay. */
export async function addMissingPages(
  queries: Queries,
  fileId: string,
  labels: readonly (string | null)[],
): Promise<void> {
  const rows = labels.map((label, index): NewRow<'pages'> => ({
    file_id: fileId,
    number: index + 1,
    label,
    state: 'waiting',
    code: null,
    image_key: null,
    image_type: null,
    thumb_small_key: null,
    thumb_large_key: null,
    words_key: null,
    text_source: null,
    confidence: null,
  }));
  for (let at = 0; at < rows.length; at += 500) {
    await queries
      .insertInto('pages')
      .values(rows.slice(at, at + 500))
      .onConflict((conflict) => conflict.columns(['file_id', 'number']).doNothing())
      .execute();
  }
  await queries.deleteFrom('pages').where('file_id', '=', fileId).where('number', '>', labels.length).execute();
}
