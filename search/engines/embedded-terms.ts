import type { FacetName } from '../facets.ts';

/** What is found by a key in the postings table: a word of the fields, of a page, first letters, who may find it, a facet's value. */
export const wordTerm = (fold: string): string => `w:${fold.slice(0, 40)}`;
export const pageTerm = (fold: string): string => `p:${fold.slice(0, 40)}`;
export const initialsTerm = (letters: string): string => `i:${letters}`;
export const audienceTerm = (token: string): string => `a:${token}`;
export const facetTerm = (facet: FacetName, code: string): string => `f:${facet}:${code}`;
/** Terms that only say which documents they are of. */
export const isSpotless = (term: string): boolean => term.startsWith('a:') || term.startsWith('f:');
/** Terms whose documents are pages; those of all others are entries. */
export const isOfPages = (term: string): boolean => term.startsWith('p:');

/** A place in the fields of a record: the field in the two high bits. */
export const fieldShift = 14;
export const mostFieldPlace = (1 << fieldShift) - 1;
export const fields = { title: 0, agents: 1, keywords: 2, abstract: 3 } as const;
export type Field = (typeof fields)[keyof typeof fields];
