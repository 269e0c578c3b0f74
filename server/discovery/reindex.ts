import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import {
  countRecords,
  recordsAfter,
  recordsByIds,
  type RecordRow,
  recordsTouchedSince,
} from '../../storage/metadata/records.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { indexRecords, isIndexed } from './index-record.ts';
import { putRecords } from './put-records.ts';

const rowsAtOnce = 500;

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
      await putRecords(metadata, rebuild, vocabularies, rows.filter(isIndexed), options.signal);
      done += rows.length;
      options.onProgress?.(done, total);
    }
    const lookedAt = new Date().toISOString();
    const touched = await recordsByIds(metadata.queries, await recordsTouchedSince(metadata.queries, since));
    since = lookedAt;
    gone = touched.filter((row) => !isIndexed(row));
    await putRecords(metadata, rebuild, vocabularies, touched.filter(isIndexed), options.signal);
    await rebuild.commit();
  } catch (error) {
    await rebuild.abort();
    throw error;
  }
  // What was taken away while the rebuild had it already, and what changed between the last look and the swap.
  const late = await recordsTouchedSince(metadata.queries, since);
  await indexRecords(parts, [...new Set([...gone.map((row) => row.id), ...late])], options.signal);
}
