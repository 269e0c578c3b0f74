import type { Metadata } from '../../storage/metadata/database.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { pagedFiles, publicBooks } from '../../storage/metadata/public-books.ts';
import { firstPagesOfFiles } from '../../storage/metadata/record-files.ts';
import { guest } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { setSpec } from '../catalogue/harvest-noting.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { iiifAddresses } from '../reader/iiif-addresses.ts';

export const collectionKinds = ['subject', 'grade', 'type'] as const;
export type CollectionKind = (typeof collectionKinds)[number];

/** Records told in one collection before it leads on to the next. */
const recordsAtOnce = 100;

type LanguageMap = Record<string, string[]>;

const kindWords: Record<CollectionKind, LanguageMap> = {
  subject: { vi: ['Môn học'], en: ['Subjects'] },
  grade: { vi: ['Lớp'], en: ['Grades'] },
  type: { vi: ['Loại học liệu'], en: ['Kinds of resources'] },
};
const vocabularyOf = { subject: 'subject', grade: 'grade', type: 'resource-type' } as const;
const facetOf = { subject: 'subject', grade: 'grade', type: 'type' } as const;
const next: LanguageMap = { vi: ['Tiếp theo'], en: ['Next'] };

export interface CollectionParts {
  metadata: Metadata;
  publicUrl: string;
}

const address = (publicUrl: string, ...path: string[]): string => [`${publicUrl}/iiif/collection`, ...path.map(encodeURIComponent)].join('/');

/** IIIF Presentation 3.0 Collection (section 5.1). */
const collection = (id: string, label: LanguageMap, items: object[], more: object = {}) => ({
  '@context': 'http://iiif.io/api/presentation/3/context.json',
  ...{ id, type: 'Collection', label },
  ...more,
  items,
});
const reference = (id: string, label: LanguageMap) => ({ id, type: 'Collection', label });

/** The whole library: everything there is to read, and the branches by which it can be walked. */
export async function topCollection({ metadata, publicUrl }: CollectionParts) {
  const [school] = await schools(metadata.queries);
  const name = school?.name ?? 'Tủ Sách';
  return collection(
    address(publicUrl, 'top'),
    { none: [`Tủ Sách – ${name}`] },
    [...collectionKinds.map((kind) => reference(address(publicUrl, kind), kindWords[kind])), reference(address(publicUrl, 'all'), { vi: ['Tất cả'], en: ['Everything'] })],
    { homepage: [{ id: `${publicUrl}/`, type: 'Text', label: { none: [name] }, format: 'text/html' }], behavior: ['multi-part'] },
  );
}

/** One branch: the terms with something to read, in the order of the vocabulary. */
export async function branchCollection({ metadata, publicUrl }: CollectionParts, kind: CollectionKind) {
  const terms = (await loadVocabularies(metadata)).lists[vocabularyOf[kind]];
  const held = await Promise.all(terms.map(async ({ code }) => (await publicBooks(metadata.queries, setSpec(kind, code), '', 1)).length > 0));
  const items = terms.filter((_, at) => held[at]).map(({ code, vi, en }) => reference(address(publicUrl, kind, code), { vi: [vi], ...(en ? { en: [en] } : {}) }));
  return collection(address(publicUrl, kind), kindWords[kind], items, { partOf: [reference(address(publicUrl, 'top'), { none: ['Tủ Sách'] })] });
}

/**
 * Books of one term, or of all where it is null, after a record: manifests of everything that a guest may read and that can be looked at.
 * Presentation 3 does not page collections, so the last item is the collection of what follows. Null: there is no such term.
 */
export async function bookCollection({ metadata, publicUrl }: CollectionParts, term: { kind: CollectionKind; code: string } | null, after: string) {
  const { queries } = metadata;
  const known = term && (await loadVocabularies(metadata)).byCode[vocabularyOf[term.kind]].get(term.code);
  if (term && !known) return null;
  const rows = await publicBooks(queries, term && setSpec(term.kind, term.code), after, recordsAtOnce + 1);
  const shown = rows.slice(0, recordsAtOnce);
  const everybody = guest();
  const titles = new Map(shown.filter((row) => row.state === 'published' && mayReach(everybody, row)).map(({ id, title }) => [id, title]));
  const files = (await pagedFiles(queries, [...titles.keys()])).filter(({ removed_at }) => removed_at === null);
  const firsts = new Map((await firstPagesOfFiles(queries, files.map(({ id }) => id))).map((page) => [page.file_id, page]));
  const path = term ? [term.kind, term.code] : ['all'];
  const own = (place: string): string => address(publicUrl, ...path) + (place ? `?after=${place}` : '');
  const readable = files.filter(({ id }) => firsts.has(id));
  const items: object[] = readable.map(({ id, record_id, name }) => {
    const several = readable.filter((file) => file.record_id === record_id).length > 1;
    const { manifest, image } = iiifAddresses(publicUrl, id);
    const page = firsts.get(id)!;
    const width = Math.min(200, page.width);
    const height = Math.max(1, Math.round((page.height * width) / Math.max(1, page.width)));
    const thumbnail = page.width > 0 ? { thumbnail: [{ id: `${image(page.number)}/full/${width},/0/default.jpg`, type: 'Image', format: 'image/jpeg', width, height }] } : {};
    return { id: manifest, type: 'Manifest', label: { none: [several ? `${titles.get(record_id)} (${name})` : titles.get(record_id)!] }, ...thumbnail };
  });
  if (rows.length > recordsAtOnce) items.push(reference(own(shown.at(-1)!.id), next));
  const label: LanguageMap = known ? { vi: [known.vi], ...(known.en ? { en: [known.en] } : {}) } : { vi: ['Tất cả'], en: ['Everything'] };
  const homepage = `${publicUrl}/search${term ? `?${facetOf[term.kind]}=${encodeURIComponent(term.code)}` : ''}`;
  return collection(own(after), label, items, {
    homepage: [{ id: homepage, type: 'Text', label, format: 'text/html' }],
    partOf: [term ? reference(address(publicUrl, term.kind), kindWords[term.kind]) : reference(address(publicUrl, 'top'), { none: ['Tủ Sách'] })],
  });
}
