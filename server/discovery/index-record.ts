import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { type RecordRow, recordsByIds } from '../../storage/metadata/records.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { putRecords } from './put-records.ts';

/** Drafts are found too, by those who may see them; what is withdrawn or in the bin is found by nobody. */
export const isIndexed = (record: Pick<RecordRow, 'state' | 'deleted_at'>): boolean =>
  record.deleted_at === null && record.state !== 'withdrawn';

/** Rows read at a time. */
const rowsAtOnce = 500;

/** Brings the index in line with records as they are now. Those that have gone are taken out. Throws SearchUnavailable. */
export async function indexRecords(
  parts: { metadata: Metadata; search: SearchIndex },
  recordIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { metadata, search } = parts;
  const vocabularies = await loadVocabularies(metadata);
  for (let at = 0; at < recordIds.length; at += rowsAtOnce) {
    const some = recordIds.slice(at, at + rowsAtOnce);
    const rows = (await recordsByIds(metadata.queries, some)).filter(isIndexed);
    const found = new Set(rows.map((row) => row.id));
    const gone = some.filter((id) => !found.has(id));
    if (gone.length > 0) await search.remove(gone);
    await putRecords(metadata, search, vocabularies, rows, signal);
  }
}
