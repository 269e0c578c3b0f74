import type { XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { writeXml, xmlDeclaration } from '../catalogue/crosswalks/xml-writing.ts';
import type { FacetName } from '../../search/facets.ts';
import type { OpdsEntry } from './opds-entry.ts';
import {
  acquisitionRel,
  authenticationAddress,
  authenticationRel,
  authenticationType,
  facetRel,
  type FeedFrame,
  type FeedKind,
  type OpdsFeed,
} from './opds-feed.ts';

/** OPDS 1.2: what each kind of document is called in links and in Content-Type (sections 2.2, 2.3, 7.1). */
export const atomTypes: Record<FeedKind | 'entry', string> = {
  navigation: 'application/atom+xml;profile=opds-catalog;kind=navigation',
  acquisition: 'application/atom+xml;profile=opds-catalog;kind=acquisition',
  entry: 'application/atom+xml;type=entry;profile=opds-catalog',
};
export const descriptionType = 'application/opensearchdescription+xml';

const atom = { xmlns: 'http://www.w3.org/2005/Atom' };
const entryNamespaces = {
  ...atom,
  'xmlns:dc': 'http://purl.org/dc/terms/',
  'xmlns:opds': 'http://opds-spec.org/2010/catalog',
  'xmlns:pse': 'http://vaemendis.net/opds-pse/ns',
  'xmlns:schema': 'http://schema.org/',
};
const feedNamespaces = {
  ...entryNamespaces,
  'xmlns:thr': 'http://purl.org/syndication/thread/1.0',
  'xmlns:opensearch': 'http://a9.com/-/spec/opensearch/1.1/',
};

/** Pixels of the side that fits a list of books; the cover itself is asked for at its own width. */
const thumbnailWidth = 200;
/** Of an abstract in a list; the entry's own document has all of it. */
const summaryLength = 400;

type Attributes = Record<string, string>;
const link = (attributes: Attributes): XmlElement => ['link', attributes, []];
const text = (name: string, content: string | null): XmlElement[] =>
  content === null || content.trim() === '' ? [] : [[name, {}, content]];
const person = (name: string, who: string): XmlElement => [name, {}, [['name', {}, who]]];

export const entryAddress = (id: string): string => `/opds/records/${id}`;
const urn = (id: string): string => `urn:uuid:${id}`;

/** Where the codes of a facet are told: the vocabularies, each by its name. */
export const schemeOf = (publicUrl: string, facet: FacetName): string =>
  `${publicUrl}/api/vocabularies#${{ level: 'level', grade: 'grade', subject: 'subject', topic: 'topic', type: 'resource-type', set: 'textbook-set', language: 'language' }[facet]}`;
export const ddcScheme = 'http://purl.org/dc/terms/DDC';

/** A feed as an OPDS 1.2 catalogue feed document. */
export function atomFeed(frame: FeedFrame, feed: OpdsFeed): string {
  const { publicUrl } = frame;
  const own = atomTypes[feed.kind];
  const links = [
    link({ rel: 'self', href: feed.self, type: own }),
    link({ rel: 'start', href: frame.start, type: atomTypes.navigation }),
    ...(feed.up === null ? [] : [link({ rel: 'up', href: feed.up, type: atomTypes.navigation })]),
    link({ rel: 'search', href: frame.search, type: descriptionType, title: frame.searchTitle }),
    link({ rel: authenticationRel, href: authenticationAddress, type: authenticationType }),
  ];
  const head: XmlElement[] = [
    ['id', {}, `${publicUrl}${feed.self}`],
    ['title', {}, feed.title],
    ['updated', {}, feed.updated],
    [
      'author',
      {},
      [
        ['name', {}, frame.school],
        ['uri', {}, `${publicUrl}/`],
      ],
    ],
    ...links,
  ];
  const content: XmlElement[] =
    feed.kind === 'navigation'
      ? feed.rows.map((row) => [
          'entry',
          {},
          [
            ['title', {}, row.title],
            ['id', {}, `${publicUrl}${row.href}`],
            ['updated', {}, feed.updated],
            ...(row.says === null ? [] : [['content', { type: 'text' }, row.says] as XmlElement]),
            link({
              rel: row.rel,
              href: row.href,
              type: atomTypes[row.kind],
              ...(row.count === null ? {} : { 'thr:count': String(row.count) }),
            }),
          ],
        ])
      : [
          ...(feed.subtitle === null ? [] : [['subtitle', {}, feed.subtitle] as XmlElement]),
          ...(['first', 'previous', 'next', 'last'] as const).flatMap((rel) =>
            feed[rel] === null ? [] : [link({ rel, href: feed[rel], type: own })],
          ),
          ['opensearch:totalResults', {}, String(feed.total)],
          ...(feed.page === null
            ? []
            : [['opensearch:startIndex', {}, String((feed.page - 1) * feed.size + 1)] as XmlElement]),
          ['opensearch:itemsPerPage', {}, String(feed.size)],
          ...feed.facets.flatMap((group) =>
            group.links.map(({ title, href, count, active }) =>
              link({
                ...{ rel: facetRel, href, type: atomTypes.acquisition, title, 'opds:facetGroup': group.title },
                ...(count === null ? {} : { 'thr:count': String(count) }),
                ...(active ? { 'opds:activeFacet': 'true' } : {}),
              }),
            ),
          ),
          ...feed.entries.map((entry): XmlElement => ['entry', {}, entryContent(frame, entry, false)]),
        ];
  return xmlDeclaration + writeXml(['feed', { ...feedNamespaces, 'xml:lang': frame.language }, [...head, ...content]]);
}

/** A record as an OPDS 1.2 catalogue entry document: complete, with all that is known. */
export function atomEntry(frame: FeedFrame, entry: OpdsEntry): string {
  return (
    xmlDeclaration +
    writeXml(['entry', { ...entryNamespaces, 'xml:lang': frame.language }, entryContent(frame, entry, true)])
  );
}

/** In a list it is partial (section 5.1.2): abstracts are cut and it says where the complete one is. */
function entryContent(
  { publicUrl, school, start, language }: FeedFrame,
  entry: OpdsEntry,
  complete: boolean,
): XmlElement[] {
  const own = { href: entryAddress(entry.id), type: atomTypes.entry };
  const brief =
    entry.abstract !== null && entry.abstract.length > summaryLength
      ? `${entry.abstract.slice(0, summaryLength)}…`
      : entry.abstract;
  return [
    ['title', {}, entry.title],
    ['id', {}, urn(entry.id)],
    ['updated', {}, entry.updated],
    ...text('published', entry.published),
    ...entry.authors.map((name) => person('author', name)),
    // An entry by itself needs an author (RFC 4287 section 4.1.2), or a source that has one: the library did not write the book.
    ...(complete && entry.authors.length === 0
      ? [
          [
            'source',
            {},
            [
              ['id', {}, `${publicUrl}/opds`],
              ['title', {}, `Tủ Sách – ${school}`],
              ['updated', {}, entry.updated],
              person('author', school),
            ],
          ] as XmlElement,
        ]
      : []),
    ...entry.contributors.map(({ name }) => person('contributor', name)),
    ...text('schema:alternativeHeadline', entry.subtitle),
    ...text('dc:publisher', entry.publisher),
    ...text('dc:issued', entry.issued),
    ...entry.languages.map((code): XmlElement => ['dc:language', {}, code]),
    ...entry.identifiers.map((identifier): XmlElement => ['dc:identifier', {}, identifier]),
    ...(entry.pages > 0 ? text('dc:extent', `${entry.pages} ${language === 'en' ? 'p.' : 'tr.'}`) : []),
    ...entry.categories.map(({ facet, code, label }): XmlElement => [
      'category',
      { scheme: schemeOf(publicUrl, facet), term: code, label },
      [],
    ]),
    ...entry.keywords.map((word): XmlElement => ['category', { term: word, label: word }, []]),
    ...(entry.ddc === null ? [] : [['category', { scheme: ddcScheme, term: entry.ddc }, []] as XmlElement]),
    ['rights', {}, entry.rights],
    ...(brief === null ? [] : [['summary', { type: 'text' }, brief] as XmlElement]),
    ...(complete && entry.abstract !== null && brief !== entry.abstract
      ? [['content', { type: 'text' }, entry.abstract] as XmlElement]
      : []),
    ...(complete
      ? [link({ rel: 'self', ...own }), link({ rel: 'start', href: start, type: atomTypes.navigation })]
      : [link({ rel: 'alternate', ...own })]),
    link({ rel: 'alternate', href: entry.page, type: 'text/html' }),
    ...(entry.rightsAddress === null ? [] : [link({ rel: 'license', href: entry.rightsAddress })]),
    ...(entry.cover
      ? [
          link({ rel: 'http://opds-spec.org/image', href: entry.cover.href(entry.cover.width), type: 'image/jpeg' }),
          link({
            rel: 'http://opds-spec.org/image/thumbnail',
            href: entry.cover.href(thumbnailWidth),
            type: 'image/jpeg',
          }),
        ]
      : []),
    ...entry.acquisitions.map(({ how, type, href, title, size }) =>
      link({
        rel: acquisitionRel[how],
        href,
        type,
        ...(title === null ? {} : { title }),
        ...(size === null ? {} : { length: String(size) }),
      }),
    ),
    // OPDS Page Streaming Extension 1.0: pages one by one, without taking the whole file.
    ...(entry.stream
      ? [
          link({
            rel: 'http://vaemendis.net/opds-pse/stream',
            href: entry.stream.href,
            type: 'image/jpeg',
            'pse:count': String(entry.stream.count),
          }),
        ]
      : []),
  ];
}

/**
 * How to search (OpenSearch 1.1 draft 6): templates there are whole addresses. No page in them: some apps send what they do not fill as it
 * stands, and all follow `next`.
 */
export function searchDescription(publicUrl: string, school: string, title: string): string {
  const address = (path: string): string => `${publicUrl}${path}`;
  return (
    xmlDeclaration +
    writeXml([
      'OpenSearchDescription',
      { xmlns: 'http://a9.com/-/spec/opensearch/1.1/' },
      [
        // 16 characters at most.
        ['ShortName', {}, 'Tủ Sách'],
        ['Description', {}, `${title}: ${school}`.slice(0, 1024)],
        ['Url', { type: atomTypes.acquisition, template: address('/opds/records?q={searchTerms}') }, []],
        [
          'Url',
          {
            type: 'application/opds+json',
            template: address('/opds/v2/records?query={searchTerms}'),
          },
          [],
        ],
        ['Url', { type: 'text/html', template: address('/search?q={searchTerms}') }, []],
        ['Language', {}, 'vi'],
        ['OutputEncoding', {}, 'UTF-8'],
        ['InputEncoding', {}, 'UTF-8'],
      ],
    ])
  );
}
