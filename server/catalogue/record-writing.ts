import { isDeepStrictEqual } from 'node:util';
import { titleKey } from '../../search/vietnamese/collation.ts';
import type { Queries } from '../../storage/metadata/database.ts';
import {
  changesByPeopleSince,
  insertRecord,
  insertRecordChange,
  recordById,
  type RecordRow,
  updateRecord,
} from '../../storage/metadata/records.ts';
import type { Description, Scope } from '../contract/record.ts';
import { enqueue } from '../jobs/queue.ts';
import { noteHarvestItem } from './harvest-noting.ts';

/** Somebody else's change came first. Caught where the asker's view of the record can be made for them. */
export class StaleVersion extends Error {
  constructor(readonly recordId: string) {
    super(`record ${recordId} has a newer version`);
    this.name = 'StaleVersion';
  }
}

/** What a version of the record said; undo brings it back. */
export interface Snapshot {
  description: Description;
  licence: string;
  scope: Scope;
}

/** Fields that every description has, whatever was known when it was written. */
const nothingSaid = {
  agents: [],
  subjects: [],
  grades: [],
  languages: [],
  keywords: [],
  identifiers: [],
  aiGenerated: 'none' as const,
};

const alwaysSaid = Object.keys(nothingSaid) as (keyof typeof nothingSaid)[];

/** Whole lists of records go through it: what is missing is put in, for a copy of it all would take three times as long as the reading. */
export function descriptionOf(record: Pick<RecordRow, 'description_json'>): Description {
  const said = JSON.parse(record.description_json) as Record<string, unknown>;
  for (const field of alwaysSaid) said[field] ??= nothingSaid[field];
  return said as unknown as Description;
}
export const guessedOf = (record: Pick<RecordRow, 'guessed_json'>): string[] =>
  JSON.parse(record.guessed_json) as string[];

const snapshotOf = (record: RecordRow): Snapshot => ({
  description: descriptionOf(record),
  licence: record.licence,
  scope: record.scope,
});

/** Columns that follow from a description. */
export const describedBy = (description: Description): Pick<RecordRow, 'title' | 'title_key' | 'description_json'> => ({
  title: description.title,
  title_key: titleKey(description.title),
  description_json: JSON.stringify(description),
});

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** What history tells of a record, flat. */
function told(record: RecordRow): Record<string, unknown> {
  return {
    ...descriptionOf(record),
    licence: record.licence,
    scope: record.scope,
    state: record.state,
    withdrawnReason: record.withdrawn_reason,
    deleted: record.deleted_at !== null,
  };
}

function difference(before: Record<string, unknown>, after: Record<string, unknown>): FieldChange[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields]
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}

/**
 * The record as it is inside the transaction, if what the asker read is still what they would change. A form that was open
 * while ingest added its guesses is not stale: guesses yield to people; and files that came or went since change nothing that
 * a description says (`besideFiles`). Throws StaleVersion.
 */
export async function currentRecord(
  queries: Queries,
  authorised: RecordRow,
  version: number,
  options: { besideFiles: boolean },
): Promise<RecordRow> {
  const record = await recordById(queries, authorised.id);
  // Rights were checked on the row that was read then: they hold for no other.
  if (!record || record.version !== authorised.version || version > record.version)
    throw new StaleVersion(authorised.id);
  if (version < record.version && (await changesByPeopleSince(queries, record.id, version, options)) > 0)
    throw new StaleVersion(authorised.id);
  return record;
}

/** The one way a record changes: new version, history and the wish to index, together. MUST run in a transaction. Throws StaleVersion. */
export async function writeChange(
  queries: Queries,
  before: RecordRow,
  change: {
    action: string;
    personId: string | null;
    now: Date;
    set: Parameters<typeof updateRecord>[3];
    /** Instead of what differs in the record: for files, which are not part of it. */
    changes?: FieldChange[];
  },
): Promise<RecordRow> {
  const at = change.now.toISOString();
  const after = await updateRecord(queries, before.id, before.version, { ...change.set, updated_at: at });
  if (!after) throw new StaleVersion(before.id);
  await keep(
    queries,
    after,
    change.action,
    change.personId,
    at,
    change.changes ?? difference(told(before), told(after)),
  );
  return after;
}

/** Who makes a record: a person, or nobody in particular (a watched folder, the sample). */
export interface Maker {
  schoolId: string;
  personId: string | null;
}

/** A new record, always a draft, with its first line of history. MUST run in a transaction. */
export async function writeDraft(
  queries: Queries,
  maker: Maker,
  said: Snapshot,
  now: Date,
  options: { id: string; guessed: string[] },
): Promise<RecordRow> {
  const at = now.toISOString();
  const record = await insertRecord(queries, {
    id: options.id,
    school_id: maker.schoolId,
    state: 'draft',
    ...describedBy(said.description),
    licence: said.licence,
    scope: said.scope,
    guessed_json: JSON.stringify(options.guessed),
    created_by: maker.personId,
    created_at: at,
    updated_at: at,
  });
  const changes = difference({}, told(record)).filter(({ after }) => after !== null && after !== false);
  await keep(queries, record, 'created', record.created_by, record.created_at, changes);
  return record;
}

async function keep(
  queries: Queries,
  record: RecordRow,
  action: string,
  personId: string | null,
  at: string,
  changes: FieldChange[],
): Promise<void> {
  await insertRecordChange(queries, {
    record_id: record.id,
    version: record.version,
    at,
    person_id: personId,
    action,
    changes_json: JSON.stringify(changes),
    snapshot_json: JSON.stringify(snapshotOf(record)),
  });
  await enqueue(queries, { kind: 'index-record', recordId: record.id });
  await enqueue(queries, { kind: 'match-record', recordId: record.id });
  await noteHarvestItem(queries, record, descriptionOf(record), new Date(at));
}
