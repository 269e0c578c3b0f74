import { isSchoolbook, isTeaching, isTextbook, kindLikeness } from './kind-likeness.ts';
import type { MatchForm } from './match-form.ts';
import type { Reason } from './match-reasons.ts';

/** Two records, always in the same order, and whether something firm is shared. */
export interface KnownPair {
  a: MatchForm;
  b: MatchForm;
  /** A file, an ISBN or a document's number is shared: what one record lacks is no longer a reason to ask. */
  strong: boolean;
}

/** Whether two lists have anything in common. */
export const shares = (a: readonly string[], b: readonly string[]): boolean =>
  a.length > 0 && b.length > 0 && a.some((one) => b.includes(one));

/** Volumes, parts and whatever else is counted. A number that nothing is said of may be the one that the other record names. */
export function numberReasons({ a, b, strong }: KnownPair): Reason[] {
  const reasons: Reason[] = [];
  const [looseA, looseB] = [new Set(a.loose), new Set(b.loose)];
  const units = new Set([...Object.keys(a.numbers), ...Object.keys(b.numbers)]);
  for (const unit of units) {
    const [x, y] = [a.numbers[unit], b.numbers[unit]];
    const isVolume = unit === 'volume' || unit === 'part' || unit === 'version';
    if (x !== undefined && y !== undefined) {
      if (x !== y)
        reasons.push({ code: isVolume ? 'volume-differs' : 'number-differs', weight: -5, bars: 'different' });
      else if (isVolume) reasons.push({ code: 'volume-same', weight: 0.8 });
      continue;
    }
    const [own, loose] = x === undefined ? [y!, looseA] : [x, looseB];
    if (loose.delete(own)) {
      if (isVolume) reasons.push({ code: 'volume-same', weight: 0.5 });
    } else if (isVolume && [...loose].some((one) => mayBeVolume(one, a, b)))
      reasons.push({ code: 'volume-differs', weight: -4, bars: 'different' });
    else if (isVolume)
      reasons.push({
        code: 'volume-missing',
        weight: strong ? -0.5 : -1.5,
        ...(strong ? {} : { bars: 'ask' as const }),
      });
    else reasons.push({ code: 'number-missing', weight: -1, ...(strong ? {} : { bars: 'ask' as const }) });
  }
  if (a.loose.length + b.loose.length === 0 && a.schoolYear === b.schoolYear) return reasons;
  const counted = (form: MatchForm): Set<string> =>
    new Set([...Object.values(form.numbers), ...form.titleGrades, String(form.year)]);
  const [saidA, saidB] = [counted(a), counted(b)];
  const onlyA = [...looseA].filter((one) => !b.loose.includes(one) && !saidB.has(one));
  const onlyB = [...looseB].filter((one) => !a.loose.includes(one) && !saidA.has(one));
  if (onlyA.length > 0 && onlyB.length > 0) reasons.push({ code: 'number-differs', weight: -4, bars: 'different' });
  else if (onlyA.length + onlyB.length > 0)
    reasons.push({ code: 'number-missing', weight: -1, ...(strong ? {} : { bars: 'ask' as const }) });
  if (a.schoolYear !== null && b.schoolYear !== null && a.schoolYear !== b.schoolYear) {
    const teaching = isTeaching(a) || isTeaching(b);
    reasons.push({ code: 'school-year-differs', weight: teaching ? -4 : -1, bars: teaching ? 'different' : 'ask' });
  }
  return reasons;
}

/** A number without a word may be the volume that a title leaves out; a year or a grade is none. */
const mayBeVolume = (number: string, a: MatchForm, b: MatchForm): boolean =>
  Number(number) < 50 && !a.grades.includes(number) && !b.grades.includes(number);

export function kindReasons({ a, b, strong }: KnownPair): Reason[] {
  switch (kindLikeness(a.kind, b.kind)) {
    case 'same':
      return [{ code: 'kind-same', weight: isTextbook(a) ? 0.6 : 0.3 }];
    case 'doubtful':
      return [{ code: 'kind-doubtful', weight: -1, ...(strong ? {} : { bars: 'ask' as const }) }];
    case 'other':
      if (strong && !(a.kind && b.kind)) return [{ code: 'kind-missing', weight: -1 }];
      return [
        a.kind && b.kind
          ? { code: 'kind-differs', weight: -5, bars: 'different' }
          : { code: 'kind-missing', weight: -3, bars: 'different' },
      ];
    case 'missing':
      return [{ code: 'kind-missing', weight: -0.8, ...(strong ? {} : { bars: 'ask' as const }) }];
    default:
      return [];
  }
}

export function gradeReasons({ a, b, strong }: KnownPair): Reason[] {
  const inTitles = a.titleGrades.length > 0 || b.titleGrades.length > 0;
  const school = isTextbook(a) || isTextbook(b) || isTeaching(a) || isTeaching(b);
  if (!inTitles && !school) return [];
  if (a.grades.length === 0 || b.grades.length === 0) {
    if (a.grades.length === b.grades.length || !inTitles) return [];
    const [said, loose] = a.grades.length > 0 ? [a.grades, b.loose] : [b.grades, a.loose];
    if (shares(said, loose)) return [{ code: 'grade-same', weight: 0.6 }];
    return [{ code: 'grade-missing', weight: strong ? -0.3 : -1.2, ...(strong ? {} : { bars: 'ask' as const }) }];
  }
  if (!shares(a.grades, b.grades)) return [{ code: 'grade-differs', weight: -5, bars: 'different' }];
  const equal = a.grades.length === b.grades.length;
  const both = a.titleGrades.length > 0 && b.titleGrades.length > 0;
  return [
    { code: 'grade-same', weight: equal ? 0.8 : 0.2, ...(both && !equal && !strong ? { bars: 'ask' as const } : {}) },
  ];
}

/** Without a set, `Toán 6` is one of four books: people have to say which. */
export function setReasons({ a, b, strong }: KnownPair, people: Reason | null): Reason[] {
  if (a.set !== null && b.set !== null) {
    const guessed = a.setGuessed || b.setGuessed;
    if (a.set === b.set) return [{ code: 'set-same', weight: guessed ? 2 : 2.5 }];
    return [{ code: 'set-differs', weight: guessed ? -3 : -5, bars: guessed ? 'ask' : 'different' }];
  }
  if (
    !isSchoolbook(a) ||
    !isSchoolbook(b) ||
    (a.set === null && b.set === null && people !== null && people.weight >= 2.5)
  )
    return [];
  return [
    {
      code: 'set-missing',
      weight: 0,
      ...(strong || (people !== null && people.weight >= 2.5) ? {} : { bars: 'ask' as const }),
    },
  ];
}

export function subjectReasons({ a, b }: KnownPair): Reason[] {
  const apart =
    a.subjects.length > 0 &&
    b.subjects.length > 0 &&
    !shares(a.subjects, [...b.subjects, ...b.broaderSubjects]) &&
    !shares(a.broaderSubjects, b.subjects);
  if (!apart) return [];
  return isTextbook(a) || isTextbook(b) || isTeaching(a) || isTeaching(b)
    ? [{ code: 'subject-differs', weight: -2 }]
    : [{ code: 'subject-differs', weight: -0.4 }];
}
