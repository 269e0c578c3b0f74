import { couldBeSyllable } from '../../search/vietnamese/syllables.ts';
import { slipDistance } from './slip-distance.ts';
import { joined, type TitlePart } from './title-parts.ts';

/** Words that so many school titles hold that sharing them says little. */
const common = new Set(
  (
    'va cua trong cho nhung cac mot hai ba voi ve la o tu den theo nguoi cuoc song the gioi viet nam hoc sinh giao vien lop bai tap sach day ' +
    'tieng toan ngu van lich su dia li vat hoa tin cong nghe khoa nhien xa hoi dao duc am nhac mi thuat chat hoat dong trai nghiem anh phap ' +
    'truyen tho tuyen chon de thi kiem tra cuoi giua ki ke hoach huong dan on luyen nang cao co ban phat trien boi duong gioi tham khao kien thuc ' +
    'danh con em be thieu nhi co tich tai lieu cau hoi giai phuong phap chuyen mon dap an trac nghiem tu luan the of and a an to in for'
  ).split(' '),
);

export const isCommon = (word: string): boolean => common.has(word) || /^\d+$/.test(word);

export interface TitleLikeness {
  /** How much the words say that both hold: about one for each word that is not common. */
  shared: number;
  /** 0: the same words. About .5 for each that may be a slip, .6 for each that is missing, 2 and more for each that is another. */
  cost: number;
  /** Words that are spelt alike but for their marks, where both have marks. */
  marks: number;
  /** Words in the place of which the other has another word. */
  swapped: number;
  /** Words of a part of the title that the other record does not have. */
  left: number;
}

/**
 * Whether two titles of three words and more have too few words in common to be looked at in order: not a third of the shorter one's words
 * stand in the longer one. Slips and words run together break two or three.
 */
export function isFarApart(one: readonly TitlePart[], other: readonly TitlePart[]): boolean {
  const [a, b] = [joined(one).words, joined(other).words];
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  if (few.length < 3) return false;
  let met = 0;
  for (const word of few) if (many.includes(word)) met++;
  return met * 3 < few.length;
}

/** How alike two titles are: as they stand, or part by part, for subtitles are left out and change places. Symmetric. */
export function titleLikeness(one: readonly TitlePart[], other: readonly TitlePart[]): TitleLikeness {
  const [a, b] = [joined(one), joined(other)];
  const whole = align(a, b);
  if ((whole.cost === 0 && whole.marks === 0) || (one.length === 1 && other.length === 1)) return whole;
  const byParts = pairParts(one, other);
  return byParts !== null && badness(byParts) < badness(whole) ? byParts : whole;
}

const badness = ({ cost, marks, left }: TitleLikeness): number => cost + marks + Math.min(1.2, left * 0.2);

/** The best partner for each part of the side that has fewer; what has none is left. */
function pairParts(one: readonly TitlePart[], other: readonly TitlePart[]): TitleLikeness | null {
  const [few, many] = one.length <= other.length ? [one, other] : [other, one];
  const candidates = few.flatMap((part, at) =>
    many.map((against, place) => ({
      at,
      place,
      likeness: align(part, against),
      words: part.words.length + against.words.length,
    })),
  );
  candidates.sort(
    (x, y) =>
      badness(x.likeness) - badness(y.likeness) || y.words - x.words || x.at + x.place - y.at - y.place || x.at - y.at,
  );
  const total: TitleLikeness = { shared: 0, cost: 0, marks: 0, swapped: 0, left: 0 };
  const [paired, taken] = [new Set<number>(), new Set<number>()];
  let main = false;
  for (const { at, place, likeness } of candidates) {
    if (paired.has(at) || taken.has(place)) continue;
    paired.add(at);
    taken.add(place);
    total.shared += likeness.shared;
    total.cost += likeness.cost;
    total.marks += likeness.marks;
    total.swapped += likeness.swapped;
    // What was said first in one of them has to be there: two subtitles alone are no title.
    main ||= at === 0 || place === 0;
  }
  if (!main) return null;
  for (const [place, part] of many.entries()) if (!taken.has(place)) total.left += part.words.length;
  return total;
}

const isMarked = (tone: string): boolean => !/^[a-z0-9]*$/.test(tone);
const worth = (word: string): number => (isCommon(word) ? 0.35 : word.length === 1 ? 0.2 : 1);

interface Step {
  cost: number;
  shared: number;
  marks: number;
  /** Words that only the one has, and only the other. */
  only: number;
  against: number;
}

const plus = (a: Step, cost: number, shared: number, marks: number, only = 0, against = 0): Step => ({
  cost: a.cost + cost,
  shared: a.shared + shared,
  marks: a.marks + marks,
  only: a.only + only,
  against: a.against + against,
});
const heavy = ({ cost, marks, shared }: Step): number => cost + marks * 0.9 - shared * 1e-6;

/** Word by word in order, by the cheapest way. */
function align(a: TitlePart, b: TitlePart): TitleLikeness {
  let start: Step = { cost: 0, shared: 0, marks: 0, only: 0, against: 0 };
  const most = Math.min(a.words.length, b.words.length);
  let from = 0;
  while (from < most && a.words[from] === b.words[from]) {
    start = equalStep(start, a, b, from, from);
    from++;
  }
  let [endA, endB] = [a.words.length, b.words.length];
  while (endA > from && endB > from && a.words[endA - 1] === b.words[endB - 1])
    start = equalStep(start, a, b, --endA, --endB);
  if (endA === from && endB === from) return ended(start);
  // Long texts that differ throughout are not looked at word by word.
  if ((endA - from) * (endB - from) > 1600)
    return ended(plus(start, missing('') * (endA - from + endB - from), 0, 0, endA - from, endB - from));
  let rows: Step[][] = [];
  for (let i = from; i <= endA; i++) {
    const row: Step[] = [];
    for (let j = from; j <= endB; j++) {
      let best: Step | null = i === from && j === from ? start : null;
      const offer = (step: Step): void => {
        if (best === null || heavy(step) < heavy(best)) best = step;
      };
      const above = rows.at(-1);
      if (above) offer(plus(above[j - from]!, missing(a.words[i - 1]!), 0, 0, 1, 0));
      if (j > from) offer(plus(row[j - 1 - from]!, missing(b.words[j - 1]!), 0, 0, 0, 1));
      if (above && j > from) {
        const before = above[j - 1 - from]!;
        if (a.words[i - 1] === b.words[j - 1]) offer(equalStep(before, a, b, i - 1, j - 1));
        else if (isNear(a.words[i - 1]!, b.words[j - 1]!)) offer(nearStep(before, a.words[i - 1]!, b.words[j - 1]!));
      }
      const above2 = rows.at(-2);
      if (above2 && j > from && a.words[i - 2]! + a.words[i - 1]! === b.words[j - 1])
        offer(plus(above2[j - 1 - from]!, 0.25, 0.8, 0));
      if (above && j > from + 1 && b.words[j - 2]! + b.words[j - 1]! === a.words[i - 1])
        offer(plus(above[j - 2 - from]!, 0.25, 0.8, 0));
      row.push(best!);
    }
    rows = rows.length > 1 ? [rows.at(-1)!, row] : [...rows, row];
  }
  return ended(rows.at(-1)!.at(-1)!);
}

function equalStep(before: Step, a: TitlePart, b: TitlePart, i: number, j: number): Step {
  const [tone, against] = [a.tones[i]!, b.tones[j]!];
  const differ = tone !== against && isMarked(tone) && isMarked(against);
  return plus(before, 0, worth(a.words[i]!), differ ? 1 : 0);
}

const missing = (word: string): number => (/^\d+$/.test(word) ? 0.8 : isCommon(word) ? 0.5 : 0.7);

/** A word missing on either side is one in place of another. */
function ended({ cost, shared, marks, only, against }: Step): TitleLikeness {
  const swapped = Math.min(only, against);
  return { shared, cost: cost + swapped, marks, swapped, left: 0 };
}

function isNear(one: string, other: string): boolean {
  const least = Math.min(one.length, other.length);
  if (least < 2 || /\d/.test(one) || /\d/.test(other)) return false;
  const allowed = least >= 6 ? 2 : 1;
  return slipDistance(one, other, allowed) <= allowed;
}

/** Where both are syllables it may be a slip or another word. */
function nearStep(before: Step, one: string, other: string): Step {
  const slip = !couldBeSyllable(one) || !couldBeSyllable(other);
  return plus(before, slip ? 0.35 : 0.75, Math.min(worth(one), worth(other)) * 0.6, 0);
}
