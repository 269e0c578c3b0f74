import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { decisionById, dropQuestion, insertDecisions, latestDecisions, questionsToAsk, undoDecision } from '../../storage/metadata/entries.ts';
import { sourcesByIds } from '../../storage/metadata/harvest-sources.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { filesOfRecords } from '../../storage/metadata/record-files.ts';
import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';
import type { Person } from '../access/actor.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { matesOf } from '../catalogue/entry-members.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import type { ComparedRecord, EntryDecision, EntryQuestion, entryQuestions, newDecision } from '../contract/entry.ts';
import { Refusal } from '../errors.ts';
import { enqueue } from '../jobs/queue.ts';
import { compare } from './compare-forms.ts';
import { reasonSignature } from './decision-memory.ts';
import { openForms, wordsFor } from './entry-matching.ts';
import type { Reason } from './match-reasons.ts';

/** Looked at for one answer: what the actor may not see is left out. */
const looked = 200;
const shown = 20;

/** What a person may be asked, the likeliest first. A fixed number of queries. */
export async function openQuestions(metadata: Metadata, actor: Person): Promise<z.input<typeof entryQuestions>> {
  const { queries } = metadata;
  const rows = await questionsToAsk(queries, looked);
  const records = await visible(metadata, actor, rows.flatMap(({ one, other }) => [one, other]));
  const open = rows.filter(({ one, other }) => records.has(one) && records.has(other));
  const asked = open.slice(0, shown);
  const cards = await comparedRecords(metadata, [...new Set(asked.flatMap(({ one, other }) => [one, other]))].map((id) => records.get(id)!));
  return {
    questions: asked.map(
      ({ one, other, score, why, reasons_json }): EntryQuestion => ({
        ...{ one: cards.get(one)!, other: cards.get(other)!, score, why },
        reasons: (JSON.parse(reasons_json) as Reason[]).map(({ code, weight }) => ({ code, weight })),
      }),
    ),
    total: open.length,
  };
}

async function visible(metadata: Metadata, actor: Person, ids: readonly string[]): Promise<Map<string, RecordRow>> {
  const rows = ids.length === 0 ? [] : await recordsByIds(metadata.queries, [...new Set(ids)]);
  return new Map(rows.filter((row) => recordPolicy.see(actor, row)).map((row) => [row.id, row]));
}

async function comparedRecords(metadata: Metadata, rows: readonly RecordRow[]): Promise<Map<string, ComparedRecord>> {
  if (rows.length === 0) return new Map();
  const { queries } = metadata;
  const names = new Map((await schools(queries)).map(({ id, name }) => [id, name]));
  const sourceIds = [...new Set(rows.flatMap(({ source_id }) => source_id ?? []))];
  for (const { id, name } of sourceIds.length === 0 ? [] : await sourcesByIds(queries, sourceIds)) names.set(id, name);
  const files = await filesOfRecords(
    queries,
    rows.map(({ id }) => id),
  );
  return new Map(
    rows.map((row) => {
      const said = descriptionOf(row);
      const pages = files.find((file) => file.record_id === row.id && file.page_count > 0)?.page_count ?? null;
      return [
        row.id,
        {
          ...{ id: row.id, holder: names.get(row.source_id ?? row.school_id) ?? '', title: said.title, subtitle: said.subtitle ?? null, agents: said.agents },
          ...{ publisher: said.publisher ?? null, year: said.year ?? null, edition: said.edition ?? null, identifiers: said.identifiers.map(({ value }) => value) },
          ...{ subjects: said.subjects, grades: said.grades, resourceType: said.resourceType ?? null, textbookSet: said.textbookSet ?? null, pages },
        },
      ];
    }),
  );
}

/** Notes that two records are one, or are not; both are compared anew. Throws Refusal record-not-found, not-valid for one record twice. */
export async function decide(metadata: Metadata, actor: Person, given: z.output<typeof newDecision>, now = new Date()): Promise<void> {
  await decideAll(metadata, actor, [given], now);
}

/** Takes a record out of its entry. Throws Refusal record-not-found. */
export async function split(metadata: Metadata, actor: Person, recordId: string, now = new Date()): Promise<void> {
  if (!(await visible(metadata, actor, [recordId])).has(recordId)) throw new Refusal('record-not-found', { id: recordId });
  const mates = (await matesOf(metadata, [recordId])).get(recordId) ?? [];
  const others = mates.filter(({ row }) => row.id !== recordId && recordPolicy.see(actor, row));
  await decideAll(
    metadata,
    actor,
    others.map(({ row }) => ({ one: recordId, other: row.id, decision: 'different' as const })),
    now,
  );
}

async function decideAll(metadata: Metadata, actor: Person, given: readonly z.output<typeof newDecision>[], now: Date): Promise<void> {
  const ids = [...new Set(given.flatMap(({ one, other }) => [one, other]))];
  const seen = await visible(metadata, actor, ids);
  for (const id of ids) if (!seen.has(id)) throw new Refusal('record-not-found', { id });
  const forms = openForms(metadata, wordsFor(await loadVocabularies(metadata)));
  await forms.load(ids);
  const rows = given.map(({ one: a, other: b, decision }) => {
    if (a === b) throw new Refusal('not-valid', { path: 'other' });
    const [one, other] = a < b ? [a, b] : [b, a];
    const [first, second] = [forms.get(one), forms.get(other)];
    return {
      ...{ id: uuid(), one, other, decision, at: now.toISOString(), person_id: actor.id, school_id: actor.schoolId, undone_at: null },
      forms_json: JSON.stringify([first?.fingerprint ?? '', second?.fingerprint ?? '']),
      // What two drafts look like teaches nothing.
      signature: first && second ? reasonSignature(compare(first, second).reasons) : '',
    };
  });
  await metadata.transaction(async (queries) => {
    await insertDecisions(queries, rows);
    // Answered; what else is to be asked of them follows when they are compared anew.
    for (const { one, other } of rows) await dropQuestion(queries, one, other);
    for (const recordId of ids) await enqueue(queries, { kind: 'match-record', recordId }, { priority: 85 });
  });
}

/** What the school has decided, the newest first. */
export async function decisionsOf(metadata: Metadata, actor: Person): Promise<EntryDecision[]> {
  const rows = await latestDecisions(metadata.queries, actor.schoolId, shown);
  const records = await visible(metadata, actor, rows.flatMap(({ one, other }) => [one, other]));
  return rows.flatMap(({ id, one, other, decision, at }) => {
    const [a, b] = [records.get(one), records.get(other)];
    return a && b ? [{ id, one: { id: one, title: a.title }, other: { id: other, title: b.title }, decision, at }] : [];
  });
}

/** As if it had not been decided. Throws Refusal decision-not-found. */
export async function undo(metadata: Metadata, actor: Person, id: string, now = new Date()): Promise<void> {
  const row = await decisionById(metadata.queries, id);
  if (!row || row.school_id !== actor.schoolId || row.undone_at !== null) throw new Refusal('decision-not-found', { id });
  await metadata.transaction(async (queries) => {
    await undoDecision(queries, id, now.toISOString());
    for (const recordId of [row.one, row.other]) await enqueue(queries, { kind: 'match-record', recordId }, { priority: 85 });
  });
}
