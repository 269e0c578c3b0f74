import type { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { FileRow } from '../../storage/metadata/files.ts';
import { type HarvestItem, harvestCount, harvestPage, oaiInstant } from '../../storage/metadata/harvest-items.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { filesOfRecords } from '../../storage/metadata/record-files.ts';
import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';
import type { Actor } from '../access/actor.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { ExchangeChange, exchangePage, exchangeQuery } from '../contract/peer.ts';
import { isShown, viewOf } from '../harvest/oai-lists.ts';

/**
 * Records with their events, in the order of their ids, a page at a time: each once, however much is written meanwhile (harvest-items.ts).
 * A fixed number of queries. `time` of the first page is from when on to ask the next time.
 */
export async function exchangeFeed(
  { metadata, publicUrl }: { metadata: Metadata; publicUrl: string },
  actor: Actor,
  { from = null, after = null, size }: { from?: string | null; after?: string | null; size: z.output<typeof exchangeQuery>['size'] },
  now = new Date(),
): Promise<z.input<typeof exchangePage>> {
  const { queries } = metadata;
  const scope = { view: viewOf(actor), set: null, from, until: null };
  const items = await harvestPage(queries, scope, after, size + 1);
  const shown = items.slice(0, size);
  const ids = shown.map(({ record_id }) => record_id);
  const rows = new Map((await recordsByIds(queries, ids)).map((row) => [row.id, row]));
  const bySchool = new Map((await schools(queries)).map((school) => [school.id, school]));
  const files = new Map<string, FileRow[]>();
  for (const file of await filesOfRecords(queries, ids)) files.set(file.record_id, [...(files.get(file.record_id) ?? []), file]);

  function change(item: HarvestItem): ExchangeChange {
    const row = rows.get(item.record_id);
    const school = row && bySchool.get(row.school_id);
    const told = { id: item.record_id, version: row?.version ?? 0, time: item.datestamp };
    if (!row || !school || !isShown(scope.view, item, row)) return { ...told, event: 'CANCEL', record: null };
    const takes = recordPolicy.download(actor, row);
    return {
      ...told,
      event: isNew(row, from) ? 'NEW' : 'UPDATE',
      record: {
        description: descriptionOf(row),
        licence: row.licence,
        scope: row.scope,
        school: { code: school.code, name: school.name },
        page: `${publicUrl}/record/${row.id}`,
        files: (files.get(row.id) ?? []).map((file) => ({
          ...{ id: file.id, name: file.name, mediaType: file.media_type, size: Number(file.size), sha256: file.sha256, pages: file.page_count, takes },
        })),
      },
    };
  }
  return {
    changes: shown.map(change),
    next: items.length > size ? shown.at(-1)!.record_id : null,
    total: after === null ? await harvestCount(queries, scope) : 0,
    time: oaiInstant(now),
  };
}

/** Whoever asks for changes since a moment has not seen what was published after it. */
const isNew = (row: RecordRow, from: string | null): boolean => from === null || (row.published_at !== null && row.published_at >= from);
