import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Queries } from '../../../storage/metadata/database.ts';
import {
  changeHarvested,
  changeHarvestedRecord,
  dropAsides,
  harvestedByIdentifiers,
  type HarvestedRow,
  insertHarvested,
  keepAsides,
  markSeen,
  withdrawHarvested,
} from '../../../storage/metadata/harvested-records.ts';
import type { RunRow, SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import { recordsByIds, type RecordRow } from '../../../storage/metadata/records.ts';
import type { NewRow } from '../../../storage/metadata/tables.ts';
import { describedBy } from '../../catalogue/record-writing.ts';
import { scopes } from '../../contract/record.ts';
import type { Vocabularies } from '../../catalogue/vocabularies.ts';
import { enqueue } from '../../jobs/queue.ts';
import { recordIdOf } from '../oai-lists.ts';
import { type MappedRecord, mapRecord } from './map-record.ts';
import { isAside, type RecordAside, type ToldRecord } from './told-records.ts';

/** What a page brings, read and mapped: no transaction waits for that. */
export interface PreparedPage {
  /** One of each identifier, the last told. */
  records: MappedRecord[];
  asides: RecordAside[];
  /** Of what was told, to know the page again. */
  mark: string;
}

export interface PageCounts {
  taken: number;
  unchanged: number;
  deleted: number;
  aside: number;
}

/** Shown to whoever opens what is gone; people add reasons of their own in the same place. */
export const goneReason = 'Nguồn đã gỡ biểu ghi này.';

/** Characters of what was set aside that are kept, to be looked at. */
const keptText = 20_000;

export function preparePage(told: { records: readonly ToldRecord[]; aside: readonly RecordAside[] }, vocabularies: Vocabularies, address: string): PreparedPage {
  const records = new Map<string, MappedRecord>();
  const asides = new Map<string, RecordAside>();
  for (const one of [...told.records.map((record) => mapRecord(record, vocabularies, address)), ...told.aside]) {
    if (isAside(one)) asides.set(keyOf(one), one);
    else records.set(one.identifier, one);
  }
  const mark = createHash('sha256').update(JSON.stringify([[...records.keys()], [...asides.keys()]])).digest('base64url');
  return { records: [...records.values()], asides: [...asides.values()].filter(({ identifier }) => identifier === null || !records.has(identifier)), mark };
}

/** Records in one transaction: others may write in between, and a statement binds no more values than SQLite takes (32,766). */
const recordsAtOnce = 500;

/** What is written together, one part at least. */
export function partsOf(page: PreparedPage): PreparedPage[] {
  const parts: PreparedPage[] = [];
  for (let at = 0; at === 0 || at < Math.max(page.records.length, page.asides.length); at += recordsAtOnce)
    parts.push({ ...page, records: page.records.slice(at, at + recordsAtOnce), asides: page.asides.slice(at, at + recordsAtOnce) });
  return parts;
}

const keyOf = ({ identifier, text }: RecordAside): string => identifier ?? `#${createHash('sha256').update(text).digest('base64url')}`;

/** Brings the catalogue in line with what a page told. The same page twice changes nothing. MUST run in a transaction. */
export async function writePage(queries: Queries, source: SourceRow, run: Pick<RunRow, 'id'>, page: PreparedPage, at: string): Promise<PageCounts> {
  const batchId = uuid();
  const identifiers = [...page.records.map(({ identifier }) => identifier), ...page.asides.flatMap(({ identifier }) => identifier ?? [])];
  const known = new Map((await harvestedByIdentifiers(queries, source.id, identifiers)).map((row) => [row.identifier, row]));
  const ours = await ownRecords(queries, source, page.records.filter(({ identifier }) => !known.has(identifier)));
  const seen: string[] = [];
  const gone: string[] = [];
  const fresh: MappedRecord[] = [];
  let never = 0;
  const changed: { row: HarvestedRow; record: MappedRecord }[] = [];
  for (const record of page.records) {
    const row = known.get(record.identifier);
    if (ours.has(record.identifier)) continue;
    if (!record.said) {
      if (row) (row.gone === 1 ? seen : gone).push(row.record_id);
      else never++;
    } else if (!row) fresh.push(record);
    else if (row.gone === 0 && row.digest === record.digest) seen.push(row.record_id);
    else changed.push({ row, record });
  }
  // What cannot be read this time is still there.
  for (const { identifier } of page.asides) {
    const row = identifier === null ? undefined : known.get(identifier);
    if (row) seen.push(row.record_id);
  }

  const made = fresh.map((record) => newRows(source, run.id, batchId, record, at));
  await insertHarvested(queries, made.map(({ record }) => record), made.map(({ harvested }) => harvested));
  const standing = new Map((await recordsByIds(queries, changed.map(({ row }) => row.record_id))).map((row) => [row.id, row]));
  for (const { row, record } of changed) {
    await changeHarvestedRecord(queries, row.record_id, { ...saidColumns(source, record), ...shownAgain(standing.get(row.record_id)), updated_at: at });
    await changeHarvested(queries, row.record_id, { digest: record.digest, datestamp: record.datestamp, gone: 0, run_id: run.id, batch_id: batchId, told_json: toldJson(record) });
  }
  await withdrawHarvested(queries, gone, { at, by: null, reason: goneReason, batchId, runId: run.id });
  await markSeen(queries, seen, run.id);
  await keepAsides(
    queries,
    page.asides.map((aside) => ({ source_id: source.id, key: keyOf(aside), identifier: aside.identifier, reason: aside.reason, detail: aside.detail, text: aside.text.slice(0, keptText), run_id: run.id, at })),
  );
  await dropAsides(queries, source.id, page.records.map(({ identifier }) => identifier));
  if (fresh.length + changed.length + gone.length > 0) await queueBatch(queries, source, batchId);
  return { taken: fresh.length + changed.length, unchanged: page.records.length - fresh.length - changed.length - gone.length - never, deleted: gone.length, aside: page.asides.length };
}

/** What follows from a batch of records that were written, when it stands. */
export async function queueBatch(queries: Queries, source: Pick<SourceRow, 'peer_id'>, batchId: string): Promise<void> {
  await enqueue(queries, { kind: 'index-batch', batchId });
  await enqueue(queries, { kind: 'match-batch', batchId });
  if (source.peer_id !== null) await enqueue(queries, { kind: 'settle-copies', batchId });
}

/** Identifiers of records of this library's own, that came back by way of others. */
async function ownRecords(queries: Queries, source: SourceRow, records: readonly MappedRecord[]): Promise<Set<string>> {
  const idOf = (identifier: string): string | null => (source.peer_id === null ? recordIdOf(identifier) : identifier);
  const byId = new Map(records.flatMap(({ identifier }) => (idOf(identifier) === null ? [] : [[idOf(identifier)!, identifier]])));
  return new Set((await recordsByIds(queries, [...byId.keys()])).map(({ id }) => byId.get(id)!));
}

const saidColumns = (source: SourceRow, { said }: MappedRecord) => ({
  ...describedBy(said!.description),
  licence: said!.licence,
  // What a peer shares with the sector does not become public by way of us.
  scope: said!.scope === undefined || scopes.indexOf(source.scope) < scopes.indexOf(said!.scope) ? source.scope : said!.scope,
});
const toldJson = ({ said }: MappedRecord): string => JSON.stringify(said?.told ?? {});

/** What a librarian has hidden stays hidden; what its source had taken away and tells again is back. */
const shownAgain = (row: RecordRow | undefined): Partial<RecordRow> =>
  row?.state === 'withdrawn' && row.withdrawn_by === null ? { state: 'published', withdrawn_at: null, withdrawn_reason: null } : {};

function newRows(source: SourceRow, runId: string, batchId: string, record: MappedRecord, at: string): { record: NewRow<'records'>; harvested: NewRow<'harvested_records'> } {
  const id = uuid();
  return {
    record: {
      ...{ id, school_id: source.school_id, source_id: source.id, state: 'published', ...saidColumns(source, record), guessed_json: '[]' },
      ...{ created_by: null, created_at: at, updated_at: at, published_at: at },
    },
    harvested: { source_id: source.id, identifier: record.identifier, record_id: id, datestamp: record.datestamp, digest: record.digest, gone: 0, run_id: runId, batch_id: batchId, told_json: toldJson(record) },
  };
}
