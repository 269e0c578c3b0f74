import { isSchoolbook, isTeaching, isTextbook } from './kind-likeness.ts';
import type { MatchForm } from './match-form.ts';
import { type Comparison, type Reason, type ReasonCode, weigh } from './match-reasons.ts';
import { otherAuthor, peopleReason } from './people-reason.ts';
import { samePublisher } from './publisher-names.ts';
import {
  gradeReasons,
  kindReasons,
  type KnownPair,
  numberReasons,
  setReasons,
  shares,
  subjectReasons,
} from './qualifier-reasons.ts';
import { isFarApart, titleLikeness } from './title-likeness.ts';

/**
 * Whether two records describe the same. Symmetric; never throws. `same`: one entry, whatever printing (`relation`); `ask`: a person
 * decides; `different`: not one entry. What contradicts (another volume, kind, grade, set, number) bars `same` whatever else agrees.
 */
export function compare(one: MatchForm, other: MatchForm): Comparison {
  const [a, b] = inOrder(one, other);
  const file = shares(a.hashes, b.hashes);
  const isbn = shares(a.isbns, b.isbns);
  const name = shares(a.names, b.names);
  const known: KnownPair = { a, b, strong: file || isbn || name };
  const reasons: Reason[] = [];
  if (file) reasons.push({ code: 'file-same', weight: 6 });
  if (isbn) reasons.push({ code: 'isbn-same', weight: 4.5 });
  if (name) reasons.push({ code: 'document-number-same', weight: 4.5 });
  else if (a.names.length > 0 && b.names.length > 0)
    reasons.push({ code: 'document-number-differs', weight: -4, bars: 'different' });
  // Most pairs of a block contradict one another or have other titles: no more of them is looked at than would be shown.
  reasons.push(...numberReasons(known), ...kindReasons(known), ...gradeReasons(known));
  if (!known.strong && reasons.some(({ bars }) => bars === 'different'))
    return weigh(reasons, { relation: 'work', firm: false });
  const title = titleReasons(known);
  reasons.push(...title.reasons);
  if (title.differs && !known.strong) return weigh(reasons, { relation: 'work', firm: false });
  const people = peopleReason(known);
  if (people) reasons.push(people);
  reasons.push(...setReasons(known, people), ...subjectReasons(known), ...printingReasons(known, isbn));
  // The same bytes under two descriptions that contradict one another: one of them is wrong, and a person sees which.
  const softened =
    file || (isbn && !reasons.some(({ code }) => code === 'volume-differs'))
      ? reasons.map((reason) => (reason.bars === 'different' ? { ...reason, bars: 'ask' as const } : reason))
      : reasons;
  const asked = softened !== reasons && reasons.some(({ bars }) => bars === 'different');
  return weigh(
    asked
      ? softened.map((reason) => (reason.bars ? { ...reason, weight: Math.max(reason.weight, -1) } : reason))
      : softened,
    { relation: relationOf(reasons, file), firm: known.strong },
  );
}

/** How far two records are from being one by what they say themselves, whatever may join them by way of others. */
export type Apartness = 'none' | 'missing' | 'unlike' | 'contradiction';

/**
 * `contradiction`: another volume, kind, grade, set or number; no chain of likenesses may put both into one entry. `unlike`: other authors.
 * `missing`: one does not say which volume, grade or kind it is, or a schoolbook's title has a word more. Symmetric.
 */
export function apartness(one: MatchForm, other: MatchForm): Apartness {
  const [a, b] = inOrder(one, other);
  const known: KnownPair = { a, b, strong: false };
  const said = [...numberReasons(known), ...kindReasons(known), ...gradeReasons(known), ...setReasons(known, null)];
  const namesDiffer = one.names.length > 0 && other.names.length > 0 && !shares(one.names, other.names);
  if (namesDiffer || said.some(({ bars }) => bars === 'different')) return 'contradiction';
  if (shares(one.hashes, other.hashes)) return 'none';
  if ((peopleReason(known)?.weight ?? 0) <= otherAuthor) return 'unlike';
  if (said.some(({ code, bars }) => bars === 'ask' && code !== 'set-missing')) return 'missing';
  return (isSchoolbook(one) || isSchoolbook(other)) && titleReasons(known).reasons.some(({ bars }) => bars)
    ? 'missing'
    : 'none';
}

const inOrder = (one: MatchForm, other: MatchForm): [MatchForm, MatchForm] =>
  one.fingerprint <= other.fingerprint ? [one, other] : [other, one];

function titleReasons({ a, b, strong }: KnownPair): { reasons: Reason[]; differs: boolean } {
  if (a.parts.length === 0 || b.parts.length === 0)
    return { reasons: [{ code: 'title-differs', weight: -2, bars: 'ask' }], differs: false };
  const differs: Reason = { code: 'title-differs', weight: -4, bars: strong ? 'ask' : 'different' };
  if (isFarApart(a.parts, b.parts)) return { reasons: [differs], differs: true };
  const { shared, cost, marks, swapped, left } = titleLikeness(a.parts, b.parts);
  const worth = Math.min(5.5, 0.9 + shared * 1.15);
  // One word in twelve is as small a difference as none; one in two is another title.
  const length = Math.max(...[a, b].map(({ parts }) => parts.reduce((sum, { words }) => sum + words.length, 0)));
  const lost = cost * (length >= 8 ? 2 : 2.4);
  if (cost > 0.8 + Math.max(0, length - 2) * 0.12) return { reasons: [differs], differs: true };
  // A word more in a schoolbook's title makes another book of it: `Vở thực hành Toán 6`.
  const doubt =
    !strong && (swapped > 0 || ((cost >= 0.6 || left > 0) && (isSchoolbook(a) || isSchoolbook(b))))
      ? { bars: 'ask' as const }
      : {};
  const code: ReasonCode = left > 0 ? 'title-part' : cost === 0 ? 'title-same' : 'title-near';
  const reasons: Reason[] = [{ code, weight: worth - lost - Math.min(2, left * 0.4), ...doubt }];
  if (marks > 0)
    reasons.push({
      code: 'title-marks-differ',
      weight: -1.9 * marks,
      ...(marks > 1 || length <= 3 ? { bars: 'ask' as const } : {}),
    });
  return { reasons, differs: false };
}

/** What tells printings apart, and works only a little. */
function printingReasons({ a, b, strong }: KnownPair, isbn: boolean): Reason[] {
  const reasons: Reason[] = [];
  const add = (code: ReasonCode, weight: number, bars?: 'ask'): void =>
    void reasons.push(bars ? { code, weight, bars } : { code, weight });
  if (a.publishers.length > 0 && b.publishers.length > 0) {
    if (a.publishers.some((one) => b.publishers.some((against) => samePublisher(one, against))))
      add('publisher-same', 0.8);
    // The sets have each their publisher, and what teachers make has their school.
    else add('publisher-differs', (isTextbook(a) && isTextbook(b)) || (isTeaching(a) && isTeaching(b)) ? -2.5 : -0.6);
  }
  const years = a.year !== null && b.year !== null;
  if (years && a.year === b.year) add('year-same', 1.2);
  else if (years) add('year-differs', isTeaching(a) && isTeaching(b) ? -1 : -0.2);
  const editions = a.edition !== null && b.edition !== null && a.edition > 0 && b.edition > 0;
  if (editions && a.edition !== b.edition) add('edition-differs', -0.1);
  if (!isbn && a.isbns.length > 0 && b.isbns.length > 0) {
    const otherPrinting = (years && a.year !== b.year) || (editions && a.edition !== b.edition);
    if (otherPrinting) add('isbn-differs', -0.3);
    else add('isbn-differs', -1.5, years && !strong ? 'ask' : undefined);
  }
  if (a.pages !== null && b.pages !== null) {
    const [less, more] = [Math.min(a.pages, b.pages), Math.max(a.pages, b.pages)];
    if (more - less <= Math.max(3, more * 0.02)) add('pages-same', 0.8);
    else if (more - less > more * 0.2) add('pages-differ', -0.8);
  }
  if (a.languages.length > 0 && b.languages.length > 0 && !shares(a.languages, b.languages))
    add('language-differs', -3, 'ask');
  return reasons;
}

/** One printing only where its year is said by both, or the bytes are the same: reprints keep their ISBN often enough. */
function relationOf(reasons: readonly Reason[], file: boolean): 'edition' | 'work' {
  const has = (code: ReasonCode): boolean => reasons.some((reason) => reason.code === code);
  if (file) return 'edition';
  return has('year-same') && !has('edition-differs') && !has('isbn-differs') && !has('publisher-differs')
    ? 'edition'
    : 'work';
}
