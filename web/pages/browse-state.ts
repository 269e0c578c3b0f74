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
