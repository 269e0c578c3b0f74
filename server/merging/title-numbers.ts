import { slipDistance } from './slip-distance.ts';

/** Words that a number follows, folded, and what they count. Different numbers of one unit are different things. */
const units: Record<string, string> = {
  tap: 'volume',
  quyen: 'volume',
  cuon: 'volume',
  vol: 'volume',
  volume: 'volume',
  book: 'volume',
  phan: 'part',
  part: 'part',
  ban: 'version',
  ki: 'term',
  hk: 'term',
  tuan: 'week',
  tiet: 'lesson',
  bai: 'unit',
  unit: 'unit',
  chuong: 'chapter',
  so: 'issue',
  de: 'issue',
  module: 'module',
  dot: 'round',
  vong: 'round',
  muc: 'section',
  chude: 'topic',
  made: 'issue',
};
/** In front of `tap`, `phan`, … : they make another word with it. */
const notAfter: Record<string, ReadonlySet<string>> = {
  tap: new Set(['bai', 'hoc', 'luyen', 'on', 'thuc', 'tieng', 'suu', 'van']),
  phan: new Set(['thanh', 'mot', 'bo', 'co', 'phan', 'vi', 'tich']),
  so: new Set(['phan', 'tham', 'an', 'con', 'chu', 'mot', 'thong', 'he']),
  ban: new Set(['co', 'can', 'xuat', 'van', 'bieu']),
  ki: new Set(['the', 'nien']),
  de: new Set(['van', 'tieu', 'nhan', 'chu']),
};
const numerals: Record<string, number> = {
  mot: 1,
  nhat: 1,
  hai: 2,
  nhi: 2,
  ba: 3,
  bon: 4,
  tu: 4,
  nam: 5,
  lam: 5,
  sau: 6,
  bay: 7,
  tam: 8,
  chin: 9,
  muoi: 10,
  thuong: 1,
  ha: 2,
};
const romans: Record<string, number> = Object.fromEntries(
  'i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx'.split(' ').map((one, at) => [one, at + 1]),
);

export interface CountedNumber {
  unit: string;
  value: string;
  /** Words it takes, the unit's among them. */
  length: number;
}

/** `tập` with one slip, and a numeral with one: only where a schoolbook's title says nothing else there. `isFirst`: the words are the beginning of the title (`Tán 8` is no volume). */
export function slippedVolume(words: readonly string[], at: number, isFirst: boolean): CountedNumber | null {
  const word = words[at]!;
  const exact = word === 'tap' || word === 'quyen';
  const stands = at === 0 ? words.length === 2 && !isFirst : /^\d+$/.test(words[at - 1]!);
  if (!exact && !(stands && word.length >= 2 && slipDistance(word, 'tap', 1) === 1)) return null;
  if (exact && notAfter['tap']!.has(words[at - 1] ?? '')) return null;
  const next = words[at + 1];
  if (next === undefined || (words.length !== at + 2 && (at === 0 || exact))) return null;
  const number = numberAt(words, at + 1, true);
  const near = number ?? (exact && next.length >= 2 ? nearNumeral(next) : null);
  return near && near.value < 20 ? { unit: 'volume', value: String(near.value), length: 2 } : null;
}

function nearNumeral(word: string): { value: number } | null {
  const found = new Set(['mot', 'hai'].filter((one) => slipDistance(word, one, 1) === 1).map((one) => numerals[one]!));
  return found.size === 1 ? { value: [...found][0]! } : null;
}

/** The number that words say from a place on: `6`, `vi`, `mot`, `thu hai`, `muoi hai`; null where none stands there. */
export function numberAt(
  words: readonly string[],
  at: number,
  counted: boolean,
): { value: number; length: number } | null {
  const word = words[at];
  if (word === undefined) return null;
  if (/^\d{1,4}$/.test(word)) return { value: Number(word), length: 1 };
  if (!counted) return null;
  if (word === 'thu') {
    const next = numberAt(words, at + 1, true);
    return next && { value: next.value, length: next.length + 1 };
  }
  if (word === 'muoi') {
    const ones = numerals[words[at + 1] ?? ''];
    return ones !== undefined && ones < 10 ? { value: 10 + ones, length: 2 } : { value: 10, length: 1 };
  }
  const value = romans[word] ?? numerals[word];
  return value === undefined ? null : { value, length: 1 };
}

/**
 * A unit and its number that begin at a word: `tap mot`, `quyen II`, `hoc ki 1`, `T. 2` (only where nothing follows). `separated`: a
 * sign stands before the word. Null where there is none.
 */
export function countedAt(words: readonly string[], at: number, separated: boolean): CountedNumber | null {
  const word = words[at]!;
  if (/^(t|q|v|p)$/.test(word) && (separated || at + 2 === words.length)) {
    const number =
      numberAt(words, at + 1, false) ?? (romans[words[at + 1] ?? ''] && at > 0 ? numberAt(words, at + 1, true) : null);
    return number && number.value < 100
      ? { unit: word === 'p' ? 'part' : 'volume', value: String(number.value), length: 1 + number.length }
      : null;
  }
  const joined = word === 'chu' || word === 'ma' ? `${word}${words[at + 1] ?? ''}` : word;
  const unit = units[joined];
  if (unit === undefined || notAfter[word]?.has(words[at - 1] ?? '')) return null;
  const own = joined === word ? 1 : 2;
  // A number in words after these is mostly something else: `bài hai mươi`, `đề tám`, `bản tám`.
  const inWords =
    unit === 'volume' || unit === 'part' || unit === 'term' || /^(i|ii|iii|iv|v)$/.test(words[at + own] ?? '');
  if (unit === 'volume' && words[at + own] === 'cuoi') return { unit, value: 'cuoi', length: own + 1 };
  const skip = words[at + own] === 'so' ? 1 : 0;
  const number = numberAt(words, at + own + skip, inWords);
  // `tập sáu mươi truyện`, `quyển ba lô`: a numeral in words that something other than the end follows is doubtful only for `phần`.
  if (!number || number.value > 999) return null;
  return { unit, value: String(number.value), length: own + skip + number.length };
}

/** `tái bản lần thứ năm, có sửa chữa`, `in lần 2`, `2nd edition`. */
export function editionAt(folds: readonly string[], at: number): { value: number; length: number } | null {
  const reprint = folds[at] === 'tai' && folds[at + 1] === 'ban';
  const printing = (folds[at] === 'in' || folds[at] === 'xb' || folds[at] === 'ban') && folds[at + 1] === 'lan';
  if (!reprint && !printing) return null;
  let next = at + (reprint ? 2 : 1);
  if (folds[next] === 'lan') next++;
  const number = numberAt(folds, next, true);
  if (number) next += number.length;
  for (const extra of ['co', 'sua', 'chua', 'chinh', 'li', 'bo', 'sung', 'va', 'moi', 'nhat'])
    if (folds[next] === extra) next++;
  return { value: number && number.value < 100 ? number.value : 0, length: next - at };
}
