import type { SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import type { Metadata } from '../../../storage/metadata/database.ts';
import { allowedHosts } from '../../outbound/allowed-hosts.ts';
import { openOutbound, type OutboundLimits } from '../../outbound/guarded-fetch.ts';
import { type Ask, askSource } from './ask-source.ts';
import type { OpenReader } from './run-harvest.ts';
import { feedReader } from './feeds/feed-reader.ts';
import { oaiClient, oaiReader } from './oai-client.ts';
import { sitemapReader } from './pages/sitemap-reader.ts';
import type { SourceReader } from './source-reader.ts';
import type { CsvMapping } from './tables/csv-columns.ts';
import { csvReader } from './tables/csv-reader.ts';

/** The reader of a source that is not a peer's. `pauseMs`: between two pages of a site; readers of it go first. */
export async function openSource(metadata: Metadata, source: SourceRow, signal: AbortSignal, given: { limits?: Partial<OutboundLimits>; pauseMs?: number } = {}): Promise<OpenReader> {
  const outbound = openOutbound({ allowed: await allowedHosts(metadata.queries), ...(given.limits ? { limits: given.limits } : {}) });
  const reader = openReader(source, askSource(outbound, signal), { signal, pauseMs: given.pauseMs });
  return { ...reader, close: () => outbound.close() };
}

/** The reader for a source of its kind. */
export function openReader(source: Pick<SourceRow, 'kind' | 'address' | 'format' | 'set_spec' | 'mapping_json'>, ask: Ask, given: { signal: AbortSignal; pauseMs?: number | undefined }): SourceReader {
  switch (source.kind) {
    case 'oai':
      return oaiReader(oaiClient(ask, source.address), { format: source.format, set: source.set_spec });
    case 'opds':
    case 'rss':
      return feedReader(ask, source.address, source.kind);
    case 'sitemap':
      return sitemapReader(ask, source.address, given);
    case 'csv':
      return csvReader(ask, source.address, source.mapping_json === null ? null : (JSON.parse(source.mapping_json) as CsvMapping));
  }
}
