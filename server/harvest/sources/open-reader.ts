import type { SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import type { Ask } from './ask-source.ts';
import { feedReader } from './feeds/feed-reader.ts';
import { oaiClient, oaiReader } from './oai-client.ts';
import { sitemapReader } from './pages/sitemap-reader.ts';
import type { SourceReader } from './source-reader.ts';
import type { CsvMapping } from './tables/csv-columns.ts';
import { csvReader } from './tables/csv-reader.ts';

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
