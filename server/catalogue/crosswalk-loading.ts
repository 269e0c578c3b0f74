import type { Metadata } from '../../storage/metadata/database.ts';
import { filesToTell, recordsToTell, type ToldFile, type ToldRecord } from '../../storage/metadata/harvest-items.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { Actor } from '../access/actor.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { type CrosswalkRecord, crosswalkRecord } from './crosswalks/crosswalk-record.ts';
import { loadVocabularies } from './vocabularies.ts';

interface CrosswalkParts {
  metadata: Metadata;
  publicUrl: string;
}

/**
 * Reads what crosswalks need of records beside their rows, in a fixed number of queries. Answers what makes one, with addresses of the files
 * that the asker may take away; null where its school has gone.
 */
export async function crosswalkMaker({ metadata, publicUrl }: CrosswalkParts, actor: Actor, ids: readonly string[]): Promise<(row: ToldRecord) => CrosswalkRecord | null> {
  const { queries } = metadata;
  const files = new Map<string, ToldFile[]>();
  for (const file of await filesToTell(queries, ids)) {
    const held = files.get(file.record_id);
    if (held) held.push(file);
    else files.set(file.record_id, [file]);
  }
  const bySchool = new Map((await schools(queries)).map((school) => [school.id, school]));
  const vocabularies = await loadVocabularies(metadata);
  return (row) => {
    const school = bySchool.get(row.school_id);
    if (!school) return null;
    const held = files.get(row.id) ?? [];
    const record = crosswalkRecord(row, school, held, vocabularies);
    if (recordPolicy.download(actor, row)) record.files.forEach((file, at) => (file.address = `${publicUrl}/api/files/${held[at]!.id}/original`));
    return record;
  };
}

/** Records as crosswalks take them, by their ids: those that `shown` lets through. A fixed number of queries. */
export async function loadCrosswalkRecords(parts: CrosswalkParts, actor: Actor, ids: readonly string[], shown: (row: ToldRecord) => boolean): Promise<Map<string, CrosswalkRecord>> {
  const rows = (await recordsToTell(parts.metadata.queries, ids)).filter(shown);
  if (rows.length === 0) return new Map();
  const make = await crosswalkMaker(
    parts,
    actor,
    rows.map(({ id }) => id),
  );
  return new Map(
    rows.flatMap((row) => {
      const record = make(row);
      return record ? [[row.id, record] as const] : [];
    }),
  );
}
