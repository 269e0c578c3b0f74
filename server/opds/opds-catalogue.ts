import type { FacetCounts, FacetName } from '../../search/facets.ts';
import { SearchUnavailable } from '../../search/search-index.ts';
import { countListed, type ListedRecords, listRecords, type ListPlace } from '../../storage/metadata/record-lists.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import type { OrganisationRow } from '../../storage/metadata/organisations.ts';
import type { Actor } from '../access/actor.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import type { Language } from '../contract/person.ts';
import { ask, type Searching } from '../discovery/asked-search.ts';
import { newestAddress, type RecordsAsked, recordsAddress, type Version } from './opds-asked.ts';
import { opdsEntry } from './opds-entry.ts';
import type { AcquisitionFeed } from './opds-feed.ts';
import { labelOf } from './opds-labels.ts';
import type { OpdsWords } from './opds-words.ts';
import { onShelf, type Shelved, shelved, shelfReach, shelfTokens, withFiles } from './opds-shelf.ts';

/** Who asks for what, and what is needed to answer in their words. */
export interface Asking {
  parts: Searching;
  actor: Actor;
  version: Version;
  language: Language;
  words: OpdsWords;
  vocabularies: Vocabularies;
  /** Whose library it is to this asker. */
  school: OrganisationRow;
  /** The root for this asker. */
  root: string;
}

/** Values of a facet in a feed: a phone shows them one under another. */
const mostValues = 25;
const offered = ['level', 'grade', 'subject', 'topic', 'type', 'set', 'language'] as const;

const listed = (actor: Actor): Omit<ListedRecords, 'after' | 'limit'> => ({
  by: 'published_at',
  state: 'published',
  deleted: false,
  reach: shelfReach(actor),
});

/** When something was last published that the actor sees; without anything, or without search, when the library began. */
export async function newestInstant(asking: Asking): Promise<string> {
  const { parts, actor, vocabularies, school } = asking;
  const wanted = { text: '', facets: {}, sort: 'newest', limit: 1, audience: shelfTokens(actor) } as const;
  const found = await unlessAway(ask(parts, wanted, vocabularies));
  const [newest] = await recordsByIds(parts.metadata.queries, found?.hits.map(({ id }) => id) ?? []);
  return (newest && onShelf(actor, newest) ? newest.published_at : null) ?? school.created_at;
}

/** Null while search is away: what can be shown without it is. */
function unlessAway<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (error instanceof SearchUnavailable) return null;
    throw error;
  });
}

const entriesOf = ({ actor, vocabularies, language }: Asking, books: readonly Shelved[]) =>
  books.map((book) => opdsEntry(actor, book, vocabularies, language));

/** The newest change among the entries. */
const updatedOf = async (asking: Asking, books: readonly Shelved[]): Promise<string> =>
  books
    .map(({ record }) => record.updated_at)
    .sort()
    .at(-1) ?? newestInstant(asking);

/**
 * All of these schools that may be read, by when it was published. Pages hang on rows and not on numbers: whoever follows `next` meets every record once,
 * whatever is published or withdrawn meanwhile. What others' catalogues told us came all at
 * once and is no news; it stands in searches and branches, to which the facets lead. Without search there are none.
 */
export async function newestFeed(
  asking: Asking,
  query: { after?: ListPlace; before?: ListPlace; size: number },
): Promise<AcquisitionFeed> {
  const { parts, actor, version, words } = asking;
  const { queries } = parts.metadata;
  const { after = null, before = null, size } = query;
  const wanted = { ...listed(actor), after: before ? null : after, before, limit: size + 1 };
  const rows = await listRecords(queries, wanted);
  const more = rows.length > size;
  const page = before ? rows.slice(-size) : rows.slice(0, size);
  const books = await withFiles(parts.metadata, page);
  const at = (row: (typeof rows)[number]): string => `${row.published_at}_${row.id}`;
  const sized: Record<string, string> = size === 30 ? {} : { size: String(size) };
  const to = (side: 'after' | 'before', row: (typeof rows)[number] | undefined): string | null =>
    row ? newestAddress(version, { [side]: at(row), ...sized }) : null;
  const place: Record<string, string> = before
    ? { before: `${before.instant}_${before.id}` }
    : after
      ? { after: `${after.instant}_${after.id}` }
      : {};
  const counts = await unlessAway(
    ask(parts, { text: '', facets: {}, audience: shelfTokens(actor) }, asking.vocabularies),
  );
  const plain: RecordsAsked = { text: '', facets: noFacets(), sort: 'newest', page: 1, size };
  return {
    kind: 'acquisition',
    title: words.newest,
    subtitle: null,
    updated: await updatedOf(asking, books),
    self: newestAddress(version, { ...place, ...sized }),
    up: asking.root,
    first: newestAddress(version, sized),
    // Before the first page there is nothing, until something is published.
    previous: before ? (more ? to('before', page[0]) : null) : after ? to('before', page[0]) : null,
    next: before ? to('after', page.at(-1)) : more ? to('after', page.at(-1)) : null,
    last: null,
    // Not of the index, which knows what others' catalogues told us as well.
    total: await countListed(queries, { ...listed(actor), after: null, limit: 0 }),
    size,
    page: null,
    facets: counts ? facetsOf(asking, plain, counts.facets) : [],
    entries: entriesOf(asking, books),
  };
}

/** A search or a branch of the tree, in pages by number. Throws SearchUnavailable. */
export async function recordsFeed(asking: Asking, asked: RecordsAsked): Promise<AcquisitionFeed> {
  const { parts, actor, version, words, vocabularies } = asking;
  const { page, size } = asked;
  const found = await ask(
    parts,
    {
      text: asked.text,
      facets: asked.facets,
      sort: asked.sort,
      audience: shelfTokens(actor),
      offset: (page - 1) * size,
      limit: size,
    },
    vocabularies,
  );
  const books = await shelved(
    parts.metadata,
    actor,
    found.hits.map(({ id }) => id),
  );
  const pages = Math.max(1, Math.ceil(found.total / size));
  const at = (number: number): string => recordsAddress(version, { ...asked, page: number });
  const chosen = offered.flatMap((facet) =>
    asked.facets[facet].map((code) => labelOf(vocabularies, facet, code, asking.language)),
  );
  const about =
    asked.text === ''
      ? chosen.length > 0
        ? chosen.join(' · ')
        : words.everything
      : [words.found(asked.text), ...chosen].join(' · ');
  return {
    kind: 'acquisition',
    title: about.length > 300 ? `${about.slice(0, 299)}…` : about,
    subtitle: found.corrected?.instead ? words.instead(found.corrected.text) : null,
    updated: await updatedOf(asking, books),
    self: at(page),
    up: asking.root,
    first: at(1),
    previous: page > 1 ? at(Math.min(page - 1, pages)) : null,
    next: page < pages ? at(page + 1) : null,
    last: at(pages),
    total: found.total,
    size,
    page,
    facets: facetsOf(asking, asked, found.facets),
    entries: entriesOf(asking, books),
  };
}

const noFacets = (): RecordsAsked['facets'] =>
  Object.fromEntries(offered.map((name) => [name, []])) as unknown as RecordsAsked['facets'];

/** Orders, and each facet's fullest values. A group with a choice begins with the way out of it. */
function facetsOf(asking: Asking, asked: RecordsAsked, counts: FacetCounts): AcquisitionFeed['facets'] {
  const { version, words, vocabularies, language } = asking;
  const first = { ...asked, page: 1 };
  const orders = (asked.text === '' ? (['newest', 'title'] as const) : (['relevance', 'newest', 'title'] as const)).map(
    (sort) => ({
      title: words.sorts[sort],
      href: recordsAddress(version, { ...first, sort }),
      count: null,
      active: sort === asked.sort,
    }),
  );
  const groups = offered.map((facet: FacetName) => {
    const chosen = asked.facets[facet];
    const to = (codes: string[]): string =>
      recordsAddress(version, { ...first, facets: { ...asked.facets, [facet]: codes } });
    const values = counts[facet].filter(({ code }, at) => at < mostValues || chosen.includes(code));
    const links = values.map(({ code, count }) => ({
      title: labelOf(vocabularies, facet, code, language),
      href: to([code]),
      count,
      // Of several that an address names none is the one that is chosen.
      active: chosen.length === 1 && chosen[0] === code,
    }));
    const out = { title: words.everything, href: to([]), count: null, active: false };
    return { title: words.facets[facet], links: chosen.length > 0 ? [out, ...links] : links };
  });
  return [{ title: words.sort, links: orders }, ...groups.filter(({ links }) => links.length > 1)];
}
