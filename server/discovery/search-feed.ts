import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { SavedSearchRow } from '../../storage/metadata/saved-searches.ts';
import { guest } from '../access/actor.ts';
import { audienceOfActor, mayReach } from '../access/audience.ts';
import type { Searching } from './asked-search.ts';
import { newestIds } from './kept-searches.ts';
import { rssFeed, tagOfText } from './record-feeds.ts';

const mostItems = 50;

/** Of these, in their order, what is published and open to everybody: an index may be a moment behind. */
async function publicRecords(metadata: Metadata, ids: readonly string[]): Promise<RecordRow[]> {
  const rows = new Map((await recordsByIds(metadata.queries, ids)).map((row) => [row.id, row]));
  return ids
    .flatMap((id) => rows.get(id) ?? [])
    .filter((record) => record.state === 'published' && mayReach(guest(), record));
}

/**
 * The newest records of a saved search as RSS 2.0. The address is a secret that feed readers, browsers and mail pass on, so it shows what
 * a guest would find and nothing more, whatever its owner may read. The same bytes as long as nothing changes. Throws SearchUnavailable.
 */
export async function searchFeed(
  parts: Searching & { publicUrl: string },
  saved: Pick<SavedSearchRow, 'name' | 'query' | 'feed_token' | 'created_at'>,
): Promise<{ text: string; tag: string }> {
  const { publicUrl } = parts;
  const ids = await newestIds(parts, audienceOfActor(guest()), saved.query, mostItems);
  const text = rssFeed({
    publicUrl,
    title: `${saved.name} – Tủ Sách`,
    description: `Tài liệu mới cho lượt tìm “${saved.name}”`,
    page: `${publicUrl}/search?${saved.query}`,
    self: `${publicUrl}/feeds/searches/${saved.feed_token}.xml`,
    since: saved.created_at,
    records: await publicRecords(parts.metadata, ids),
  });
  return { text, tag: tagOfText(text) };
}
