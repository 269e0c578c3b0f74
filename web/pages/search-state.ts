import { address } from '../router.ts';

export type Facet = 'subject' | 'grade' | 'type' | 'language';
export const facets: readonly Facet[] = ['subject', 'grade', 'type', 'language'];
export type Sort = 'relevance' | 'title' | 'newest';
export const sortNames: readonly Sort[] = ['relevance', 'newest', 'title'];

/** What the address of the search page says. */
export type SearchState = { q: string; chosen: Record<Facet, string[]>; sort: Sort; page: number };

export function readSearch(query: URLSearchParams): SearchState {
  const codes = (name: string) => [
    ...new Set(
      query
        .getAll(name)
        .flatMap((value) => value.split(','))
        .filter(Boolean),
    ),
  ];
  const sort = query.get('sort') as Sort | null;
  const page = Number(query.get('page'));
  return {
    q: query.get('q') ?? '',
    chosen: { subject: codes('subject'), grade: codes('grade'), type: codes('type'), language: codes('language') },
    sort: sort && sortNames.includes(sort) ? sort : 'relevance',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of a state; whatever changes but the page number goes back to page one. */
export function searchAddress(state: SearchState, changes: Partial<SearchState> = {}, path = '/search'): string {
  const { q, chosen, sort, page } = { ...state, page: 1, ...changes };
  return address(path, { q, ...chosen, sort: sort === 'relevance' ? '' : sort, page: page > 1 ? page : '' });
}

export function toggled(state: SearchState, facet: Facet, code: string): SearchState {
  const before = state.chosen[facet];
  const after = before.includes(code) ? before.filter((one) => one !== code) : [...before, code];
  return { ...state, page: 1, chosen: { ...state.chosen, [facet]: after } };
}

export const anyChosen = (state: SearchState): boolean => facets.some((facet) => state.chosen[facet].length > 0);
export const nothingChosen: SearchState['chosen'] = { subject: [], grade: [], type: [], language: [] };
