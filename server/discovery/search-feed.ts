import { createHash } from 'node:crypto';
import { recordsByIds } from '../../storage/metadata/records.ts';
import type { SavedSearchRow } from '../../storage/metadata/saved-searches.ts';
import { guest } from '../access/actor.ts';
import { audienceOfActor, mayReach } from '../access/audience.ts';
import { writeXml, xmlDeclaration, type XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { Searching } from './asked-search.ts';
import { newestIds } from './kept-searches.ts';

const mostItems = 50;

/** RFC 822 with a year of four digits, as RSS 2.0 wants it. */
const rssDate = (instant: string): string => new Date(instant).toUTCString();

/**
 * The newest records of a saved search as RSS 2.0. The address is a secret that feed readers, browsers and mail pass on, so it shows what
 * a guest would find and nothing more, whatever its owner may read. The same bytes as long as nothing changes. Throws SearchUnavailable.
 */
export async function searchFeed(
  parts: Searching & { publicUrl: string },
  saved: Pick<SavedSearchRow, 'name' | 'query' | 'feed_token' | 'created_at'>,
): Promise<{ text: string; tag: string }> {
  const { publicUrl } = parts;
  const everybody = guest();
  const ids = await newestIds(parts, audienceOfActor(everybody), saved.query, mostItems);
  const rows = new Map((await recordsByIds(parts.metadata.queries, ids)).map((row) => [row.id, row]));
  const records = ids
    .flatMap((id) => rows.get(id) ?? [])
    .filter((record) => record.state === 'published' && mayReach(everybody, record));
  const items = records.map((record): XmlElement => {
    const { agents, publisher, year, abstract } = descriptionOf(record);
    const facts = [agents.map(({ name }) => name).join(', '), publisher, year].filter(Boolean).join(' · ');
    const said = [facts, abstract].filter(Boolean).join('. ');
    const address = `${publicUrl}/record/${record.id}`;
    return [
      'item',
      {},
      [
        ['title', {}, record.title],
        ['link', {}, address],
        // Text only: readers take what stands here for HTML, so its own signs are written as HTML has them.
        ...(said ? [['description', {}, said.replace(/&/g, '&amp;').replace(/</g, '&lt;')] as const] : []),
        ['pubDate', {}, rssDate(record.published_at ?? record.created_at)],
        ['guid', { isPermaLink: 'true' }, address],
      ],
    ];
  });
  const newest = records[0];
  const text = `${xmlDeclaration}${writeXml([
    'rss',
    { version: '2.0', 'xmlns:atom': 'http://www.w3.org/2005/Atom' },
    [
      [
        'channel',
        {},
        [
          ['title', {}, `${saved.name} – Tủ Sách`],
          ['link', {}, `${publicUrl}/search?${saved.query}`],
          ['description', {}, `Tài liệu mới cho lượt tìm “${saved.name}”`],
          ['language', {}, 'vi'],
          ['lastBuildDate', {}, rssDate(newest?.published_at ?? saved.created_at)],
          ['ttl', {}, '60'],
          [
            'atom:link',
            { href: `${publicUrl}/feeds/searches/${saved.feed_token}.xml`, rel: 'self', type: 'application/rss+xml' },
            [],
          ],
          ...items,
        ],
      ],
    ],
  ])}`;
  return { text, tag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}
