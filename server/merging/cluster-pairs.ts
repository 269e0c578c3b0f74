import type { Apartness } from './compare-forms.ts';
import type { Comparison } from './match-reasons.ts';

/** What comparing two records came to, by their ids. */
export interface ComparedPair extends Pick<Comparison, 'score' | 'verdict' | 'relation' | 'firm'> {
  one: string;
  other: string;
}

/** What a person decided of two records. `forms`: the fingerprints that they had then, in the order of `one` and `other`. */
export interface Decision {
  one: string;
  other: string;
  decision: 'same' | 'different';
  /** When, so that of two that cannot both hold the newer does. ISO 8601. */
  at: string;
  forms?: readonly [string, string];
}

export interface Clusters {
  /** Every record, each in one group: ids sorted, groups by their lowest id. */
  groups: string[][];
  /** Printings within each group, in its order: those that are one edition stand together. */
  editions: string[][][];
  /** What a librarian is to be asked: at most one pair for two groups, the likeliest first. */
  questions: { one: string; other: string; score: number; why: 'ask' | 'contradiction' | 'decision-contested' }[];
  /** Decisions `same` that could not hold beside newer ones. */
  contested: Decision[];
  /** Decisions made when a record was described otherwise. They hold; a person may want to look again. */
  stale: Decision[];
}

export interface ClusterInput {
  /** All records, also those that no pair names. Pairs and decisions that name another (a record that has gone) are left out. */
  ids: readonly string[];
  pairs: readonly ComparedPair[];
  decisions: readonly Decision[];
  /** `apartness` of the forms of two records. Symmetric. */
  apartness(one: string, other: string): Apartness;
  /** The fingerprint of a record's form now; without it no decision is found stale. */
  fingerprint?(id: string): string | undefined;
}

/**
 * Groups of records that are one entry. People's decisions hold whatever the scores say, and no chain goes across `different` or across a
 * contradiction. A function of its input: the order of pairs and decisions is nothing to it, and without a decision everything is as before
 * it. Records that no path of `same` or `ask` pairs and decisions connects do not touch one another: a connected part may be computed alone.
 */
export function cluster({ ids, apartness, fingerprint, ...given }: ClusterInput): Clusters {
  const known = new Set(ids);
  const isKnown = ({ one, other }: { one: string; other: string }): boolean => known.has(one) && known.has(other);
  const pairs = given.pairs.filter(isKnown);
  const standing = newestByPair(given.decisions).filter(isKnown);
  const union = new Union([...known]);
  const apart = new Apart(standing, union);
  const contested: Decision[] = [];
  const decidedSame = new Set<string>();
  for (const decision of standing.filter((one) => one.decision === 'same').sort(byTime)) {
    decidedSame.add(pairKey(decision.one, decision.other));
    if (!apart.join(decision.one, decision.other)) contested.push(decision);
  }
  const placed = new Set(standing.flatMap(({ one, other, decision }) => (decision === 'same' ? [one, other] : [])));
  const decided = new Set(standing.map(({ one, other }) => pairKey(one, other)));
  const held: Clusters['questions'] = contested.map(({ one, other }) => ({
    ...ordered(one, other),
    score: 1,
    why: 'decision-contested',
  }));
  const likeliest = [...pairs].map((pair) => ({ ...pair, ...ordered(pair.one, pair.other) })).sort(byScore);
  const mayJoin = (some: readonly string[], others: readonly string[], firm: boolean): boolean => {
    let doubts = 0;
    const most = some.length * others.length * doubtfulShare;
    for (const a of some)
      for (const b of others) {
        const apartBy = apartness(a, b);
        // What one of them does not say is no doubt between two that share an ISBN or a file, nor where a person has said where it belongs.
        const silent = apartBy === 'missing' && (firm || placed.has(a) || placed.has(b));
        if (apartBy === 'none' || silent || decidedSame.has(pairKey(a, b))) continue;
        if (apartBy === 'contradiction' || ++doubts > most) return false;
      }
    return true;
  };
  for (const { one, other, score, verdict, firm } of likeliest) {
    if (verdict !== 'same' || decided.has(pairKey(one, other)) || union.root(one) === union.root(other)) continue;
    // Decided apart, by way of others: nobody needs to be asked.
    if (apart.isApart(one, other)) continue;
    if (mayJoin(union.members(one), union.members(other), firm)) apart.join(one, other);
    else held.push({ one, other, score, why: 'contradiction' });
  }
  for (const { one, other, score, verdict } of likeliest)
    if (verdict === 'ask' && !decided.has(pairKey(one, other))) held.push({ one, other, score, why: 'ask' });
  const groups = union.groups();
  return {
    groups,
    editions: editionsOf(groups, likeliest, union),
    questions: questionsBetween(held, union, apart),
    contested: contested.sort(byTime),
    stale: standing.filter((decision) => isStale(decision, fingerprint)),
  };
}

/** Share of the pairs between two groups that may be doubtful: one odd record keeps no two groups apart, and brings none together. */
const doubtfulShare = 1 / 3;

const pairKey = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`);
const ordered = (one: string, other: string): { one: string; other: string } =>
  one < other ? { one, other } : { one: other, other: one };
const byPair = (a: { one: string; other: string }, b: { one: string; other: string }): number =>
  a.one < b.one ? -1 : a.one > b.one ? 1 : a.other < b.other ? -1 : a.other > b.other ? 1 : 0;
const byScore = (a: ComparedPair, b: ComparedPair): number => b.score - a.score || byPair(a, b);
const byTime = (a: Decision, b: Decision): number => (a.at > b.at ? -1 : a.at < b.at ? 1 : byPair(a, b));

/** Of several decisions on two records the newest; of two at one time the careful one. */
function newestByPair(decisions: readonly Decision[]): Decision[] {
  const newest = new Map<string, Decision>();
  for (const given of decisions) {
    if (given.one === given.other) continue;
    const forms = given.forms && (given.one < given.other ? given.forms : ([given.forms[1], given.forms[0]] as const));
    const decision: Decision = { ...given, ...ordered(given.one, given.other), ...(forms ? { forms } : {}) };
    const key = pairKey(decision.one, decision.other);
    const known = newest.get(key);
    if (!known || decision.at > known.at || (decision.at === known.at && decision.decision === 'different'))
      newest.set(key, decision);
  }
  return [...newest.values()].sort(byPair);
}

function isStale({ one, other, forms }: Decision, fingerprint: ClusterInput['fingerprint']): boolean {
  if (!forms || !fingerprint) return false;
  return [one, other].some((id, at) => {
    const now = fingerprint(id);
    return now !== undefined && now !== forms[at];
  });
}

/** One question for two groups, and none between groups that a person has put apart. */
function questionsBetween(held: Clusters['questions'], union: Union, apart: Apart): Clusters['questions'] {
  const best = new Map<string, Clusters['questions'][number]>();
  const rank = { 'decision-contested': 0, contradiction: 1, ask: 2 };
  for (const question of held) {
    const key = pairKey(union.root(question.one), union.root(question.other));
    if (union.root(question.one) === union.root(question.other)) continue;
    if (question.why !== 'decision-contested' && apart.isApart(question.one, question.other)) continue;
    const known = best.get(key);
    if (
      !known ||
      rank[question.why] < rank[known.why] ||
      (question.why === known.why &&
        (question.score > known.score || (question.score === known.score && byPair(question, known) < 0)))
    )
      best.set(key, question);
  }
  return [...best.values()].sort((a, b) => b.score - a.score || byPair(a, b));
}

function editionsOf(groups: readonly string[][], pairs: readonly ComparedPair[], union: Union): string[][][] {
  const printings = new Union(groups.flat());
  for (const { one, other, relation, verdict } of pairs)
    if (verdict !== 'different' && relation === 'edition' && union.root(one) === union.root(other))
      printings.join(one, other);
  const byGroup = new Map<string, string[][]>(groups.map((group) => [union.root(group[0]!), []]));
  for (const printing of printings.groups()) byGroup.get(union.root(printing[0]!))!.push(printing);
  return groups.map((group) => byGroup.get(union.root(group[0]!))!);
}

/** Which records are together; a group is called by its lowest id. */
class Union {
  readonly #roots = new Map<string, string>();
  readonly #members = new Map<string, string[]>();

  constructor(ids: readonly string[]) {
    for (const id of ids) this.#roots.set(id, id);
  }

  root(id: string): string {
    let root = this.#roots.get(id)!;
    while (root !== this.#roots.get(root)) root = this.#roots.get(root)!;
    this.#roots.set(id, root);
    return root;
  }

  members(id: string): readonly string[] {
    const root = this.root(id);
    return this.#members.get(root) ?? [root];
  }

  join(one: string, other: string): void {
    const { one: low, other: high } = ordered(this.root(one), this.root(other));
    if (low === high) return;
    this.#members.set(low, [...this.members(low), ...this.members(high)]);
    this.#members.delete(high);
    this.#roots.set(high, low);
  }

  groups(): string[][] {
    const found = new Map<string, string[]>();
    for (const id of [...this.#roots.keys()].sort()) {
      const root = this.root(id);
      const group = found.get(root);
      if (group) group.push(id);
      else found.set(root, [id]);
    }
    return [...found.values()].sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
  }
}

/** Keeps groups apart that a person has put apart, whatever is joined to them later. */
class Apart {
  readonly #enemies = new Map<string, Set<string>>();
  readonly #union: Union;

  constructor(decisions: readonly Decision[], union: Union) {
    this.#union = union;
    for (const { one, other, decision } of decisions) {
      if (decision !== 'different') continue;
      this.#of(one).add(other);
      this.#of(other).add(one);
    }
  }

  #of(root: string): Set<string> {
    let enemies = this.#enemies.get(root);
    if (!enemies) this.#enemies.set(root, (enemies = new Set()));
    return enemies;
  }

  isApart(one: string, other: string): boolean {
    const [a, b] = [this.#union.root(one), this.#union.root(other)];
    return [...(this.#enemies.get(a) ?? [])].some((enemy) => this.#union.root(enemy) === b);
  }

  /** False, and nothing done, where a decision keeps the two apart. */
  join(one: string, other: string): boolean {
    const [a, b] = [this.#union.root(one), this.#union.root(other)];
    if (a === b) return true;
    if (this.isApart(a, b)) return false;
    const enemies = [...(this.#enemies.get(a) ?? []), ...(this.#enemies.get(b) ?? [])];
    this.#union.join(a, b);
    if (enemies.length > 0) this.#enemies.set(this.#union.root(a), new Set(enemies));
    return true;
  }
}
