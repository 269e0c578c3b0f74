import type { FacetCounts, SearchFacets } from './facets.ts';
import type { UnderstoodQuery } from './query/understood.ts';

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
  /** A facet that is missing has no value. */
  facets: Partial<SearchFacets>;
  /** Collation key of the title (search/vietnamese/collation.ts), for sorting by title. */
  titleKey: string;
  /** Milliseconds since 1970, for sorting by newest. */
  publishedAt: number;
  /** Among equals what can be read here comes first, then what this library approved, then the older. */
  readable?: boolean;
  harvested?: boolean;
  pages: SearchPage[];
}

export interface SearchPage {
  fileId: string;
  /** From 1. */
  page: number;
  text: string;
}

export interface SearchQuery {
  /** As typed; empty lists everything visible. */
  text: string;
  /** What the text was understood as; without it the words as they were typed. */
  understood?: UnderstoodQuery;
  /** The reader's tokens; an empty list finds nothing. */
  audience: string[];
  /** OR within a facet, AND among facets. */
  facets: Partial<SearchFacets>;
  sort: 'relevance' | 'title' | 'newest';
  offset: number;
  limit: number;
  /** How many matching pages to return with each record. */
  pagesPerRecord: number;
  /** Say with each hit what its score is made of. */
  explain?: boolean;
}

/**
 * Where all parts of a query were found: `together` in the fields of a record, or in them and on one page; `apart` over all pages of a
 * record; `some`: only the most telling parts were found at all; `nothing`.
 */
export type FoundBy = 'together' | 'apart' | 'some' | 'nothing';

export interface SearchResult {
  foundBy: FoundBy;
  /** Records that match, over all pages of the answer. */
  total: number;
  hits: SearchHit[];
  /** Each facet counted under the choices of the other facets, so that a second value can be added. Sorted by count, then code. */
  facets: FacetCounts;
}

export interface SearchHit {
  id: string;
  score: number;
  /** Only where asked for: named parts that add up to the score. */
  explanation?: { part: string; value: number }[];
  /** Best first. */
  pages: { fileId: string; page: number; score: number }[];
  pagesTotal: number;
}

export interface InsideQuery {
  text: string;
  understood?: UnderstoodQuery;
  fileId: string;
  limit: number;
}

export interface SuggestQuery {
  /** As typed so far; its last word may be the beginning of one. */
  text: string;
  audience: string[];
  limit: number;
}

export interface Suggestion {
  kind: 'title' | 'person';
  text: string;
  /** A record that bears it. */
  id: string;
}

export interface SearchIndex {
  /** Adds or replaces records whole. Visible to every reader within a second of resolving; a crash leaves the state before or after, never half. */
  put(documents: SearchDocument[]): Promise<void>;
  /** Unknown ids are no error. */
  remove(ids: string[]): Promise<void>;
  search(query: SearchQuery): Promise<SearchResult>;
  /** Page numbers of one file that match, in page order. The caller has checked that the reader may read it. */
  searchInside(query: InsideQuery): Promise<{ total: number; pages: number[] }>;
  /**
   * For each folded word, or two that stand side by side, how many records and pages hold it. Nobody's rights are looked at: it is for
   * judging what may have been meant, and never to be shown.
   */
  held(words: string[][]): Promise<number[]>;
  /** Titles and people that what was typed may become, marks as typed first; of those records alone that the reader may find. */
  suggest(query: SuggestQuery): Promise<Suggestion[]>;
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
