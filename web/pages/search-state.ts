import type { VocabularyName } from '../../server/contract/vocabulary.ts';
import { address } from '../router.ts';

export type Facet = 'level' | 'grade' | 'subject' | 'topic' | 'type' | 'set' | 'language';
/** From the wide to the narrow: cấp, lớp, môn, chủ đề; then what kind of thing it is. */
export const facets: readonly Facet[] = ['level', 'grade', 'subject', 'topic', 'type', 'set', 'language'];
/** Where the codes of a facet have their words; topics are words themselves. */
export const facetVocabulary: Record<Facet, VocabularyName | null> = {
  level: 'level',
  grade: 'grade',
  subject: 'subject',
  topic: null,
  type: 'resource-type',
  set: 'textbook-set',
  language: 'language',
};
/** Written as they are, commas too: one parameter for each. */
const repeated = ['topic', 'drop'] as const;
export type Sort = 'relevance' | 'title' | 'newest';
export const sortNames: readonly Sort[] = ['relevance', 'newest', 'title'];

/** What the address of the search page says. */
export type SearchState = {
  q: string;
  chosen: Record<Facet, string[]>;
  sort: Sort;
  page: number;
  /** The words as they were typed, nothing understood. */
  literal: boolean;
  /** What was understood and taken back, as it was typed. */
  drop: string[];
};

export function readSearch(query: URLSearchParams): SearchState {
  const codes = (name: string) => {
    const given = query.getAll(name);
    const values = name === 'topic' || name === 'drop' ? given : given.flatMap((value) => value.split(','));
    return [...new Set(values.filter(Boolean))];
  };
  const sort = query.get('sort') as Sort | null;
  const page = Number(query.get('page'));
  return {
    q: query.get('q') ?? '',
    chosen: Object.fromEntries(facets.map((facet) => [facet, codes(facet)])) as SearchState['chosen'],
    sort: sort && sortNames.includes(sort) ? sort : 'relevance',
    page: Number.isInteger(page) && page > 0 ? page : 1,
    literal: query.get('literal') === '1',
    drop: codes('drop'),
  };
}

/**
 * The address of a state; whatever changes but the page number goes back to page one, and what was taken back belongs to the words it
 * was said of.
 */
export function searchAddress(state: SearchState, changes: Partial<SearchState> = {}, path = '/search'): string {
  const ofWords = changes.q !== undefined && changes.q !== state.q ? { literal: false, drop: [] } : {};
  const { q, chosen, sort, page, literal, drop } = { ...state, page: 1, ...ofWords, ...changes };
  const { topic, ...coded } = chosen;
  const lists = { topic, drop };
  return address(path, {
    ...{ q, ...coded, literal: literal ? 1 : '', sort: sort === 'relevance' ? '' : sort, page: page > 1 ? page : '' },
    ...Object.fromEntries(repeated.map((name) => [name, { each: lists[name] }])),
  });
}

export function toggled(state: SearchState, facet: Facet, code: string): SearchState {
  const before = state.chosen[facet];
  const after = before.includes(code) ? before.filter((one) => one !== code) : [...before, code];
  return { ...state, page: 1, chosen: { ...state.chosen, [facet]: after } };
}

export const anyChosen = (state: SearchState): boolean => facets.some((facet) => state.chosen[facet].length > 0);
export const nothingChosen = Object.fromEntries(facets.map((facet) => [facet, []])) as unknown as SearchState['chosen'];
