import type { Metadata } from '../../storage/metadata/database.ts';
import { sourcesByIds } from '../../storage/metadata/harvest-sources.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { type Actor } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { recordPolicy } from '../access/record-policy.ts';
import type { RecordView } from '../contract/record.ts';
import { matesOf } from './entry-members.ts';
import { loadRecordFiles } from './record-covers.ts';
import { descriptionOf } from './record-writing.ts';

/** Who else has what a record describes, as far as the actor may know: each with its own access. No query where nobody has. */
export async function holdersOf(metadata: Metadata, actor: Actor, record: RecordRow): Promise<RecordView['holders']> {
  const mates = (await matesOf(metadata, [record.id])).get(record.id) ?? [];
  const own = mates.find(({ row }) => row.id === record.id);
  const others = mates.filter(({ row }) => row.id !== record.id && mayReach(actor, row));
  if (others.length === 0) return [];
  const names = new Map((await schools(metadata.queries)).map(({ id, name }) => [id, name]));
  for (const { id, name } of await sourcesByIds(metadata.queries, [...new Set(others.flatMap(({ row }) => row.source_id ?? []))])) names.set(id, name);
  const files = await loadRecordFiles(
    metadata,
    others.map(({ row }) => row.id),
  );
  return others.map(({ row, printing }) => {
    const { year, edition, link } = descriptionOf(row);
    return {
      ...{ id: row.id, name: names.get(row.source_id ?? row.school_id) ?? '', own: row.source_id === null && actor.kind === 'person' && actor.schoolId === row.school_id },
      ...{ title: row.title, year: year ?? null, edition: edition ?? null, otherPrinting: printing !== own?.printing, link: link ?? null },
      readable: Boolean(files.get(row.id)?.readable) && recordPolicy.readFiles(actor, row),
    };
  });
}
