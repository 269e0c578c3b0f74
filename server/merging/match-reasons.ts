/** Why two records are taken for the same or not: the closed list that a screen has words for. */
export const reasonCodes = [
  'file-same',
  'isbn-same',
  'isbn-differs',
  'document-number-same',
  'document-number-differs',
  'title-same',
  'title-near',
  'title-part',
  'title-marks-differ',
  'title-differs',
  'people-same',
  'people-some',
  'people-near',
  'people-differ',
  'people-missing',
  'volume-same',
  'volume-differs',
  'volume-missing',
  'number-differs',
  'number-missing',
  'kind-same',
  'kind-doubtful',
  'kind-differs',
  'kind-missing',
  'grade-same',
  'grade-differs',
  'grade-missing',
  'set-same',
  'set-differs',
  'set-missing',
  'subject-differs',
  'publisher-same',
  'publisher-differs',
  'year-same',
  'year-differs',
  'edition-differs',
  'school-year-differs',
  'pages-same',
  'pages-differ',
  'language-differs',
  'past-decisions',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** `weight`: natural log odds, above 0 for the same. `bars`: what the verdict cannot be above because of it. */
export interface Reason {
  code: ReasonCode;
  weight: number;
  bars?: 'ask' | 'different';
}

export type Verdict = 'same' | 'ask' | 'different';

export interface Comparison {
  /** 0 to 1, within the verdict's band: different below `bands.ask`, ask below `bands.same`. */
  score: number;
  verdict: Verdict;
  /** Of `same` and `ask`: the same printing, or another one of the same work. */
  relation: 'edition' | 'work';
  /** A file, an ISBN or a document's number is shared: stronger than a doubt about another record of the same entry. */
  firm: boolean;
  /** Heaviest first. */
  reasons: readonly Reason[];
}

/** From which score on two records are joined without asking, and from which a librarian is asked. */
export const bands = { same: 0.9, ask: 0.5 } as const;

/** Log odds that two records in one block are the same before anything of them is known. */
export const prior = -3.5;

/** Score and verdict of reasons. A bar sets the verdict whatever the weights say, and the score follows it. */
export function weigh(
  reasons: readonly Reason[],
  { relation, firm }: Pick<Comparison, 'relation' | 'firm'>,
): Comparison {
  let sum = prior;
  let most: Verdict = 'same';
  for (const { weight, bars } of reasons) {
    sum += weight;
    if (bars === 'different') most = 'different';
    else if (bars === 'ask' && most === 'same') most = 'ask';
  }
  const free = 1 / (1 + Math.exp(-sum));
  const score = most === 'same' ? free : Math.min(free, (most === 'ask' ? bands.same : bands.ask) - 0.001);
  const verdict = score >= bands.same ? 'same' : score >= bands.ask ? 'ask' : 'different';
  const ordered = [...reasons].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.code < b.code ? -1 : 1));
  return { score, verdict, relation, firm, reasons: ordered };
}
