import { createHash } from 'node:crypto';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { writeXml, xmlDeclaration, type XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';

/** A feed of records for feed readers, before it is written as RSS 2.0 or Atom. All addresses are whole. */
export interface RecordFeed {
  publicUrl: string;
  title: string;
  description: string;
  /** The page that shows the same. */
  page: string;
  self: string;
  /** Instant of the last change while nothing is in it. */
  since: string;
  records: readonly RecordRow[];
}

export const feedMediaTypes = { rss: 'application/rss+xml', atom: 'application/atom+xml' } as const;

/** RFC 822 with a year of four digits, as RSS 2.0 wants it. */
const rssDate = (instant: string): string => new Date(instant).toUTCString();

const publishedAt = (record: RecordRow): string => record.published_at ?? record.created_at;

function told(record: RecordRow): { authors: string[]; said: string } {
  const { agents, publisher, year, abstract } = descriptionOf(record);
  const facts = [agents.map(({ name }) => name).join(', '), publisher, year].filter(Boolean).join(' · ');
  return {
    authors: agents.filter(({ role }) => role === 'aut').map(({ name }) => name),
    said: [facts, abstract].filter(Boolean).join('. '),
  };
}

export function rssFeed({ publicUrl, title, description, page, self, since, records }: RecordFeed): string {
  const items = records.map((record): XmlElement => {
    const { said } = told(record);
    const address = `${publicUrl}/record/${record.id}`;
    return [
      'item',
      {},
      [
        ['title', {}, record.title],
        ['link', {}, address],
        // Text only: readers take what stands here for HTML, so its own signs are written as HTML has them.
        ...(said ? [['description', {}, said.replace(/&/g, '&amp;').replace(/</g, '&lt;')] as const] : []),
        ['pubDate', {}, rssDate(publishedAt(record))],
        ['guid', { isPermaLink: 'true' }, address],
      ],
    ];
  });
  const newest = records[0];
  return `${xmlDeclaration}${writeXml([
    'rss',
    { version: '2.0', 'xmlns:atom': 'http://www.w3.org/2005/Atom' },
    [
      [
        'channel',
        {},
        [
          ['title', {}, title],
          ['link', {}, page],
          ['description', {}, description],
          ['language', {}, 'vi'],
          ['lastBuildDate', {}, rssDate(newest ? publishedAt(newest) : since)],
          ['ttl', {}, '60'],
          ['atom:link', { href: self, rel: 'self', type: feedMediaTypes.rss }, []],
          ...items,
        ],
      ],
    ],
  ])}`;
}

/** RFC 4287. `library`: who says it. */
export function atomRecordFeed(
  { publicUrl, title, description, page, self, since, records }: RecordFeed,
  library: string,
): string {
  const entries = records.map((record): XmlElement => {
    const { authors, said } = told(record);
    return [
      'entry',
      {},
      [
        ['id', {}, `urn:uuid:${record.id}`],
        ['title', {}, record.title],
        ['updated', {}, record.updated_at],
        ['published', {}, publishedAt(record)],
        ...authors.map((name): XmlElement => ['author', {}, [['name', {}, name]]]),
        ['link', { rel: 'alternate', href: `${publicUrl}/record/${record.id}`, type: 'text/html' }, []],
        ...(said ? [['summary', { type: 'text' }, said] as XmlElement] : []),
      ],
    ];
  });
  const changed = records.map(({ updated_at }) => updated_at).sort();
  return `${xmlDeclaration}${writeXml([
    'feed',
    { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': 'vi' },
    [
      ['id', {}, self],
      ['title', {}, title],
      ['subtitle', {}, description],
      ['updated', {}, changed.at(-1) ?? since],
      ['author', {}, [['name', {}, library]]],
      ['link', { rel: 'self', href: self, type: feedMediaTypes.atom }, []],
      ['link', { rel: 'alternate', href: page, type: 'text/html' }, []],
      ...entries,
    ],
  ])}`;
}

/** Names the bytes of a document. */
export const tagOfText = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
