import { couldBeSyllable } from '../../search/vietnamese/syllables.ts';
import { gluedPhraseAt, type MatchWords, nearPhraseAt, type Phrase, phraseAt } from './match-words.ts';
import { gradesOf, subjectAt } from './title-grades.ts';
import { countedAt, editionAt, slippedVolume } from './title-numbers.ts';
import { type Segment, segmentsOf, separatedBefore, take } from './title-segments.ts';

/** A title between two separators without what was taken out of it. */
export interface TitlePart {
  words: readonly string[];
  tones: readonly string[];
}

export interface TitleSays {
  /** As they stand; never empty unless the title has no letter and no digit. */
  parts: TitlePart[];
  grades: string[];
  set: string | null;
  kind: string | null;
  subject: string | null;
  /** By unit: volume, part, version, term, week, lesson, unit, chapter, issue, module, round. */
  numbers: Record<string, string>;
  /** Digits that nothing says what they count. */
  loose: string[];
  /** `tái bản lần thứ năm` → 5; 0: a reprint without its number. */
  edition: number | null;
  /** `2024-2025` of `năm học 2024-2025`. */
  schoolYear: string | null;
  /** Names after ` / `, as ISBD writes them. */
  responsibility: string | null;
}

/** Programs and people add these; they say nothing of the work. */
const noise =
  /^(pdf|docx?|pptx?|ebook|e book|scan|ban scan|file|file pdf|ban pdf|ban dep|ban day du|full|sach|bo sach|bo|sach dien tu|sach so|tai lieu|download|free|nxb( \w+)*|nha xuat ban( \w+)*|theo chuong trinh( moi| gdpt 2018| 2018)?)$/;
/** Units whose number stays apart from the title; the others are a part of what it says. */
const takenUnits = new Set(['volume', 'part', 'version']);

interface Reading extends TitleSays {
  words: MatchWords;
}

/** Reads a title and subtitle. Anything may be given: what cannot be read is left in the title's words. */
export function readTitle(title: string, subtitle: string | undefined, words: MatchWords): TitleSays {
  const cut = [segmentsOf(title, true), segmentsOf(subtitle ?? '', false)];
  const says: Reading = {
    parts: [],
    grades: [],
    set: null,
    kind: null,
    subject: null,
    numbers: {},
    loose: [],
    edition: null,
    schoolYear: null,
    responsibility: cut[0]!.responsibility,
    words,
  };
  const segments = cut.flatMap((one) => one.segments);
  // A set's short name counts where a grade or a kind says that this is a schoolbook, so what is sure is read first.
  const read = segments.map((segment, at) => sureOf(segment, says, at === 0));
  for (const [at, segment] of segments.entries()) {
    doubtfulOf(segment, read[at]!, says);
    gradesOf(segment, read[at]!, says);
  }
  for (const [at, segment] of segments.entries()) addPart(segment, read[at]!, says);
  if (says.parts.length === 0) for (const segment of segments) addPart(segment, new Set(), { ...says, loose: [] });
  if (says.parts.length > 4) says.parts = [...says.parts.slice(0, 3), joined(says.parts.slice(3))];
  const { words: _words, ...rest } = says;
  return { ...rest, grades: [...new Set(says.grades)].sort(), loose: [...new Set(says.loose)].sort() };
}

export const joined = (parts: readonly TitlePart[]): TitlePart =>
  parts.length === 1
    ? parts[0]!
    : { words: parts.flatMap((part) => part.words), tones: parts.flatMap((part) => part.tones) };

/** Editions, numbers with their units, sure names of sets and kinds. Answers the places of words that were taken. */
function sureOf(segment: Segment, says: Reading, isFirst: boolean): Set<number> {
  const { folds } = segment;
  const taken = new Set<number>();
  for (let at = 0; at < folds.length; at++) {
    if (taken.has(at)) continue;
    const edition = editionAt(folds, at);
    if (edition) {
      says.edition ??= edition.value;
      take(taken, at, edition.length);
      continue;
    }
    if (folds[at] === 'nam' && folds[at + 1] === 'hoc' && /^(19|20)\d\d$/.test(folds[at + 2] ?? '')) {
      const to = /^(19|20)\d\d$/.test(folds[at + 3] ?? '') ? folds[at + 3]! : String(Number(folds[at + 2]) + 1);
      says.schoolYear ??= `${folds[at + 2]}-${to}`;
      take(taken, at, to === folds[at + 3] ? 4 : 3);
      continue;
    }
    const counted = countedAt(folds, at, separatedBefore(segment, at)) ?? slippedVolume(folds, at, isFirst);
    if (counted) {
      const unit = counted.unit in says.numbers && counted.unit === 'volume' ? 'part' : counted.unit;
      says.numbers[unit] ??= counted.value;
      if (takenUnits.has(counted.unit)) take(taken, at, counted.length);
      else at += counted.length - 1;
      continue;
    }
    takePhrase(segment, at, taken, says, true);
  }
  return taken;
}

/** `bộ sách Cánh Diều` and `sách giáo khoa`, where they are nothing else. */
function takePhrase(segment: Segment, at: number, taken: Set<number>, says: Reading, sureOnly: boolean): void {
  const { folds } = segment;
  const set =
    phraseAt(says.words.sets, folds, at, sureOnly) ?? (sureOnly ? nearPhraseAt(says.words.sets, folds, at, 4) : null);
  if (set && (sureOnly || setStands(segment, at, set, says))) {
    says.set ??= set.code;
    const before =
      folds[at - 1] === 'sach' && folds[at - 2] === 'bo' ? 2 : /^(bo|sach)$/.test(folds[at - 1] ?? '') ? 1 : 0;
    return take(taken, at - before, set.words.length + before);
  }
  const glued = sureOnly ? gluedPhraseAt(says.words.kinds, folds, at) : null;
  const kind =
    phraseAt(says.words.kinds, folds, at, sureOnly) ??
    glued?.phrase ??
    (sureOnly ? nearPhraseAt(says.words.kinds, folds, at, 3) : null);
  if (!kind || says.kind !== null) return;
  const book = /^(SGK|SBT|SGV)$/.test(kind.code);
  if (at > 0 && !book) return;
  if (!sureOnly && !(at === 0 && (kind.words.length > 1 || kind.words.length === folds.length))) return;
  says.kind = kindNamed(kind);
  take(taken, at, glued?.took ?? kind.words.length);
}

/** `Vở bài tập` and `Sách bài tập` are two books of one subject, whatever the vocabulary calls both. */
const kindNamed = ({ code, words }: Phrase): string =>
  code === 'SBT' && (words[0] === 'vo' || words[0] === 'vbt') ? 'VBT' : code;

function setStands({ folds, text }: Segment, at: number, set: Phrase, says: Reading): boolean {
  if (set.words.length === folds.length && text.length < 60)
    return says.grades.length > 0 || says.kind !== null || /\d/.test(text) || set.words.length > 1;
  const schoolbook =
    says.kind !== null || /^([1-9]|1[0-2])$/.test(folds[at - 1] ?? '') || /^(bo|sach)$/.test(folds[at - 1] ?? '');
  return schoolbook && at > 0 && (set.words.length > 1 || at + 1 === folds.length);
}

/** Short names and `bài tập` before a subject. */
function doubtfulOf(segment: Segment, taken: Set<number>, says: Reading): void {
  const { folds } = segment;
  for (let at = 0; at < folds.length; at++) if (!taken.has(at)) takePhrase(segment, at, taken, says, false);
  const isAll = folds.length === 2;
  const took = folds[0] === 'baitap' ? 1 : folds[0] === 'bai' && folds[1] === 'tap' ? 2 : 0;
  if (says.kind === null && took > 0 && (isAll || subjectAt(folds, took, says))) {
    says.kind = 'SBT';
    take(taken, 0, took);
  }
}

/** What is left of a segment, with the abbreviations of subjects spelt out. */
function addPart({ tokens: found, folds }: Segment, taken: ReadonlySet<number>, says: Reading): void {
  const left = found.filter((_, at) => !taken.has(at));
  if (left.length === 0 || noise.test(left.map(({ fold }) => fold).join(' '))) return;
  const words: string[] = [];
  const tones: string[] = [];
  // Numbers are compared as numbers; a title of nothing else keeps them.
  const onlyNumbers = left.every(({ fold }) => /^\d+$/.test(fold));
  for (let at = 0; at < found.length; at++) {
    if (taken.has(at)) continue;
    const { fold, tone } = found[at]!;
    if (/^\d+$/.test(fold)) {
      says.loose.push(fold.replace(/^0+(?=\d)/, ''));
      if (!onlyNumbers) continue;
    }
    const subject = !couldBeSyllable(fold) && fold.length > 1 ? phraseAt(says.words.subjects, folds, at, true) : null;
    const long =
      subject &&
      says.words.subjects.find(
        ({ code, sure, words: own }) => code === subject.code && sure && own.every(couldBeSyllable),
      );
    if (subject && long) {
      words.push(...long.words);
      tones.push(...long.words);
      at += subject.words.length - 1;
    } else {
      // A subject that was written as one word was cut by subjectAt.
      words.push(...fold.split(' '));
      tones.push(...(fold.includes(' ') ? fold.split(' ') : [tone]));
    }
  }
  says.parts.push({ words, tones });
}
