import type { SearchIndex, SearchRebuild } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { textSizesOfRecords, textsOfRecords } from '../../storage/metadata/record-files.ts';
import {
  countRecords,
  recordsAfter,
  recordsByIds,
  type RecordRow,
  recordsTouchedSince,
} from '../../storage/metadata/records.ts';
import { loadVocabularies, type Vocabularies } from '../catalogue/vocabularies.ts';
import { indexRecord, isIndexed } from './index-record.ts';
import { searchDocument } from './search-document.ts';

/** Rows read at a time, and characters of page text held at a time (one record may go beyond). */
const rowsAtOnce = 500;
const charactersAtOnce = 4_000_000;

/**
 * Builds the index anew beside the one in use and swaps it in. Records that change meanwhile are written again before the swap, or
 * right after it. Throws SearchUnavailable, and the signal's reason; the index in use is then as before.
 */
export async function reindexAll(
  parts: { metadata: Metadata; search: SearchIndex },
  options: { signal: AbortSignal; onProgress?: (done: number, total: number) => void },
): Promise<void> {
  const { metadata, search } = parts;
  const vocabularies = await loadVocabularies(metadata);
  const total = await countRecords(metadata.queries);
  const rebuild = await search.rebuild();
  let since = new Date().toISOString();
  let gone: RecordRow[] = [];
  try {
    let after = '';
    let done = 0;
    for (;;) {
      options.signal.throwIfAborted();
      const rows = await recordsAfter(metadata.queries, after, rowsAtOnce);
      if (rows.length === 0) break;
      after = rows.at(-1)!.id;
      await putRows(metadata, rebuild, vocabularies, rows.filter(isIndexed), options.signal);
      done += rows.length;
      options.onProgress?.(done, total);
    }
    const lookedAt = new Date().toISOString();
    const touched = await recordsByIds(metadata.queries, await recordsTouchedSince(metadata.queries, since));
    since = lookedAt;
    gone = touched.filter((row) => !isIndexed(row));
    await putRows(metadata, rebuild, vocabularies, touched.filter(isIndexed), options.signal);
    await rebuild.commit();
  } catch (error) {
    await rebuild.abort();
    throw error;
  }
  // What was taken away while the rebuild had it already, and what changed between the last look and the swap.
  const late = await recordsTouchedSince(metadata.queries, since);
  for (const id of new Set([...gone.map((row) => row.id), ...late])) await indexRecord(parts, id);
}

async function putRows(
  metadata: Metadata,
  rebuild: SearchRebuild,
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
    await rebuild.put(batch.map((row) => searchDocument(row, vocabularies, pages.get(row.id) ?? [])));
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
