import { type MatchWords, nearPhraseAt, type Phrase, phraseAt } from './match-words.ts';
import { slipDistance } from './slip-distance.ts';
import { numberAt } from './title-numbers.ts';
import { type Segment, separatedBefore, take } from './title-segments.ts';

interface GradesRead {
  words: MatchWords;
  grades: string[];
  subject: string | null;
}

const gradeNumber = (word: string | undefined): boolean => word !== undefined && /^([1-9]|1[0-2])$/.test(word);

/**
 * The name of a subject that begins at a word; one run together too, or with one slip where a grade follows. `from`: where what is left of
 * the segment begins.
 */
export function subjectAt(
  folds: readonly string[],
  at: number,
  { words }: Pick<GradesRead, 'words'>,
  from = at,
): Phrase | null {
  const phrase = phraseAt(words.subjects, folds, at, false);
  if (!phrase) {
    const glued =
      (folds[at]?.length ?? 0) >= 5
        ? words.subjects.find((one) => one.words.length > 1 && one.words.join('') === folds[at])
        : undefined;
    if (glued) return { ...glued, words: [glued.words.join(' ')] };
    const near = nearPhraseAt(words.namedSubjects, folds, at, 1);
    return near &&
      near.words.join('').length >= 4 &&
      (gradeNumber(folds[at + near.words.length]) || folds[at + near.words.length] === 'lop')
      ? near
      : null;
  }
  // `Kính vạn hoa 12` is no chemistry: a short name is one where the title begins with it.
  if (phrase.words.length === 1 && !phrase.own && !phrase.sure && at > from && folds[at - 1] !== 'mon') return null;
  const after = folds[at + phrase.words.length];
  return phrase.sure || phrase.words.length > 1 || gradeNumber(after) || after === 'lop' || after === undefined
    ? phrase
    : null;
}

/** `lớp 6`, `lớp sáu`, `lớp lá`, and the number that follows a subject or its set. */
export function gradesOf(segment: Segment, taken: Set<number>, says: GradesRead): void {
  const { folds } = segment;
  for (let at = 0; at < folds.length; at++) {
    if (taken.has(at)) continue;
    const named = says.words.grades.get(`${folds[at]} ${folds[at + 1]}`);
    if (named !== undefined) {
      says.grades.push(named);
      take(taken, at, 2);
    } else if (folds[at] === 'lop' || folds[at] === 'khoi') {
      const number = numberAt(folds, at + 1, true);
      if (!number || number.value > 12 || number.value < 1) continue;
      says.grades.push(String(number.value));
      take(taken, at, 1 + number.length);
      for (let next = at + 1 + number.length; gradeNumber(folds[next]) && separatedBefore(segment, next); next++) {
        says.grades.push(folds[next]!);
        taken.add(next);
      }
    } else {
      const subject =
        at === 0 || !taken.has(at - 1) || says.subject === null
          ? subjectAt(folds, at, says, taken.has(at - 1) ? at : 0)
          : null;
      if (!subject) continue;
      let next = at + subject.words.length;
      while (taken.has(next)) next++;
      if (next < folds.length && gradeNumber(folds[next + 1]) && slipDistance(folds[next]!, 'lop', 1) === 1)
        taken.add(next++);
      if (gradeNumber(folds[next])) {
        says.grades.push(folds[next]!);
        taken.add(next);
      }
      if (at === 0 || gradeNumber(folds[next]) || taken.has(at - 1)) says.subject ??= subject.code;
      // One slip in a subject's name before a grade is put right: the title has nothing else to be known by.
      subject.words.forEach((word, place) => {
        if (folds[at + place] !== word || word.includes(' '))
          segment.tokens[at + place] = { ...segment.tokens[at + place]!, fold: word, tone: word };
      });
      at += subject.words.length - 1;
    }
  }
}
