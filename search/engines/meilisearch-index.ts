import { facetNames } from '../facets.ts';
import type { IndexSettings } from './meilisearch-server.ts';

/** Raise it with every change of the settings, of folding or of what is indexed: another version has indexes of its own. */
const formatVersion = 3;

export const indexInUse = (prefix: string): string => `${prefix}_v${formatVersion}`;
/** What names of indexes being built begin with. */
export const buildingPrefix = (prefix: string): string => `${indexInUse(prefix)}_next_`;

/** Far beyond any library: what is below it is cut off silently. */
const unlimited = 100_000_000;

/**
 * Words are matched by equality of filterable values, not by `q`: a query in `q` is cut at ten words, matches glued and split
 * words, and cannot say "this word in the fields or on the page". Searchable are folded titles and names alone, for suggestions.
 */
export const indexSettings: IndexSettings = {
  searchableAttributes: ['heads', 'people'],
  displayedAttributes: [
    ...[
      'key',
      'record',
      'id',
      'title',
      'agents',
      'keywords',
      'abstract',
      'order',
      'idOrder',
      'publishedAt',
      'readable',
      'harvested',
      'pages',
    ],
    ...['fileId', 'page', 'place', 'text'],
    ...facetNames,
  ],
  filterableAttributes: [
    {
      attributePatterns: [
        ...['key', 'record', 'kind', 'file', 'audience', 'length', ...facetNames],
        ...['fields', 'heading', 'names', 'labels', 'words', 'everywhere'],
      ],
      features: { facetSearch: false, filter: { equality: true, comparison: false } },
    },
  ],
  sortableAttributes: ['order', 'idOrder', 'publishedAt', 'titleWords', 'page', 'place'],
  rankingRules: ['sort'],
  typoTolerance: { enabled: false },
  prefixSearch: 'indexingTime',
  facetSearch: false,
  proximityPrecision: 'byAttribute',
  pagination: { maxTotalHits: unlimited },
  faceting: { maxValuesPerFacet: 1_000_000 },
  // An answer cut short would be a wrong total; the client's own limit ends a request that takes too long.
  searchCutoffMs: 30_000,
};
