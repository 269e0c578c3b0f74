import { isTextbook } from './kind-likeness.ts';
import type { Reason } from './match-reasons.ts';
import { nameLikeness, type Person } from './person-names.ts';
import type { KnownPair } from './qualifier-reasons.ts';

/** Weight of authors who are not the same: from here on two records of one title are two works. */
export const otherAuthor = -4.5;
const peopleWeights: [least: number, weight: number][] = [
  [1, 3.5],
  [0.9, 2.1],
  [0.85, 2.8],
  [0.75, 2.1],
  [0.7, 1.6],
];

/** What the names say; null where neither record has any. */
export function peopleReason({ a, b, strong }: KnownPair): Reason | null {
  if (a.people.length === 0 || b.people.length === 0)
    return a.people.length === b.people.length ? null : { code: 'people-missing', weight: -0.2 };
  const [few, many] = a.people.length <= b.people.length ? [a.people, b.people] : [b.people, a.people];
  const { best, bestIsBody, met, hits } = meetings(few, many);
  if (best >= 0.7) {
    // Two of a list are hardly there by chance; one of many that are not may be.
    const weight = bestIsBody
      ? 1.2
      : peopleWeights.find(([least]) => best >= least)![1] + (hits > 1 ? 0.8 : 0) - (met * 2 < few.length ? 1 : 0);
    return { code: met === few.length && few.length === many.length ? 'people-same' : 'people-some', weight };
  }
  if (best >= 0.5)
    return { code: 'people-near', weight: best >= 0.6 ? 0.8 : 0, ...(strong ? {} : { bars: 'ask' as const }) };
  const bodies = a.people.every(({ body }) => body) !== b.people.every(({ body }) => body);
  const roles = few.every(({ role }) => many.every((against) => against.role !== role));
  // A textbook has a dozen authors, of whom each school names another few; its set, grade and kind say which it is.
  if (isTextbook(a) && isTextbook(b))
    return { code: 'people-differ', weight: a.set !== null && a.set === b.set ? -0.8 : -2.5 };
  return {
    code: 'people-differ',
    weight: bodies || roles ? -1.5 : otherAuthor,
    ...(strong ? {} : { bars: 'ask' as const }),
  };
}

/** How many of the few are among the many, and how alike the most alike are. */
function meetings(
  few: readonly Person[],
  many: readonly Person[],
): { best: number; bestIsBody: boolean; met: number; hits: number } {
  const found = { best: 0, bestIsBody: false, met: 0, hits: 0 };
  const names = new Map(many.map((person) => [person.sorted, person]));
  const note = (likeness: number, body: boolean): void => {
    if (likeness > found.best || (likeness === found.best && !body)) [found.best, found.bestIsBody] = [likeness, body];
  };
  const left: Person[] = [];
  for (const person of few) {
    const same = names.get(person.sorted);
    const likeness = same ? nameLikeness(person, same) : 0;
    if (!same || likeness < 1) left.push(person);
    else {
      found.met++;
      found.hits++;
      note(1, person.body || same.body);
    }
  }
  // Where half of them are there, how the others are spelt decides nothing.
  if (found.met * 2 >= few.length) return found;
  for (const person of left) {
    let own = 0;
    for (const against of many) {
      const likeness = nameLikeness(person, against);
      own = Math.max(own, likeness);
      if (likeness > 0) note(likeness, person.body || against.body);
    }
    if (own >= 0.7) found.met++;
    if (own >= 0.85) found.hits++;
  }
  return found;
}
