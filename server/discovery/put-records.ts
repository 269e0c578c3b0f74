import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { textSizesOfRecords, textsOfRecords } from '../../storage/metadata/record-files.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import { searchDocument } from './search-document.ts';

/** Characters of page text held at a time (one record may go beyond). */
const charactersAtOnce = 4_000_000;

/** Puts records and the texts of their pages into an index, as many at a time as memory allows. Throws the signal's reason. */
export async function putRecords(
  metadata: Metadata,
  index: Pick<SearchIndex, 'put'>,
  vocabularies: Vocabularies,
  rows: readonly RecordRow[],
  signal: AbortSignal,
): Promise<void> {
  const sizes = await textSizesOfRecords(
    metadata.queries,
    rows.map((row) => row.id),
  );
  let batch: RecordRow[] = [];
  let held = 0;
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    const pages = new Map<string, Awaited<ReturnType<typeof textsOfRecords>>>(batch.map((row) => [row.id, []]));
    for (const page of await textsOfRecords(metadata.queries, [...pages.keys()])) pages.get(page.record_id)!.push(page);
    await index.put(
      batch.map((row) => ({
        ...searchDocument(row, vocabularies, pages.get(row.id) ?? []),
        // Pages, with text or without.
        readable: sizes.has(row.id),
        harvested: row.source_id !== null,
      })),
    );
    batch = [];
    held = 0;
  };
  for (const row of rows) {
    const size = sizes.get(row.id) ?? 0;
    if (batch.length > 0 && held + size > charactersAtOnce) await flush();
    batch.push(row);
    held += size;
  }
  if (batch.length > 0) await flush();
}
