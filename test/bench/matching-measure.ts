import { blockingKeys } from '../../server/merging/blocking-keys.ts';
import { candidatePairs } from '../../server/merging/candidate-pairs.ts';
import { cluster, type ComparedPair } from '../../server/merging/cluster-pairs.ts';
import { apartness, compare } from '../../server/merging/compare-forms.ts';
import { matchForm, type MatchForm } from '../../server/merging/match-form.ts';
import type { MatchWords } from '../../server/merging/match-words.ts';
import type { MadeCatalogues, MadeRecord } from './school-records.ts';

export interface Measured {
  records: number;
  /** Pairs of records of one work, and of one edition. */
  truePairs: number;
  /** Pairs that are in one entry after clustering, and how many of those are of one work. */
  joinedPairs: number;
  rightPairs: number;
  precision: number;
  recall: number;
  /** Of pairs that are said to be one printing: share that is. Of true ones in one entry: share that is said. */
  editionPrecision: number;
  editionRecall: number;
  /** Pairs of one work that were compared at all, share. */
  blockRecall: number;
  compared: number;
  questions: number;
  /** Pairs of one work that are not joined, but asked about (between their groups), share of true pairs. */
  askedShare: number;
  cutBlocks: number;
  keys: number;
  /** Of processor time. */
  seconds: { forms: number; keys: number; pairs: number; compare: number; cluster: number; all: number };
}

export interface Miss {
  kind: 'joined wrongly' | 'not joined' | 'not compared';
  one: MadeRecord;
  other: MadeRecord;
}

/** Runs the whole of matching over records whose truth is known. */
export function measureMatching({ records }: MadeCatalogues, words: MatchWords, onMiss?: (miss: Miss, forms: [MatchForm, MatchForm]) => void): Measured {
  // Of this process, whatever else the machine does.
  const clock = (): number => (({ user, system }) => (user + system) / 1e6)(process.cpuUsage());
  const begun = clock();
  const byId = new Map(records.map((record) => [record.id, record]));
  const forms = new Map(records.map(({ id, description, files, extent }) => [id, matchForm({ ...description, files, extent }, words)]));
  const formed = clock();
  const rows = records.flatMap(({ id }) => blockingKeys(forms.get(id)!).map((key) => ({ id, key })));
  const keyed = clock();
  let cutBlocks = 0;
  const candidates = candidatePairs(rows, () => cutBlocks++);
  const paired = clock();
  const pairs: ComparedPair[] = [];
  for (const [one, other] of candidates) {
    const { score, verdict, relation, firm } = compare(forms.get(one)!, forms.get(other)!);
    if (verdict !== 'different') pairs.push({ one, other, score, verdict, relation, firm });
  }
  const comparedAt = clock();
  const clusters = cluster({ ids: [...byId.keys()], pairs, decisions: [], apartness: (one, other) => apartness(forms.get(one)!, forms.get(other)!) });
  const ended = clock();

  const groupOf = new Map(clusters.groups.flatMap((group, at) => group.map((id) => [id, at] as const)));
  const printingOf = new Map(clusters.editions.flatMap((printings, group) => printings.flatMap((printing, at) => printing.map((id) => [id, `${group}.${at}`] as const))));
  const asked = new Set(clusters.questions.map(({ one, other }) => [groupOf.get(one)!, groupOf.get(other)!].sort((a, b) => a - b).join(' ')));
  const compared = new Set(candidates.map(([one, other]) => `${one} ${other}`));
  const byWork = new Map<string, string[]>();
  for (const { id, work } of records) byWork.set(work.id, [...(byWork.get(work.id) ?? []), id]);
  let [truePairs, rightPairs, askedPairs, blocked, printings, rightPrintings] = [0, 0, 0, 0, 0, 0];
  const each = (ids: readonly string[], act: (one: MadeRecord, other: MadeRecord) => void): void => {
    for (const [at, one] of ids.entries()) for (const other of ids.slice(at + 1)) act(byId.get(one)!, byId.get(other)!);
  };
  const missed = (kind: Miss['kind'], one: MadeRecord, other: MadeRecord): void => onMiss?.({ kind, one, other }, [forms.get(one.id)!, forms.get(other.id)!]);
  for (const ids of byWork.values())
    each([...ids].sort(), (one, other) => {
      truePairs++;
      const isCompared = compared.has(`${one.id} ${other.id}`);
      if (isCompared) blocked++;
      const [a, b] = [groupOf.get(one.id)!, groupOf.get(other.id)!];
      if (a === b) {
        rightPairs++;
        if (one.edition.id === other.edition.id) printings++;
        if (one.edition.id === other.edition.id && printingOf.get(one.id) === printingOf.get(other.id)) rightPrintings++;
        return;
      }
      if (asked.has([a, b].sort((x, y) => x - y).join(' '))) askedPairs++;
      missed(isCompared ? 'not joined' : 'not compared', one, other);
    });
  let joinedPairs = 0;
  for (const group of clusters.groups)
    each(group, (one, other) => {
      joinedPairs++;
      if (one.work !== other.work) missed('joined wrongly', one, other);
    });
  let saidPrintings = 0;
  for (const printing of clusters.editions.flat()) saidPrintings += (printing.length * (printing.length - 1)) / 2;
  return {
    records: records.length,
    truePairs,
    joinedPairs,
    rightPairs,
    precision: rightPairs / joinedPairs,
    recall: rightPairs / truePairs,
    editionPrecision: rightPrintings / saidPrintings,
    editionRecall: rightPrintings / printings,
    blockRecall: blocked / truePairs,
    compared: candidates.length,
    questions: clusters.questions.length,
    askedShare: askedPairs / truePairs,
    cutBlocks,
    keys: rows.length,
    seconds: { forms: formed - begun, keys: keyed - formed, pairs: paired - keyed, compare: comparedAt - paired, cluster: ended - comparedAt, all: ended - begun },
  };
}
