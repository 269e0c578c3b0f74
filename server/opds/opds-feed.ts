import type { OpdsEntry } from './opds-entry.ts';

/** What a feed leads to, before it is written in either version. Addresses are from the root of the host. */
export type FeedKind = 'navigation' | 'acquisition';

/** A feed of other feeds (OPDS 1.2 section 2.2). */
export interface NavigationFeed {
  kind: 'navigation';
  title: string;
  updated: string;
  self: string;
  /** The feed above it; null at the root. */
  up: string | null;
  rows: { title: string; says: string | null; href: string; kind: FeedKind; rel: string; count: number | null }[];
}

/** A value of a facet; following it takes the place of the group's other values (OPDS 1.2 section 4: one active in a group). */
export interface FacetLink {
  title: string;
  href: string;
  count: number | null;
  active: boolean;
}

/** A page of publications (OPDS 1.2 section 2.3, OPDS 2.0 sections 2.2 and 4). */
export interface AcquisitionFeed {
  kind: 'acquisition';
  title: string;
  subtitle: string | null;
  updated: string;
  self: string;
  up: string | null;
  first: string;
  previous: string | null;
  next: string | null;
  /** Null where pages are not counted. */
  last: string | null;
  total: number;
  size: number;
  page: number | null;
  facets: { title: string; links: FacetLink[] }[];
  entries: OpdsEntry[];
}

export type OpdsFeed = NavigationFeed | AcquisitionFeed;

/** What all feeds of a request share. */
export interface FeedFrame {
  publicUrl: string;
  /** Whose library it is. */
  school: string;
  /** The root that this asker should come back to. */
  start: string;
  /** Where a template or description of search is. */
  search: string;
  searchTitle: string;
  language: string;
}

export const authenticationAddress = '/opds/authentication';
export const authenticationType = 'application/opds-authentication+json';
/** The relation of a catalogue to its authentication document (Authentication for OPDS 1.0 section 2.4). */
export const authenticationRel = 'http://opds-spec.org/auth/document';
export const facetRel = 'http://opds-spec.org/facet';
export const acquisitionRel = {
  'open-access': 'http://opds-spec.org/acquisition/open-access',
  generic: 'http://opds-spec.org/acquisition',
  borrow: 'http://opds-spec.org/acquisition/borrow',
} as const;
