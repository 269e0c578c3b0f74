import type { FileView } from '../../server/contract/file.ts';

/**
 * Listens to what the pipeline does with these files until the returned function is called. The browser reconnects by itself;
 * an address holds about 4,000 characters, so only the first hundred files are followed.
 */
export function followFiles(ids: readonly string[], changed: (file: FileView) => void): () => void {
  if (ids.length === 0) return () => {};
  const events = new EventSource(`/api/ingest/events?files=${ids.slice(0, 100).join(',')}`);
  events.addEventListener('file', (event) => changed(JSON.parse((event as MessageEvent<string>).data) as FileView));
  return () => events.close();
}
