import type { Metadata } from '../../storage/metadata/database.ts';
import { entryMates } from '../../storage/metadata/entries.ts';
import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';

/** A record of an entry, and which printing it is of. */
export interface EntryMate {
  row: RecordRow;
  printing: number;
}

/** The published records of each record's entry, itself among them, by its id; a record that is alone has none. Two queries at most. */
export async function matesOf(metadata: Metadata, recordIds: readonly string[]): Promise<Map<string, EntryMate[]>> {
  const found = new Map<string, EntryMate[]>();
  if (recordIds.length === 0) return found;
  const members = await entryMates(metadata.queries, recordIds);
  const byEntry = new Map<string, typeof members>();
  for (const member of members) byEntry.set(member.entry_id, [...(byEntry.get(member.entry_id) ?? []), member]);
  const shared = [...byEntry.values()].filter((some) => some.length > 1);
  if (shared.length === 0) return found;
  const rows = new Map((await recordsByIds(metadata.queries, shared.flat().map(({ record_id }) => record_id))).map((row) => [row.id, row]));
  const asked = new Set(recordIds);
  for (const some of shared) {
    const mates = some.flatMap(({ record_id, printing }) => {
      const row = rows.get(record_id);
      return row && row.state === 'published' && row.deleted_at === null ? [{ row, printing }] : [];
    });
    if (mates.length > 1) for (const { row } of mates) if (asked.has(row.id)) found.set(row.id, mates);
  }
  return found;
}
