import type { SearchDocument, SearchQuery } from '../../search/index.ts';
import { titleKey } from '../../search/vietnamese/collation.ts';

/** A public record of which only what matters is given. `texts` are its pages, in the file `<id>-file`. */
export function searchDocument(id: string, given: Partial<SearchDocument> & { texts?: string[] } = {}): SearchDocument {
  const { texts = [], ...rest } = given;
  const title = rest.title ?? '';
  return {
    id,
    audience: ['public'],
    title,
    agents: [],
    keywords: [],
    abstract: '',
    titleKey: titleKey(title),
    publishedAt: 0,
    pages: texts.map((text, place) => ({ fileId: `${id}-file`, page: place + 1, text })),
    ...rest,
    facets: { subject: [], grade: [], type: [], language: [], ...rest.facets },
  };
}

export function searchQuery(text: string, given: Partial<SearchQuery> = {}): SearchQuery {
  return {
    text,
    audience: ['public'],
    facets: {},
    sort: 'relevance',
    offset: 0,
    limit: 20,
    pagesPerRecord: 3,
    ...given,
  };
}
