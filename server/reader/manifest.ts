import { description, type Description } from '../contract/record.ts';
import { type PageOutline, type TermWords, wordsForCodes } from '../../storage/metadata/book-rows.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { LoadedBook } from './book-loading.ts';
import { type IiifAddresses, iiifAddresses } from './iiif-addresses.ts';
import { preferredWidths } from './iiif-image.ts';
import { rangesOf } from './ranges.ts';
import { rightsAddress } from './rights.ts';

export const presentationType = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"';

type LanguageMap = Record<string, string[]>;

export function readDescription(book: LoadedBook): Description {
  return description.parse(JSON.parse(book.record.description_json));
}

/** The words for a description's codes, in one query. */
export const loadTerms = (metadata: Metadata, described: Description, licence: string): Promise<TermWords[]> =>
  wordsForCodes(metadata.queries, {
    licence: [licence],
    subject: described.subjects,
    grade: described.grades,
    language: described.languages,
    'resource-type': described.resourceType ? [described.resourceType] : [],
  });

/**
 * IIIF Presentation 3.0 manifest. Pages without an image have no canvas: a canvas needs a size (§3.3). Text whose language is
 * not known has the key `none` (§4).
 */
export function manifestOf(
  publicUrl: string,
  book: LoadedBook,
  described: Description,
  pages: PageOutline[],
  terms: TermWords[],
) {
  const at = iiifAddresses(publicUrl, book.fileId);
  const own = described.languages[0] ?? 'none';
  const rights = rightsAddress(book.record.licence);
  const ready = pages.filter((page) => page.image_key !== null && page.width > 0 && page.height > 0);
  const structures = rangesOf(
    book.contents,
    ready.map((page) => page.number),
    at,
    own,
    described.title,
  );
  const fullTitle = described.subtitle ? `${described.title}: ${described.subtitle}` : described.title;

  return {
    '@context': ['http://iiif.io/api/search/2/context.json', 'http://iiif.io/api/presentation/3/context.json'],
    id: at.manifest,
    type: 'Manifest',
    label: { [own]: [fullTitle] },
    metadata: metadataOf(described, terms),
    ...(described.abstract ? { summary: { [own]: [described.abstract] } } : {}),
    ...(rights ? { rights } : {}),
    ...(rights ? {} : { requiredStatement: { label: words.licence, value: licenceWords(book.record.licence, terms) } }),
    provider: [
      {
        id: `${publicUrl}/`,
        type: 'Agent',
        label: { none: [book.schoolName] },
        homepage: [{ id: `${publicUrl}/`, type: 'Text', label: { none: [book.schoolName] }, format: 'text/html' }],
      },
    ],
    homepage: [
      {
        id: `${publicUrl}/record/${book.record.id}`,
        type: 'Text',
        label: { [own]: [described.title] },
        format: 'text/html',
      },
    ],
    behavior: ['paged'],
    viewingDirection: 'left-to-right',
    ...(ready.length > 0 ? { thumbnail: [thumbnailOf(at, ready[0]!)] } : {}),
    ...(book.downloadable
      ? {
          rendering: [
            {
              id: `${publicUrl}/api/files/${book.fileId}/original`,
              type: book.mediaType.startsWith('image/') ? 'Image' : 'Text',
              label: { vi: ['Bản gốc'], en: ['Original file'] },
              format: book.mediaType,
            },
          ],
        }
      : {}),
    service: [{ id: at.search, type: 'SearchService2', service: [{ id: at.autocomplete, type: 'AutoCompleteService2' }] }],
    items: ready.map((page) => canvasOf(at, page)),
    ...(structures.length > 0 ? { structures } : {}),
  };
}

const imageService = (id: string) => [{ id, type: 'ImageService3', profile: 'level2' }];

function thumbnailOf(at: IiifAddresses, page: PageOutline) {
  const width = Math.min(preferredWidths[0], page.width);
  return {
    id: `${at.image(page.number)}/full/${width},/0/default.jpg`,
    type: 'Image',
    format: 'image/jpeg',
    width,
    height: Math.max(1, Math.round((page.height * width) / page.width)),
    service: imageService(at.image(page.number)),
  };
}

function canvasOf(at: IiifAddresses, page: PageOutline) {
  const { width, height } = page;
  const id = at.canvas(page.number);
  return {
    id,
    type: 'Canvas',
    label: { none: [page.label ?? String(page.number)] },
    width,
    height,
    thumbnail: [thumbnailOf(at, page)],
    items: [
      {
        id: `${id}/painting`,
        type: 'AnnotationPage',
        items: [
          {
            id: `${id}/painting/image`,
            type: 'Annotation',
            motivation: 'painting',
            body: {
              id: `${at.image(page.number)}/full/max/0/default.jpg`,
              type: 'Image',
              format: 'image/jpeg',
              width,
              height,
              service: imageService(at.image(page.number)),
            },
            target: id,
          },
        ],
      },
    ],
  };
}

const words = {
  title: { vi: ['Nhan đề'], en: ['Title'] },
  people: { vi: ['Tác giả'], en: ['People'] },
  publisher: { vi: ['Nhà xuất bản'], en: ['Publisher'] },
  place: { vi: ['Nơi xuất bản'], en: ['Place'] },
  year: { vi: ['Năm'], en: ['Year'] },
  edition: { vi: ['Lần xuất bản'], en: ['Edition'] },
  subject: { vi: ['Môn học'], en: ['Subject'] },
  grade: { vi: ['Lớp'], en: ['Grade'] },
  type: { vi: ['Loại'], en: ['Type'] },
  language: { vi: ['Ngôn ngữ'], en: ['Language'] },
  keywords: { vi: ['Từ khoá'], en: ['Keywords'] },
  licence: { vi: ['Giấy phép'], en: ['Licence'] },
} satisfies Record<string, LanguageMap>;

function metadataOf(described: Description, terms: TermWords[]): { label: LanguageMap; value: LanguageMap }[] {
  const text = (label: LanguageMap, ...values: (string | undefined)[]) => {
    const given = values.filter((value) => value !== undefined && value !== '') as string[];
    return given.length > 0 ? [{ label, value: { none: given } }] : [];
  };
  const coded = (label: LanguageMap, vocabulary: string, codes: string[]) =>
    codes.length === 0 ? [] : [{ label, value: termWords(terms, vocabulary, codes) }];
  const people = described.agents.map((agent) => (agent.dates ? `${agent.name} (${agent.dates})` : agent.name));
  return [
    ...text(words.title, described.title),
    ...text(words.people, ...people),
    ...text(words.publisher, described.publisher),
    ...text(words.place, described.placeOfPublication),
    ...text(words.year, described.year),
    ...text(words.edition, described.edition),
    ...coded(words.subject, 'subject', described.subjects),
    ...coded(words.grade, 'grade', described.grades),
    ...coded(words.type, 'resource-type', described.resourceType ? [described.resourceType] : []),
    ...coded(words.language, 'language', described.languages),
    ...text(words.keywords, ...described.keywords),
  ];
}

/** Terms in both languages; a code that nobody has a word for any more stands for itself. */
function termWords(terms: TermWords[], vocabulary: string, codes: string[]): LanguageMap {
  const of = (code: string) => terms.find((term) => term.vocabulary === vocabulary && term.code === code);
  return {
    vi: codes.map((code) => of(code)?.vi ?? code),
    en: codes.map((code) => of(code)?.en ?? of(code)?.vi ?? code),
  };
}

const licenceWords = (licence: string, terms: TermWords[]): LanguageMap => termWords(terms, 'licence', [licence]);
