import { tokens } from '../../search/vietnamese/fold.ts';
import { slipDistance } from './slip-distance.ts';

/** Somebody who made the work. Words in the order of the source: libraries turn names round, so order decides nothing. */
export interface Person {
  words: readonly string[];
  /** Keys that keep the marks, beside `words`. */
  tones: readonly string[];
  /** The words in alphabetical order. */
  sorted: string;
  /** A body, not a human being: many works have the same. */
  body: boolean;
  role: string;
}

/** Roles around names, folded: none of them is a name with other marks. */
const around =
  /\b(tong chu bien|dong chu bien|chu bien|bien soan|bien tap|bien dich|tac gia|suu tam|tuyen chon|gioi thieu|nguoi dich|dich gia|hieu dinh|nguoi soan|giao vien)\b/g;
/** Those that a name may be but for its marks (`Minh Hoa`): where the text has the marks, or a colon after it. */
const aroundMarked =
  /(?<!\p{L})(minh h(?:oạ|ọa)|vẽ tranh|dịch|lời kể)(?!\p{L})|(?<!\p{L})(minh hoa|tranh|lời|kể|dịch|thực hiện|gv|cb|b\.s)(?=\s*[:.])/giu;
const degrees = new Set(['gs', 'pgs', 'ts', 'tskh', 'ths', 'ngut', 'ngnd', 'cn', 'bs', 'ls', 'ks', 'nsnd', 'nsut']);
const degreeWords = /\b(pho giao su|giao su|tien si|thac si|nha giao uu tu|nha giao nhan dan)\b/g;
/** Said where nobody is named. */
const nobody =
  /^(nhieu tac gia|nhom tac gia|tap the tac gia|nhieu nguoi|khuyet danh|dan gian|khong ro|vo danh|nhung nguoi khac|va cong su|cong su|many authors|various authors|unknown|anonymous|n a)$/;

/** The people of agents' names, or of a statement of responsibility. */
export function peopleIn(named: readonly { name: string; role?: string | undefined }[]): Person[] {
  const found = new Map<string, Person>();
  for (const { name, role = 'aut' } of named.slice(0, 50)) {
    if (role === 'pbl') continue;
    for (const one of namesIn(name.slice(0, 600))) {
      const person = personOf(one, role);
      if (person && !found.has(person.sorted)) found.set(person.sorted, person);
    }
  }
  return [...found.values()].sort((a, b) => (a.sorted < b.sorted ? -1 : 1)).slice(0, 12);
}

/** Cuts where another name begins; `Phụng, Vũ Trọng` is one that was turned round. */
function namesIn(text: string): string[] {
  const plain = text.replace(/\([^)]*\)|\[[^\]]*\]|\d{3,4}\??\s*[-–]\s*(\d{3,4})?/g, ' ');
  const parts = plain
    .split(/[;|/\n]/)
    .flatMap((part) => (isBodyName(tokens(part)) ? [part] : part.split(/&|\s(?:và|and)\s/iu)));
  return parts.flatMap((part) => {
    if (isBodyName(tokens(part))) return [part];
    const pieces = part
      .split(/[,:]/)
      .map((piece) => piece.trim())
      .filter(Boolean);
    if (pieces.length !== 2 || part.includes(':')) return pieces;
    const counts = pieces.map((piece) => piece.split(/[\s.]+/).filter(Boolean).length);
    if (Math.min(...counts) > 1) return pieces;
    return [counts[0] === 1 ? `${pieces[1]} ${pieces[0]}` : pieces.join(' ')];
  });
}

function personOf(text: string, role: string): Person | null {
  const all = tokens(text.normalize('NFC').replace(aroundMarked, ' ')).filter(({ fold }) => !/\d/.test(fold));
  const folded = all.map(({ fold }) => fold).join(' ');
  if (folded === '' || nobody.test(folded)) return null;
  const kept = folded.replace(around, ' ').replace(degreeWords, ' ').split(' ').filter(Boolean);
  const without = all.filter(({ fold }) => fold === kept[0] && kept.shift() !== undefined);
  const named = without.length > 2 ? without.filter(({ fold }) => !degrees.has(fold)) : without;
  const words = named.length > 0 ? named.slice(0, 12) : without.slice(0, 12);
  if (words.length === 0 || words.every(({ fold }) => fold.length === 1)) return null;
  const body = role === 'isb' || words.length > 6 || isBodyName(words);
  const folds = words.map(({ fold }) => fold);
  return { words: folds, tones: words.map(({ tone }) => tone), sorted: [...folds].sort().join(' '), body, role };
}

/** Folded beginnings of the names of bodies. */
const bodyNames =
  /^((bo|so|phong) (giao|gd|van hoa|khoa|y|cong|quoc|tu phap)|truong (mam|mau|tieu|thcs|thpt|th|mn|trung hoc|pho thong|dai hoc|cao dang)|(trung tam|cong ty|hoi|vien|uy ban|ubnd|quoc hoi|chinh phu|nha xuat ban|nxb|tong cuc) |(to|nhom) (toan|ngu|gv|giao|khoa|lich|dia|tieng|ngoai|chuyen|bo mon|tin|li|hoa|sinh))/;
/** Their first words, that no name may be taken for which only folds like them: `Tô` is a family's name, `Tổ` is an office. */
const bodyTones = new Set(
  "bô'j sơ'r phong'f trương'f trung công hôi'j viên'j uy'r chinh's nha'f tông'r tô'r nhom's quôc's".split(' '),
);

/** `Trương Vĩnh Ký` begins like a school's name; what a body is about follows it. */
function isBodyName(words: readonly { fold: string; tone: string }[]): boolean {
  const [first] = words;
  if (!first || (isMarked(first.tone) && !bodyTones.has(first.tone))) return false;
  return bodyNames.test(`${words.map(({ fold }) => fold).join(' ')} `);
}

const isMarked = (tone: string): boolean => !/^[a-z0-9]*$/.test(tone);

/**
 * How likely two names are one person's, 0 to 1: the same words in any order 1, initials .9, a slip of the hand .85, other marks on the
 * same letters .6, a middle name left out .75, a given name that may be a slip or somebody else .5.
 */
export function nameLikeness(one: Person, other: Person): number {
  const [a, b] = [one.sorted, other.sorted];
  if (a === b) return conflictingMarks(one, other) ? 0.6 : 1;
  // A slip leaves the other words as they are, initials the given name.
  if (
    !one.words.some((word) => word.length > 1 && other.words.includes(word)) &&
    (one.words.length > 1 || other.words.length > 1)
  )
    return oneWord(one, other);
  const initials = byInitials(one.words, other.words);
  if (initials > 0) return initials;
  if (within(one.words, other.words)) return 0.75;
  const [joined, against] = [one.words.join(' '), other.words.join(' ')];
  const least = Math.min(joined.length, against.length);
  if (least < 6 || Math.abs(joined.length - against.length) > 2) return 0;
  const slips = Math.min(slipDistance(joined, against, 2), slipDistance(a, b, 2));
  if (slips > (least >= 12 ? 2 : 1)) return 0;
  // One letter makes another given name of it as easily as a slip: `Hoa`, `Hoài`.
  return one.words.at(-1) === other.words.at(-1)
    ? 0.85
    : least >= 12 && one.words.length === other.words.length
      ? 0.7
      : 0.5;
}

/** `NguyễnDu` for `Nguyễn Du`, and names of two words of which one has a slip. */
function oneWord(one: Person, other: Person): number {
  return one.words.join('') === other.words.join('') ? 0.85 : 0;
}

/** The same letters, and on some word marks on both sides that are not the same: `Tuấn`, `Tuân`. */
function conflictingMarks(one: Person, other: Person): boolean {
  const left = one.words.map((word, at) => ({ word, tone: one.tones[at]! }));
  const unmet = other.words
    .map((word, at) => ({ word, tone: other.tones[at]! }))
    .filter(({ word, tone }) => {
      const same = left.findIndex((against) => against.word === word && against.tone === tone);
      if (same >= 0) left.splice(same, 1);
      return same < 0;
    });
  return unmet.some(({ word, tone }) =>
    left.some((against) => against.word === word && isMarked(tone) && isMarked(against.tone)),
  );
}

const initial = (word: string): boolean => word.length === 1 || /^(ng|ph|tr|th|kh|nh|ch|gi|qu|ngh|gh)$/.test(word);

/** Each word has its own on the other side, whole or by its first letters, and at least one is whole on both. */
function byInitials(one: readonly string[], other: readonly string[]): number {
  const [short, long] = letterCount(one) <= letterCount(other) ? [one, other] : [other, one];
  if (!short.some(initial)) return 0;
  const left = [...long];
  let whole = 0;
  for (const word of short) {
    const at = initial(word) ? -1 : left.indexOf(word);
    if (at < 0) continue;
    left.splice(at, 1);
    whole++;
  }
  const shortened = short.filter(initial);
  const wanted = short.length - shortened.length;
  if (whole === 0 || whole < wanted) return 0;
  for (const letters of shortened) {
    const at = left.findIndex((word) => word.startsWith(letters));
    if (at < 0) return 0;
    left.splice(at, 1);
  }
  return left.length === 0 ? 0.9 : left.length === 1 ? 0.75 : 0;
}

const letterCount = (words: readonly string[]): number => words.reduce((sum, word) => sum + word.length, 0);

function within(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return (
    short.length >= 2 &&
    long.length - short.length <= 2 &&
    short.every((word) => long.includes(word)) &&
    short.at(-1) === long.at(-1)
  );
}
