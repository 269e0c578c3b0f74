import { browse } from '../discovery/browse-tree.ts';
import { ask } from '../discovery/asked-search.ts';
import { baseOf, newestAddress, recordsAddress, treeAddress } from './opds-asked.ts';
import { type Asking, newestInstant } from './opds-catalogue.ts';
import type { NavigationFeed } from './opds-feed.ts';
import { labelOf } from './opds-labels.ts';
import { shelfTokens } from './opds-shelf.ts';

type Rows = NavigationFeed['rows'];

const feed = async (
  asking: Asking,
  title: string,
  self: string,
  up: string | null,
  rows: Rows,
): Promise<NavigationFeed> => ({
  kind: 'navigation',
  title,
  updated: await newestInstant(asking),
  self,
  up,
  rows,
});

const row = (
  title: string,
  href: string,
  kind: Rows[number]['kind'],
  rest: Partial<Rows[number]> = {},
): Rows[number] => ({ title, href, kind, says: null, rel: 'subsection', count: null, ...rest });

/** Where a catalogue begins (OPDS 1.2 section 2.1). A guest is shown where to sign in. */
export function rootFeed(asking: Asking, self: string): Promise<NavigationFeed> {
  const { version, words, actor, school } = asking;
  return feed(asking, `Tủ Sách – ${school.name}`, self, null, [
    row(words.newest, newestAddress(version, {}), 'acquisition', {
      says: words.newestSays,
      rel: 'http://opds-spec.org/sort/new',
    }),
    row(words.levels, treeAddress(version, 'levels'), 'navigation'),
    row(words.subjects, treeAddress(version, 'subjects'), 'navigation'),
    row(words.types, treeAddress(version, 'types'), 'navigation'),
    row(words.byTitle, recordsAddress(version, { sort: 'title' }), 'acquisition'),
    ...(actor.kind === 'guest'
      ? [row(words.signIn, `${baseOf(version)}/account`, 'navigation', { says: words.signInSays })]
      : []),
  ]);
}

/** The tree that /browse shows, with the counts of this asker. What holds nothing is left out; the whole of a place is its first row. */
const tree = ({ parts, actor }: Asking, at: { level?: string; grade?: string }) =>
  browse(parts, actor, at, shelfTokens(actor));

export async function levelsFeed(asking: Asking): Promise<NavigationFeed> {
  const { version, words, vocabularies, language } = asking;
  const { levels } = await tree(asking, {});
  const rows = levels.map(({ code, count }) =>
    row(labelOf(vocabularies, 'level', code, language), treeAddress(version, 'grades', { level: code }), 'navigation', {
      count,
    }),
  );
  return feed(asking, words.levels, treeAddress(version, 'levels'), asking.root, rows);
}

export async function gradesFeed(asking: Asking, at: { level?: string }): Promise<NavigationFeed> {
  const { version, words, vocabularies, language } = asking;
  const { levels, total } = await tree(asking, { level: at.level });
  const all = row(words.everything, recordsAddress(version, { facets: placeOf(at) }), 'acquisition', { count: total });
  const grades = levels
    .filter(({ code }) => at.level === undefined || code === at.level)
    .flatMap((level) => level.grades)
    .map(({ code, count }) =>
      row(
        labelOf(vocabularies, 'grade', code, language),
        treeAddress(version, 'subjects', { grade: code }),
        'navigation',
        { count },
      ),
    );
  const title = at.level === undefined ? words.levels : labelOf(vocabularies, 'level', at.level, language);
  return feed(asking, title, treeAddress(version, 'grades', at), treeAddress(version, 'levels'), [all, ...grades]);
}

export async function subjectsFeed(asking: Asking, at: { level?: string; grade?: string }): Promise<NavigationFeed> {
  const { version, words, vocabularies, language } = asking;
  const { subjects, total } = await tree(asking, at);
  const all = row(words.everything, recordsAddress(version, { facets: placeOf(at) }), 'acquisition', { count: total });
  const rows = subjects
    .flatMap((subject) => [subject, ...subject.subjects])
    .map(({ code, count }) =>
      row(
        labelOf(vocabularies, 'subject', code, language),
        recordsAddress(version, { facets: { ...placeOf(at), subject: [code] } }),
        'acquisition',
        { count },
      ),
    );
  const chosen = (
    [
      ['level', at.level],
      ['grade', at.grade],
    ] as const
  ).flatMap(([facet, code]) => (code === undefined ? [] : [labelOf(vocabularies, facet, code, language)]));
  const up = chosen.length > 0 ? treeAddress(version, 'levels') : asking.root;
  return feed(
    asking,
    chosen.length > 0 ? chosen.join(' · ') : words.subjects,
    treeAddress(version, 'subjects', at),
    up,
    [all, ...rows],
  );
}

/** In the order of the vocabulary. */
export async function typesFeed(asking: Asking): Promise<NavigationFeed> {
  const { parts, actor, version, words, vocabularies, language } = asking;
  const found = await ask(parts, { text: '', facets: {}, audience: shelfTokens(actor) }, vocabularies);
  const counts = new Map(found.facets.type.map(({ code, count }) => [code, count]));
  const rows = vocabularies.lists['resource-type']
    .filter(({ code }) => counts.has(code))
    .map(({ code }) =>
      row(
        labelOf(vocabularies, 'type', code, language),
        recordsAddress(version, { facets: { ...placeOf({}), type: [code] } }),
        'acquisition',
        { count: counts.get(code)! },
      ),
    );
  const all = row(words.everything, recordsAddress(version, {}), 'acquisition', { count: found.total });
  return feed(asking, words.types, treeAddress(version, 'types'), asking.root, [all, ...rows]);
}

const one = (code: string | undefined): string[] => (code === undefined ? [] : [code]);
const placeOf = (at: { level?: string; grade?: string }) => ({
  level: one(at.level),
  grade: one(at.grade),
  subject: [],
  topic: [],
  type: [],
  set: [],
  language: [],
});
