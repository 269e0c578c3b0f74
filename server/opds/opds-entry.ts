import { type Actor, guest } from '../access/actor.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { yearIn } from '../catalogue/crosswalks/crosswalk-record.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import type { Language } from '../contract/person.ts';
import type { FileRow } from '../../storage/metadata/files.ts';
import type { FacetName } from '../../search/facets.ts';
import { rightsAddress } from '../reader/rights.ts';
import type { Shelved } from './opds-shelf.ts';
import { labelOf, termLabel } from './opds-labels.ts';

/** How a publication is come by (OPDS 1.2 section 5.2.1). */
export type Acquisition = 'open-access' | 'generic' | 'borrow';

/** A record as an entry of a catalogue, before it is written in either version. Addresses are from the root of the host. */
export interface OpdsEntry {
  id: string;
  title: string;
  subtitle: string | null;
  /** schema.org type. */
  type: 'Book' | 'LearningResource';
  updated: string;
  published: string | null;
  authors: string[];
  /** MARC relator code beside each name. */
  contributors: { name: string; role: string }[];
  publisher: string | null;
  /** Year of the publication itself. */
  issued: string | null;
  languages: string[];
  /** URIs where the scheme has one, else the bare value. */
  identifiers: string[];
  categories: { facet: FacetName; code: string; label: string }[];
  keywords: string[];
  ddc: string | null;
  textbookSet: { code: string; label: string } | null;
  abstract: string | null;
  rights: string;
  rightsAddress: string | null;
  pages: number;
  acquisitions: { how: Acquisition; type: string; href: string; title: string | null; size: number | null }[];
  cover: { href(width: number): string; width: number; height: number } | null;
  /** Pages one by one; `href` with {pageNumber} from 0 and {maxWidth}. */
  stream: { count: number; href: string } | null;
  page: string;
}

const makers = new Set(['aut', 'cmp', 'isb']);
const books = new Set(['TRUYEN', 'STK', 'SGK']);

export const originalAddress = (fileId: string): string => `/opds/files/${fileId}/original`;
/** With the file's revision, for which caches keep a page a year. */
export const pageAddress = (
  file: { id: string; revision: number },
  index: number | string,
  width: number | string,
): string => `/opds/files/${file.id}/pages?page=${index}&width=${width}&v=${file.revision}`;

/** What the actor, who may read it, sees of a record: files to take away, or to read here, or where else it is to be had. */
export function opdsEntry(
  actor: Actor,
  { record, files }: Shelved,
  vocabularies: Vocabularies,
  language: Language,
): OpdsEntry {
  const said = descriptionOf(record);
  const readable = files?.readable ?? null;
  const cover = files?.cover ?? null;
  const coverPage = files?.coverPage ?? null;
  const category = (facet: FacetName, code: string) => ({
    facet,
    code,
    label: labelOf(vocabularies, facet, code, language),
  });
  const name = (agent: { name: string }): string => agent.name;
  const fileOf = (id: string): FileRow => files!.files.find((file) => file.id === id)!;
  return {
    id: record.id,
    title: record.title,
    subtitle: said.subtitle || null,
    type: books.has(said.resourceType ?? '') ? 'Book' : 'LearningResource',
    updated: record.updated_at,
    published: record.published_at,
    authors: said.agents.filter(({ role }) => makers.has(role)).map(name),
    contributors: said.agents
      .filter(({ role }) => !makers.has(role) && role !== 'pbl')
      .map(({ name, role }) => ({ name, role })),
    publisher: said.publisher ?? said.agents.find(({ role }) => role === 'pbl')?.name ?? null,
    issued: yearIn(said.year),
    languages: said.languages.filter((code) => /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(code)),
    identifiers: said.identifiers.map(identifierOf),
    categories: [
      ...said.subjects.map((code) => category('subject', code)),
      ...said.grades.map((code) => category('grade', code)),
      ...(said.resourceType ? [category('type', said.resourceType)] : []),
      ...(said.textbookSet ? [category('set', said.textbookSet)] : []),
    ],
    keywords: said.keywords,
    ddc: said.ddc ?? null,
    textbookSet: said.textbookSet
      ? { code: said.textbookSet, label: labelOf(vocabularies, 'set', said.textbookSet, language) }
      : null,
    abstract: said.abstract || null,
    rights: termLabel(vocabularies.byCode.licence.get(record.licence), language) ?? record.licence,
    rightsAddress: rightsAddress(record.licence),
    pages: readable?.pages ?? 0,
    acquisitions: acquisitions(actor, { record, files }, said.link),
    cover: cover &&
      coverPage && {
        href: (width) => pageAddress(fileOf(coverPage.fileId), coverPage.number - 1, width),
        width: cover.width,
        height: cover.height,
      },
    stream: readable && {
      count: readable.pages,
      href: pageAddress(fileOf(readable.fileId), '{pageNumber}', '{maxWidth}'),
    },
    page: `/record/${record.id}`,
  };
}

/** At least one (section 5): what we have no file of is lent over the counter, so its page is where to ask. */
function acquisitions(actor: Actor, { record, files }: Shelved, link: string | undefined): OpdsEntry['acquisitions'] {
  const found: OpdsEntry['acquisitions'] = [];
  const page = { type: 'text/html', title: null, size: null };
  if (files && recordPolicy.download(actor, record)) {
    const how = recordPolicy.download(guest(), record) ? 'open-access' : 'generic';
    for (const { id, media_type, name, size } of files.files)
      found.push({ how, type: media_type, href: originalAddress(id), title: name, size: Number(size) });
  } else if (files?.readable) found.push({ ...page, how: 'generic', href: `/read/${files.readable.fileId}` });
  // What another library sent need not be what our forms let through.
  if (link && /^https?:/i.test(link) && URL.canParse(link)) found.push({ ...page, how: 'generic', href: link });
  const lent = !files && record.source_id === null;
  return found.length > 0 ? found : [{ ...page, how: lent ? 'borrow' : 'generic', href: `/record/${record.id}` }];
}

/** A URI where the scheme has one: urn:isbn (RFC 3187), urn:issn (RFC 3044), https://doi.org. */
function identifierOf({ scheme, value }: { scheme: string; value: string }): string {
  const bare = value.replace(/[\s-]/g, '').toUpperCase();
  if (scheme === 'isbn' && /^(?:\d{9}[\dX]|\d{13})$/.test(bare)) return `urn:isbn:${bare}`;
  if (scheme === 'issn' && /^\d{7}[\dX]$/.test(bare)) return `urn:issn:${bare.slice(0, 4)}-${bare.slice(4)}`;
  const doi = /(10\.\d{4,9}\/\S+)$/.exec(value.trim())?.[1];
  if (scheme === 'doi' && doi) return `https://doi.org/${encodeURI(doi.toWellFormed())}`;
  return value.trim();
}
