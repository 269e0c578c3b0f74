import { join } from 'node:path';
import { openEmbedded } from './engines/embedded.ts';
import { openMeilisearch } from './engines/meilisearch.ts';
import type { SearchIndex } from './search-index.ts';

export interface SearchConfig {
  /** The data folder of this machine; the embedded engine keeps its files in `search` below it. */
  folder: string;
  /** Any number of processes may read and write; a reader writes nothing and waits for nobody. */
  role: 'reader' | 'writer';
  /** meilisearch+http(s)://:masterkey@host:port[/prefix]; null or missing: the embedded engine. */
  url?: string | null;
}

/** Opens the search index. Several processes may. */
export async function openSearch(config: SearchConfig): Promise<SearchIndex> {
  if (config.url) return openMeilisearch({ url: config.url, role: config.role });
  return openEmbedded({ folder: join(config.folder, 'search'), role: config.role });
}

export * from './search-index.ts';
