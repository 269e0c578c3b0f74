import type { Metadata } from '../../storage/metadata/database.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { filesOfRecords } from '../../storage/metadata/record-files.ts';
import { type RecordRow, recordsByIds } from '../../storage/metadata/records.ts';
import type { Actor } from '../access/actor.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { type CrosswalkRecord, crosswalkRecord } from './crosswalks/crosswalk-record.ts';
import { loadVocabularies } from './vocabularies.ts';

/**
 * Records as crosswalks take them, by their ids: those that `shown` lets through, with addresses of the files that the asker may take
 * away. A fixed number of queries.
 */
export async function loadCrosswalkRecords(parts: { metadata: Metadata; publicUrl: string }, actor: Actor, ids: readonly string[], shown: (row: RecordRow) => boolean): Promise<Map<string, CrosswalkRecord>> {
  const { queries } = parts.metadata;
  const rows = (await recordsByIds(queries, ids)).filter(shown);
  if (rows.length === 0) return new Map();
  const files = new Map<string, Awaited<ReturnType<typeof filesOfRecords>>>(rows.map(({ id }) => [id, []]));
  for (const file of await filesOfRecords(queries, [...files.keys()])) files.get(file.record_id)!.push(file);
  const bySchool = new Map((await schools(queries)).map((school) => [school.id, school]));
  const vocabularies = await loadVocabularies(parts.metadata);
  return new Map(
    rows.map((row) => {
      const held = files.get(row.id)!;
      const record = crosswalkRecord(row, bySchool.get(row.school_id)!, held, vocabularies);
      const takes = recordPolicy.download(actor, row);
      record.files.forEach((file, at) => (file.address = takes ? `${parts.publicUrl}/api/files/${held[at]!.id}/original` : null));
      return [row.id, record];
    }),
  );
}
