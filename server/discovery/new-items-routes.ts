import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { type ListPlace, listRecords } from '../../storage/metadata/record-lists.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { guest } from '../access/actor.ts';
import { publishedReach } from '../catalogue/record-listing.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { loadVocabularies, type Vocabularies } from '../catalogue/vocabularies.ts';
import { facetNames, searchQuery } from '../contract/search.ts';
import { isFresh } from '../http/fresh.ts';
import { route, type Route } from '../http/route.ts';
import { facetLabel } from './facet-lists.ts';
import { atomRecordFeed, feedMediaTypes, type RecordFeed, rssFeed, tagOfText } from './record-feeds.ts';
import { facetsOf } from './search-document.ts';

const mostItems = 50;
/** Among how many of the newest a narrowed feed looks: a topic of which nothing came among them has no news. */
const mostLooked = 1000;
const rowsAtOnce = 250;
const newItems = searchQuery.pick({
  level: true,
  grade: true,
  subject: true,
  topic: true,
  type: true,
  set: true,
  language: true,
});
type Choice = z.output<typeof newItems>;

/** What is newly published and open to everybody, whoever asks; ?subject=&grade=&type=… narrows it as on the search page. */
export function newItemsRoutes(parts: { metadata: Metadata; publicUrl: string }): Route[] {
  const { metadata, publicUrl } = parts;

  /** From the rows, so that it is right at once, and there while search is away. What others' catalogues told us is no news of ours. */
  async function newest(choice: Choice, vocabularies: Vocabularies): Promise<RecordRow[]> {
    const list = { by: 'published_at', state: 'published', deleted: false, reach: publishedReach(guest()) } as const;
    const wanted = facetNames.filter((name) => choice[name].length > 0);
    const found: RecordRow[] = [];
    for (let looked = 0, after: ListPlace | null = null; looked < mostLooked; looked += rowsAtOnce) {
      const rows: RecordRow[] = await listRecords(metadata.queries, { ...list, after, limit: rowsAtOnce });
      for (const row of rows) {
        const facets = wanted.length > 0 ? facetsOf(descriptionOf(row), vocabularies) : null;
        if (!facets || wanted.every((name) => facets[name].some((value) => choice[name].includes(value))))
          found.push(row);
        if (found.length === mostItems) return found;
      }
      const last = rows.at(-1);
      if (rows.length < rowsAtOnce || !last) break;
      after = { instant: last.published_at!, id: last.id };
    }
    return found;
  }

  async function feedOf(choice: Choice, path: string): Promise<{ feed: RecordFeed; library: string }> {
    const vocabularies = await loadVocabularies(metadata);
    const [school] = await schools(metadata.queries);
    const given = new URLSearchParams(
      facetNames.flatMap((name) => choice[name].map((value): [string, string] => [name, value])),
    );
    const query = given.size > 0 ? `?${given}` : '';
    const about = facetNames.flatMap((name) => choice[name].map((code) => facetLabel(vocabularies, name, code)));
    const library = `Tủ Sách – ${school!.name}`;
    const feed = {
      publicUrl,
      title: [about.length > 0 ? `Tài liệu mới: ${about.join(' · ')}` : 'Tài liệu mới', library]
        .join(' – ')
        .slice(0, 500),
      description: `Tài liệu mới công bố của ${school!.name}`,
      page: `${publicUrl}/search?${new URLSearchParams([...given, ['sort', 'newest']])}`,
      self: `${publicUrl}${path}${query}`,
      since: school!.created_at,
      records: await newest(choice, vocabularies),
    };
    return { feed, library };
  }

  function send(request: Request, response: Response, type: string, text: string): void {
    const tag = tagOfText(text);
    response.set({
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'public, max-age=900',
      'access-control-allow-origin': '*',
      etag: tag,
    });
    if (isFresh(request, tag)) response.status(304).end();
    else response.end(text);
  }

  const described = { method: 'get', tag: 'sharing', query: newItems, answers: 'bytes', anonymous: true } as const;
  return [
    route({
      ...described,
      path: '/feeds/new.xml',
      summary: 'Atom: what was published last and is open to everybody, by subject, grade, type …',
      handle: async ({ query, request, response }) => {
        const { feed, library } = await feedOf(query, '/feeds/new.xml');
        send(request, response, feedMediaTypes.atom, atomRecordFeed(feed, library));
      },
    }),
    route({
      ...described,
      path: '/feeds/new.rss',
      summary: 'RSS 2.0: the same',
      handle: async ({ query, request, response }) =>
        send(request, response, feedMediaTypes.rss, rssFeed((await feedOf(query, '/feeds/new.rss')).feed)),
    }),
  ];
}
