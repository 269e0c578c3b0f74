import type { BrowseView } from '../../server/contract/browse.ts';
import type { SearchResult } from '../../server/contract/search.ts';
import { address } from '../router.ts';

/** Where in the tree cấp > lớp > môn somebody stands; '' for every. */
export type BrowsePlace = { level: string; grade: string; subject: string };
export type BrowseStep = keyof BrowsePlace;

export const browseSteps: readonly BrowseStep[] = ['level', 'grade', 'subject'];

export const readBrowse = (query: URLSearchParams): BrowsePlace => ({
  level: query.get('level') ?? '',
  grade: query.get('grade') ?? '',
  subject: query.get('subject') ?? '',
});

/** The address of a place, of the page itself, of its answer or of a search in it. */
export const browseAddress = (place: Partial<BrowsePlace>, path = '/browse'): string =>
  address(path, { level: place.level, grade: place.grade, subject: place.subject });

/** The places on the way to this one, the widest first; each is chosen but for what comes after it. */
export function wayTo(place: BrowsePlace): { step: BrowseStep; code: string; place: Partial<BrowsePlace> }[] {
  const way: ReturnType<typeof wayTo> = [];
  let so: Partial<BrowsePlace> = {};
  for (const step of browseSteps) {
    if (place[step] === '') continue;
    so = { ...so, [step]: place[step] };
    way.push({ step, code: place[step], place: so });
  }
  return way;
}

/** Levels and grades as they are among the records of a search: by its counts, without those that hold none of them. */
export function levelsUnder(
  levels: BrowseView['levels'],
  facets: Pick<SearchResult['facets'], 'level' | 'grade'>,
): BrowseView['levels'] {
  const counted = <Branch extends { code: string }>(branches: Branch[], step: 'level' | 'grade'): Branch[] => {
    const counts = new Map(facets[step].map(({ code, count }) => [code, count]));
    return branches.flatMap((branch) =>
      counts.get(branch.code) ? [{ ...branch, count: counts.get(branch.code)! }] : [],
    );
  };
  return counted(levels, 'level').map((level) => ({ ...level, grades: counted(level.grades, 'grade') }));
}
