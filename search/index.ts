import { openEmbedded, type EmbeddedConfig } from './engines/embedded.ts';
import type { SearchIndex } from './search-index.ts';

export type SearchConfig = EmbeddedConfig;

/** Opens the index kept in `config.folder`. Several processes may; see engines/embedded.ts. */
export function openSearch(config: SearchConfig): Promise<SearchIndex> {
  return openEmbedded(config);
}

export * from './search-index.ts';
