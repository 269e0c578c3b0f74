import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { textsOfRecords } from '../../storage/metadata/record-files.ts';
import { recordById, type RecordRow } from '../../storage/metadata/records.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { searchDocument } from './search-document.ts';

/** Drafts are found too, by those who may see them; what is withdrawn or in the bin is found by nobody. */
export const isIndexed = (record: Pick<RecordRow, 'state' | 'deleted_at'>): boolean =>
  record.deleted_at === null && record.state !== 'withdrawn';

/** Brings the index in line with one record as it is now. A record that has gone is taken out. */
export async function indexRecord(parts: { metadata: Metadata; search: SearchIndex }, recordId: string): Promise<void> {
  const { queries } = parts.metadata;
  const record = await recordById(queries, recordId);
  if (!record || !isIndexed(record)) return parts.search.remove([recordId]);
  const pages = await textsOfRecords(queries, [recordId]);
  await parts.search.put([searchDocument(record, await loadVocabularies(parts.metadata), pages)]);
}
