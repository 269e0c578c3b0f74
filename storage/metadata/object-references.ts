import type { Queries } from './database.ts';
import type { PlainRow } from './dump.ts';

/** What a row says of an object. */
export interface ObjectReference {
  key: string;
  /** Of the bytes as they came; null for what was derived from them. */
  sha256: string | null;
  size: number | null;
  fileId: string;
}

const pageKeys = ['image_key', 'thumb_small_key', 'thumb_large_key', 'words_key', 'cleaned_key'] as const;

/** Tables whose rows name objects, and the keys by which they are gone through. */
export const namingTables = [
  { name: 'files', key: ['id'] },
  { name: 'file_revisions', key: ['file_id', 'revision'] },
  { name: 'pages', key: ['file_id', 'number'] },
] as const;

/** The objects that a row names; those of former revisions are among them. */
export function referencesOf(table: string, row: PlainRow): ObjectReference[] {
  if (table === 'pages')
    return pageKeys.flatMap((column) => (row[column] ? [{ key: String(row[column]), sha256: null, size: null, fileId: String(row['file_id']) }] : []));
  if (table !== 'files' && table !== 'file_revisions') return [];
  const fileId = String(row[table === 'files' ? 'id' : 'file_id']);
  return [{ key: String(row['object_key']), sha256: String(row['sha256']), size: Number(row['size']), fileId }];
}

/**
 * Whether the rows as they are now still name an object; those of the file `except` do not count. Pages are looked at of the one file, whose
 * name its derived objects bear.
 */
export async function isNamed(queries: Queries, { key, fileId }: Pick<ObjectReference, 'key'> & { fileId: string | null }, except = ''): Promise<boolean> {
  const current = await queries.selectFrom('files').select('id').where('object_key', '=', key).where('id', '!=', except).executeTakeFirst();
  const former = current ?? (await queries.selectFrom('file_revisions').select('file_id').where('object_key', '=', key).where('file_id', '!=', except).executeTakeFirst());
  if (former || fileId === null) return former !== undefined;
  const page = await queries
    .selectFrom('pages')
    .select('number')
    .where('file_id', '=', fileId)
    .where(({ or, eb }) => or(pageKeys.map((column) => eb(column, '=', key))))
    .executeTakeFirst();
  return page !== undefined;
}
