import { groupDocs, heldReadings } from './embedded-groups.ts';
import type { PageRow, RecordRow } from './meilisearch-documents.ts';
import { all, has, type Filter } from './meilisearch-filter.ts';
import type { Ask, AskedGroup } from './meilisearch-matching.ts';
import { heldOf } from './meilisearch-scoring.ts';

/** Documents looked at for each phrase; of what is beyond, holding every pair is taken for the phrase. */
const mostLooked = 400;

/** For each phrase the records and pages that hold every two of its words in a row, but not all of them. */
export async function unlikePhrase(ask: Ask, groups: AskedGroup[]): Promise<{ records: string[]; pages: string[] }[]> {
  const isRecord: Filter = has('kind', 'record');
  const answers = await ask<RecordRow & PageRow>(
    groups.flatMap(({ inFields, onPage }) => [
      { filter: all(isRecord, inFields), limit: mostLooked },
      { filter: onPage, limit: mostLooked },
    ]),
  );
  return groups.map(({ group }, place) => {
    const records = answers[place * 2]!.hits;
    const pages = answers[place * 2 + 1]!.hits;
    const held = heldOf(records, pages);
    const found = groupDocs(heldReadings(held.read, group));
    return {
      records: records.filter((_, entry) => !found.entries.includes(entry)).map(({ record }) => record),
      pages: pages.filter((_, number) => !found.pages.docs.includes(number)).map(({ key }) => key),
    };
  });
}
