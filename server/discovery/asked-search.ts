import { find, type FindQuery, type FindResult } from '../../search/find.ts';
import { type SearchIndex, SearchUnavailable } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { z } from 'zod';
import { loadVocabularies, type Vocabularies } from '../catalogue/vocabularies.ts';
import { facetNames, type searchQuery } from '../contract/search.ts';
import { enqueue } from '../jobs/queue.ts';
import { queryTerms } from './query-terms.ts';

export interface Searching {
  metadata: Metadata;
  search: SearchIndex;
}

/** What is asked for, without whose rights and how much of it. */
export type Asked = Pick<FindQuery, 'text' | 'facets' | 'literal' | 'dropped'>;

export const askedBy = (
  query: Pick<z.output<typeof searchQuery>, 'q' | 'literal' | 'drop' | (typeof facetNames)[number]>,
): Asked => ({
  text: query.q,
  literal: query.literal === '1',
  dropped: query.drop,
  facets: Object.fromEntries(facetNames.map((name) => [name, query[name]])),
});

type Wanted = Asked & Pick<FindQuery, 'audience'> & Partial<FindQuery>;

/** The one way from the server into the index, but for suggestions. Whoever asks several times gives the vocabularies. Throws SearchUnavailable. */
export async function ask({ metadata, search }: Searching, wanted: Wanted, known?: Vocabularies): Promise<FindResult> {
  const vocabulary = queryTerms(known ?? (await loadVocabularies(metadata)));
  return rebuiltWhereDamaged(metadata, () =>
    find(search, vocabulary, { sort: 'relevance', offset: 0, limit: 0, pagesPerRecord: 0, ...wanted }),
  );
}

/** Does not wait for the hour in which the index is looked at anyway. Throws what `work` throws. */
export async function rebuiltWhereDamaged<T>(metadata: Metadata, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SearchUnavailable && (error.reason === 'damaged' || error.reason === 'version'))
      await metadata.transaction((queries) => enqueue(queries, { kind: 'check-index' }));
    throw error;
  }
}

/** The whole of what was asked was found as it was asked: not a part of it, and not something else instead. */
export const foundWhole = ({ foundBy, corrected }: FindResult): boolean =>
  (foundBy === 'together' || foundBy === 'apart') && !corrected?.instead;
