import { bands, type Comparison, type Reason, type ReasonCode, weigh } from './match-reasons.ts';

/** A decision as it is remembered: which reasons stood there when it was made. */
export interface DecidedReasons {
  /** `reasonSignature` of the comparison that the person saw. */
  signature: string;
  decision: 'same' | 'different';
  /** Who: no person alone teaches more than `mostOfOne` decisions on one signature. */
  by: string;
}

/** What people decided, by signature. Plain data: may be kept as JSON. */
export type DecisionMemory = ReadonlyMap<string, { same: number; different: number; people: number }>;

/** Decisions on one signature below which nothing is moved at all, and the people there must be. */
export const fewestDecisions = 15;
export const fewestPeople = 2;
const mostOfOne = 10;
/** Natural log odds; the most that a memory of any size moves a score. */
export const mostShift = 1.2;
/** As many decisions each way as are taken for granted before the first. */
const priorDecisions = 4;

/** These say that agreeing or disagreeing of one field was as it was; what two records have beyond them differs too much to learn by. */
const minor: ReadonlySet<ReasonCode> = new Set([
  'publisher-same',
  'publisher-differs',
  'year-same',
  'year-differs',
  'edition-differs',
  'pages-same',
  'pages-differ',
  'kind-same',
  'past-decisions',
]);

/** The codes that made a comparison what it is, in alphabetical order. */
export const reasonSignature = (reasons: readonly Reason[]): string =>
  [...new Set(reasons.map(({ code }) => code))]
    .filter((code) => !minor.has(code))
    .sort()
    .join(' ');

/** Counts decisions; their order is nothing to it. */
export function learn(decided: readonly DecidedReasons[]): DecisionMemory {
  const counts = new Map<string, Map<string, { same: number; different: number }>>();
  for (const { signature, decision, by } of decided) {
    let people = counts.get(signature);
    if (!people) counts.set(signature, (people = new Map()));
    const own = people.get(by) ?? { same: 0, different: 0 };
    own[decision]++;
    people.set(by, own);
  }
  const memory = new Map<string, { same: number; different: number; people: number }>();
  for (const [signature, people] of counts) {
    const sum = { same: 0, different: 0, people: people.size };
    for (const own of people.values()) {
      const scale = Math.min(1, mostOfOne / (own.same + own.different));
      sum.same += own.same * scale;
      sum.different += own.different * scale;
    }
    memory.set(signature, sum);
  }
  return memory;
}

/**
 * How far past decisions move the log odds of a comparison with these reasons: 0 below `fewestDecisions` of `fewestPeople`, never beyond
 * ± `mostShift`. Decisions that go both ways move little (the odds of the share, with four each way taken for granted).
 */
export function memoryShift(memory: DecisionMemory, reasons: readonly Reason[]): number {
  const counts = memory.get(reasonSignature(reasons));
  if (!counts || counts.same + counts.different < fewestDecisions || counts.people < fewestPeople) return 0;
  const odds = Math.log((counts.same + priorDecisions) / (counts.different + priorDecisions));
  return Math.max(-mostShift, Math.min(mostShift, odds));
}

/**
 * The comparison as past decisions leave it: a reason `past-decisions` more. A bar stays a bar, so what contradicts is never learnt to be
 * the same, and a verdict moves by one step at most.
 */
export function withMemory(comparison: Comparison, memory: DecisionMemory): Comparison {
  const weight = memoryShift(memory, comparison.reasons);
  if (weight === 0) return comparison;
  const moved = weigh([...comparison.reasons, { code: 'past-decisions', weight }], comparison);
  if (comparison.verdict === 'different' && moved.verdict === 'same')
    return { ...moved, verdict: 'ask', score: bands.same - 0.001 };
  if (comparison.verdict === 'same' && moved.verdict === 'different')
    return { ...moved, verdict: 'ask', score: bands.ask };
  return moved;
}
