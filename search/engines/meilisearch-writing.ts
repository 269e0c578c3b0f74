import type { SearchDocument } from '../search-index.ts';
import { documentLines, recordKey, type RecordRow } from './meilisearch-documents.ts';
import { all, has } from './meilisearch-filter.ts';
import { mostValues } from './meilisearch-matching.ts';
import type { MeilisearchServer } from './meilisearch-server.ts';

/** Bytes sent at once. The server takes 100 MB by default. A record that is larger goes in parts. */
const batchBytes = 20 * 1024 * 1024;

/**
 * Adds or replaces records whole. A record with its pages, and blanks for the pages it had before, is one task: readers see it
 * before or after, never half, unless it is larger than a batch: then its old pages go first, so that none outlives a change of rights.
 */
export async function writeRecords(
  server: MeilisearchServer,
  index: string,
  documents: SearchDocument[],
): Promise<void> {
  const before = await pagesHeld(
    server,
    index,
    documents.map(({ id }) => recordKey(id)),
  );
  let lines: string[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await server.write(index, lines.join('\n'));
    lines = [];
    bytes = 0;
  };
  let blanked = false;
  for (const document of documents) {
    const had = before.get(recordKey(document.id)) ?? 0;
    blanked ||= had > document.pages.length;
    const own = [...documentLines(document, had)];
    const size = own.reduce((sum, line) => sum + line.length * 1.1, 0);
    if (bytes + size > batchBytes) await flush();
    if (size > batchBytes && had > 0) {
      await server.remove(index, all(has('kind', 'page'), has('record', recordKey(document.id))));
    }
    for (const line of own) {
      if (bytes + line.length > batchBytes) await flush();
      lines.push(line);
      bytes += line.length * 1.1;
    }
  }
  await flush();
  if (blanked) await server.remove(index, has('kind', 'gone'));
}

/** Unknown ids are no error. */
export async function removeRecords(server: MeilisearchServer, index: string, ids: string[]): Promise<void> {
  const records = [...new Set(ids.map(recordKey))];
  for (let from = 0; from < records.length; from += mostValues) {
    await server.remove(index, has('record', ...records.slice(from, from + mostValues)));
  }
}

async function pagesHeld(server: MeilisearchServer, index: string, records: string[]): Promise<Map<string, number>> {
  const held = new Map<string, number>();
  for (let from = 0; from < records.length; from += mostValues) {
    const some = records.slice(from, from + mostValues);
    const filter = all(has('kind', 'record'), has('record', ...some));
    const answers = await server.search<RecordRow>(index, [
      { filter, limit: some.length, retrieve: ['record', 'pages'] },
    ]);
    for (const { record, pages } of answers?.[0]!.hits ?? []) held.set(record, pages);
  }
  return held;
}
