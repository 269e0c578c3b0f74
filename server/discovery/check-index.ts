import { type SearchIndex, SearchUnavailable } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { countRecords } from '../../storage/metadata/records.ts';
import { enqueue } from '../jobs/queue.ts';

/**
 * Asks for the index to be built anew where the catalogue has records and the index has none, is damaged or of another version: a new
 * engine, a lost disk, an update. A search server (`remote`) that does not answer is waited for: throws SearchUnavailable.
 */
export async function checkIndex({
  metadata,
  search,
  remote,
}: {
  metadata: Metadata;
  search: SearchIndex;
  remote: boolean;
}): Promise<void> {
  const { state, detail } = await search.state();
  if (state === 'ok' || state === 'rebuilding') return;
  // The embedded engine's files are not away for a while: what cannot be opened is gone.
  if (state === 'down' && remote && detail !== 'damaged' && detail !== 'version') throw new SearchUnavailable('down');
  if (state === 'empty' && (await countRecords(metadata.queries)) === 0) return;
  await metadata.transaction((queries) => enqueue(queries, { kind: 'reindex' }));
}
