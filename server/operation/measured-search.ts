import type { SearchIndex } from '../../search/search-index.ts';
import type { Metrics } from './metrics.ts';

/** The same index; how long its answers take is counted, what was asked is not. */
export function measuredSearch(search: SearchIndex, metrics: Pick<Metrics, 'searchTook'>): SearchIndex {
  async function timed<T>(kind: 'search' | 'inside', ask: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const answer = await ask();
    metrics.searchTook(kind, (performance.now() - started) / 1000);
    return answer;
  }
  return {
    put: (documents) => search.put(documents),
    remove: (ids) => search.remove(ids),
    search: (query) => timed('search', () => search.search(query)),
    searchInside: (query) => timed('inside', () => search.searchInside(query)),
    held: (words) => search.held(words),
    suggest: (query) => search.suggest(query),
    rebuild: () => search.rebuild(),
    state: () => search.state(),
    close: () => search.close(),
  };
}
