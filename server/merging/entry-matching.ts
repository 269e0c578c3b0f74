import { setImmediate } from 'node:timers/promises';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import {
  decisionsNaming,
  dropFromEntries,
  dropQuestions,
  entriesOf,
  entryMates,
  type EntryRow,
  putEntries,
  putQuestions,
  recordsOfBlock,
  replaceMatchKeys,
  standingDecisions,
} from '../../storage/metadata/entries.ts';
import { filesOfRecords } from '../../storage/metadata/record-files.ts';
import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { loadVocabularies, type Vocabularies } from '../catalogue/vocabularies.ts';
import { enqueue } from '../jobs/queue.ts';
import { blockingKeys } from './blocking-keys.ts';
import { candidatesOf } from './candidate-pairs.ts';
import { cluster, type Clusters, type ComparedPair, type Decision } from './cluster-pairs.ts';
import { apartness, compare } from './compare-forms.ts';
import { type DecisionMemory, learn, withMemory } from './decision-memory.ts';
import { matchForm, type MatchForm } from './match-form.ts';
import type { Comparison } from './match-reasons.ts';
import { matchWords, type MatchWords } from './match-words.ts';

/** What is published takes part, of whichever school or source; who may see what of it is asked where it is shown. */
const takesPart = (row: RecordRow): boolean => row.state === 'published' && row.deleted_at === null;

/** A part of the library that hangs together is worked out as a whole; one that is larger than this is cut there. */
const mostTogether = 300;

const wordsOf = new WeakMap<Vocabularies, MatchWords>();
export function wordsFor(vocabularies: Vocabularies): MatchWords {
  let words = wordsOf.get(vocabularies);
  if (!words) wordsOf.set(vocabularies, (words = matchWords(vocabularies.lists)));
  return words;
}

/** Comparison forms of records, read as they are asked for. */
export interface Forms {
  load(ids: readonly string[]): Promise<void>;
  get(id: string): MatchForm | undefined;
}

/** Of records that take part; the others have none. Files of harvested records are not known by their bytes. */
export function openForms(metadata: Metadata, words: MatchWords): Forms {
  const known = new Map<string, MatchForm | undefined>();
  return {
    async load(ids) {
      const missing = ids.filter((id) => !known.has(id));
      if (missing.length === 0) return;
      const rows = (await recordsByIds(metadata.queries, missing)).filter(takesPart);
      const files = await filesOfRecords(
        metadata.queries,
        rows.map(({ id }) => id),
      );
      for (const id of missing) known.set(id, undefined);
      for (const row of rows) {
        const held = files.filter(({ record_id }) => record_id === row.id).map(({ sha256, page_count }) => ({ sha256, pages: page_count }));
        known.set(row.id, matchForm({ ...descriptionOf(row), files: held }, words));
      }
    },
    get: (id) => known.get(id),
  };
}

export async function decisionMemory(queries: Queries): Promise<DecisionMemory> {
  return learn((await standingDecisions(queries)).map(({ signature, decision, person_id }) => ({ signature, decision, by: person_id ?? '' })));
}

/**
 * Works out anew which entries records belong to, with all that hangs together with them, and asks for those to be indexed whose entry is
 * another now. The same once more changes nothing. Throws the signal's reason.
 */
export async function matchRecords(metadata: Metadata, recordIds: readonly string[], signal: AbortSignal): Promise<void> {
  const words = wordsFor(await loadVocabularies(metadata));
  const memory = await decisionMemory(metadata.queries);
  const forms = openForms(metadata, words);
  await forms.load(recordIds);
  // Who shared an entry with what leaves it has to be looked at too.
  const mates = (await entryMates(metadata.queries, recordIds)).map(({ record_id }) => record_id);
  await forms.load(mates);
  const gone = recordIds.filter((id) => !forms.get(id));
  const here = recordIds.filter((id) => forms.get(id));
  const left = await metadata.transaction(async (queries) => {
    const before = await entryMates(queries, gone);
    await dropFromEntries(queries, gone);
    await replaceMatchKeys(
      queries,
      here,
      here.flatMap((id) => blockingKeys(forms.get(id)!).map((key) => ({ key, record_id: id }))),
    );
    return before.map(({ record_id }) => record_id);
  });
  const touched = new Set<string>(left);
  const done = new Set<string>();
  for (const id of [...here, ...mates, ...left]) {
    signal.throwIfAborted();
    // Rows in this process are answered at once: without this nobody else would have a turn.
    await setImmediate();
    if (done.has(id) || !forms.get(id)) continue;
    const { ids, pairs } = await togetherWith(metadata, forms, memory, id);
    for (const one of ids) done.add(one);
    for (const one of await writeEntries(metadata, forms, ids, pairs)) touched.add(one);
  }
  if (touched.size === 0) return;
  await metadata.transaction(async (queries) => {
    // Behind what people do, and behind what is not found at all yet.
    for (const id of touched) await enqueue(queries, { kind: 'index-record', recordId: id }, { priority: 50 });
  });
}

/** All records that a chain of likenesses, decisions or former entries joins to one, and every pair that was compared on the way. */
async function togetherWith(metadata: Metadata, forms: Forms, memory: DecisionMemory, first: string): Promise<{ ids: string[]; pairs: Map<string, ComparedPair & Comparison> }> {
  const { queries } = metadata;
  const ids = new Set([first]);
  const waiting = [first];
  const pairs = new Map<string, ComparedPair & Comparison>();
  const take = (id: string): void => {
    if (ids.has(id) || ids.size >= mostTogether || !forms.get(id)) return;
    ids.add(id);
    waiting.push(id);
  };
  while (waiting.length > 0) {
    const id = waiting.pop()!;
    const form = forms.get(id)!;
    const candidates = await candidatesOf(blockingKeys(form), (prefix, most) => recordsOfBlock(queries, prefix, id, most));
    const mates = (await entryMates(queries, [id])).map(({ record_id }) => record_id);
    const decided = (await decisionsNaming(queries, [id])).filter(({ decision }) => decision === 'same').map(({ one, other }) => (one === id ? other : one));
    await forms.load([...candidates, ...mates, ...decided]);
    for (const other of candidates) {
      const [low, high] = id < other ? [id, other] : [other, id];
      const key = `${low} ${high}`;
      const theirs = forms.get(other);
      if (!theirs || pairs.has(key)) continue;
      const compared = withMemory(compare(form, theirs), memory);
      if (compared.verdict === 'different') continue;
      pairs.set(key, { ...compared, one: low, other: high });
      if (compared.verdict === 'same') take(other);
    }
    for (const other of [...mates, ...decided]) take(other);
  }
  return { ids: [...ids].sort(), pairs };
}

/** Answers records whose entry is another than before, and those that share it. */
async function writeEntries(metadata: Metadata, forms: Forms, ids: readonly string[], pairs: ReadonlyMap<string, ComparedPair & Comparison>): Promise<string[]> {
  const own = new Set(ids);
  // Records that a person may be asked about stand beside these, and stay in the entries that they have.
  const beside = [...new Set([...pairs.values()].flatMap(({ one, other }) => [one, other]))].filter((id) => !own.has(id));
  const theirs = new Map((await entryMates(metadata.queries, beside)).map(({ record_id, entry_id }) => [record_id, entry_id]));
  const decisions = (await decisionsNaming(metadata.queries, ids)).map(({ one, other, decision, at, forms_json }) => ({ one, other, decision, at, forms: JSON.parse(forms_json) as [string, string] }));
  const apart = new Map<string, ReturnType<typeof apartness>>();
  const found = cluster({
    ids: [...ids, ...beside],
    pairs: [...pairs.values()],
    decisions,
    apartness(one, other) {
      const key = one < other ? `${one} ${other}` : `${other} ${one}`;
      let is = apart.get(key);
      const [a, b] = [forms.get(one), forms.get(other)];
      if (!is) apart.set(key, (is = a && b ? apartness(a, b) : 'none'));
      return is;
    },
  });
  const rows: EntryRow[] = found.groups.flatMap((group, at) => {
    const members = group.filter((id) => own.has(id));
    const printings = new Map(found.editions[at]!.flatMap((printing, number) => printing.map((id) => [id, number] as const)));
    return members.map((record_id) => ({ record_id, entry_id: members[0]!, printing: printings.get(record_id) ?? 0 }));
  });
  const entryOf = new Map([...theirs, ...rows.map(({ record_id, entry_id }) => [record_id, entry_id] as const)]);
  const questions = oneForTwoEntries(found.questions, decisions, (id) => entryOf.get(id) ?? id);
  return metadata.transaction(async (queries) => {
    const before = new Map((await entriesOf(queries, ids)).map((row) => [row.record_id, row]));
    const changed = rows.filter(({ record_id, entry_id }) => (before.get(record_id)?.entry_id ?? record_id) !== entry_id);
    await putEntries(
      queries,
      rows.filter(({ record_id, entry_id, printing }) => before.get(record_id)?.entry_id !== entry_id || before.get(record_id)?.printing !== printing),
    );
    await dropQuestions(queries, ids);
    await putQuestions(
      queries,
      questions.map(({ one, other, score, why }) => ({ one, other, score, why, reasons_json: JSON.stringify(pairs.get(`${one} ${other}`)?.reasons ?? []) })),
    );
    const entries = new Set(changed.flatMap(({ record_id, entry_id }) => [entry_id, before.get(record_id)?.entry_id ?? record_id]));
    return rows.filter(({ record_id, entry_id }) => entries.has(entry_id) || entries.has(before.get(record_id)?.entry_id ?? '')).map(({ record_id }) => record_id);
  });
}

/** The likeliest question for each two entries, and none for two of which a person has put records apart. */
function oneForTwoEntries(questions: Clusters['questions'], decisions: readonly Decision[], entryOf: (id: string) => string): Clusters['questions'] {
  const key = ({ one, other }: { one: string; other: string }): string => [entryOf(one), entryOf(other)].sort().join(' ');
  const asked = new Set(decisions.filter(({ decision }) => decision === 'different').map(key));
  return questions.filter((question) => {
    if (question.why === 'decision-contested') return true;
    const known = asked.has(key(question));
    asked.add(key(question));
    return !known;
  });
}
