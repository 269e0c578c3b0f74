/**
 * The search port. An index is a projection of the catalogue: it may be dropped and rebuilt at any time.
 * It answers ids, scores and positions; rows are loaded, and rights checked again, by the caller.
 */

/** One record with the text of its pages. Texts are as written (NFC); the engine folds them itself. */
export interface SearchDocument {
  id: string;
  /**
   * Who may find it: opaque tokens, see server/access/audience.ts ('public', 'sector', 'school:<id>', 'person:<id>', 'staff:<id>').
   * A query finds the document when it shares at least one token.
   */
  audience: string[];
  title: string;
  agents: string[];
  /** Keywords, subject and grade labels with their aliases, identifiers, publisher ... */
  keywords: string[];
  abstract: string;
  facets: SearchFacets;
  /** Collation key of the title (search/vietnamese/collation.ts), for sorting by title. */
  titleKey: string;
  /** Milliseconds since 1970, for sorting by newest. */
  publishedAt: number;
  pages: SearchPage[];
}

export type FacetName = 'subject' | 'grade' | 'type' | 'language';
export type SearchFacets = Record<FacetName, string[]>;

export interface SearchPage {
  fileId: string;
  /** From 1. */
  page: number;
  text: string;
}

export interface SearchQuery {
  /** As typed; empty lists everything visible. */
  text: string;
  /** The reader's tokens; an empty list finds nothing. */
  audience: string[];
  /** OR within a facet, AND among facets. */
  facets: Partial<SearchFacets>;
  sort: 'relevance' | 'title' | 'newest';
  offset: number;
  limit: number;
  /** How many matching pages to return with each record. */
  pagesPerRecord: number;
}

export interface SearchResult {
  /** Records that match, over all pages of the answer. */
  total: number;
  hits: SearchHit[];
  /** Each facet counted under the choices of the other facets, so that a second value can be added. Sorted by count, then code. */
  facets: Record<FacetName, { code: string; count: number }[]>;
}

export interface SearchHit {
  id: string;
  score: number;
  /** Best first. */
  pages: { fileId: string; page: number; score: number }[];
  pagesTotal: number;
}

export interface InsideQuery {
  text: string;
  fileId: string;
  limit: number;
}

export interface SearchIndex {
  /** Adds or replaces records whole. Visible to every reader within a second of resolving; a crash leaves the state before or after, never half. */
  put(documents: SearchDocument[]): Promise<void>;
  /** Unknown ids are no error. */
  remove(ids: string[]): Promise<void>;
  search(query: SearchQuery): Promise<SearchResult>;
  /** Page numbers of one file that match, in page order. The caller has checked that the reader may read it. */
  searchInside(query: InsideQuery): Promise<{ total: number; pages: number[] }>;
  /** Starts an empty index beside the one in use; readers keep the old one until commit(). */
  rebuild(): Promise<SearchRebuild>;
  state(): Promise<{
    state: 'ok' | 'rebuilding' | 'empty' | 'down';
    records: number;
    pages: number;
    detail: string | null;
  }>;
  close(): Promise<void>;
}

export interface SearchRebuild {
  put(documents: SearchDocument[]): Promise<void>;
  /** Swaps the new index in, for every process. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** The engine could not answer: down, damaged or being rebuilt. Drivers turn their own errors into this one. */
export class SearchUnavailable extends Error {
  constructor(
    readonly reason: 'damaged' | 'down' | 'version' | 'closed',
    options?: ErrorOptions,
  ) {
    super(`search is unavailable: ${reason}`, options);
    this.name = 'SearchUnavailable';
  }
}
