import { foldText, tokens } from '../../search/vietnamese/fold.ts';
import { countSyllables } from '../../search/vietnamese/syllables.ts';
import type { Description } from '../contract/record.ts';
import { findGrades, findTerm, foldedWords, type FoundTerm, type Terms } from './guess-terms.ts';
import { readableName, titleFromName, titleFromText } from './guess-title.ts';

/** Values for fields of the description, and the names of those fields. */
export interface Guess {
  fields: Partial<Description>;
  guessed: string[];
}

export interface GuessSource {
  /** The file's name as it was uploaded. */
  name: string;
  metadata: { title?: string; author?: string; subject?: string; keywords?: string };
  firstPageText: string;
  terms: Terms;
}

/** What programs write where a title or an author should be. */
const junkTitle =
  /^(microsoft |powerpoint|slide ?\d*$|untitled|document ?\d*$|print|scan|page ?\d|book ?\d*$|presentation|không có tiêu đề|trang chiếu)|\.(docx?|pdf|pptx?|xlsx?|indd|qxd|tex|dvi|cdr|ps|jpe?g|png|txt)$|^https?:/i;
const junkAuthor =
  /^(admin|administrator|user|windows|microsoft|hp|dell|acer|asus|lenovo|pc|my ?pc|owner|unknown|author|scanner|canon|epson|adobe|ismail|techsi|welcome|www\.)|\d|@|https?:|\.(com|vn|net|org)$/i;
/** A teacher's name follows these at the head of a lesson plan. */
const authorLine =
  /(?:giáo viên(?: thực hiện| soạn)?|người soạn|người thực hiện|tác giả|họ và tên giáo viên|gv(?:th)?)\s*[:：]\s*([^\n,;(]{3,60})/iu;
const schoolYear = /\b(20[0-4]\d)\s*[-–]\s*(20[0-4]\d)\b/;
const headLetters = 1200;

/** Guesses the description of a resource from its file's name, what the file says of itself and its first page. */
export function guessDescription({ name, metadata, firstPageText, terms }: GuessSource): Guess {
  const readable = readableName(name);
  const head = firstPageText.slice(0, headLetters);
  const named = termsOf(foldedWords(readable), terms, true);
  const written = termsOf(foldedWords(head), terms, false);
  const fields: Partial<Description> = {};

  const title =
    soundTitle(metadata.title, head) ??
    titleFromName(readable, named.taken, head, subjectTitle(named, terms)) ??
    titleFromText(head);
  fields.title = (title ?? readable).slice(0, 500);
  const author = soundAuthor(metadata.author) ?? authorOf(head);
  if (author) fields.agents = [{ name: author, role: 'aut' }];
  const subject = named.subject ?? written.subject;
  if (subject) fields.subjects = [subject.code];
  const grades = named.grades.length ? named.grades : written.grades.slice(0, 1);
  if (grades.length) fields.grades = [...new Set(grades.map((grade) => grade.code))];
  const type = named.type ?? written.type;
  if (type) fields.resourceType = type.code;
  const set = named.set ?? written.set;
  if (set) fields.textbookSet = set.code;
  const language = languageOf(firstPageText || readable);
  if (language) fields.languages = [language];
  const year = schoolYear.exec(name) ?? schoolYear.exec(head);
  if (year) fields.year = `${year[1]}-${year[2]}`;
  return { fields, guessed: Object.keys(fields) };
}

interface FoundTerms {
  subject: FoundTerm | null;
  grades: FoundTerm[];
  type: FoundTerm | null;
  set: FoundTerm | null;
  /** Indexes of the words that named a term. */
  taken: ReadonlySet<number>;
}

/** In running text only names of two words and more count. */
function termsOf(words: string[], terms: Terms, isName: boolean): FoundTerms {
  const taken = new Set<number>();
  const take = (found: FoundTerm | null): FoundTerm | null => {
    for (let at = found?.from ?? 0; at < (found?.to ?? 0); at++) taken.add(at);
    return found;
  };
  const options = { longOnly: !isName, taken };
  const subject = take(
    findTerm(words, terms.subject ?? [], options) ?? (isName ? null : subjectAfterMon(words, terms)),
  );
  const grades = findGrades(words, subject?.to ?? null, terms.grade ?? []);
  for (const grade of grades) take(grade);
  const set = take(findTerm(words, terms['textbook-set'] ?? [], options));
  const type = take(findTerm(words, terms['resource-type'] ?? [], { ...options, first: isName }));
  return { subject, grades, set, type, taken };
}

/** `Môn: Toán` names a subject of one word. */
function subjectAfterMon(words: string[], terms: Terms): FoundTerm | null {
  const at = words.indexOf('mon');
  if (at < 0) return null;
  const next = words.slice(at + 1, at + 4);
  const found = findTerm(next, terms.subject ?? [], { first: true });
  return found && found.from === 0 ? { ...found, from: at + 1, to: at + 1 + found.to } : null;
}

/** `Ngữ văn 6`, for a title that the name alone cannot spell. */
function subjectTitle(found: FoundTerms, terms: Terms): string | null {
  const subject = terms.subject?.find((term) => term.code === found.subject?.code);
  if (!subject) return null;
  return [subject.vi, ...found.grades.slice(0, 1).map((grade) => grade.code)].join(' ');
}

/** A title that a program left behind is none, nor is one that has nothing of the first page it could be on. */
function soundTitle(title: string | undefined, head: string): string | null {
  const clean = title?.trim() ?? '';
  if (clean.length < 4 || junkTitle.test(clean) || !/\p{L}{2}/u.test(clean) || clean.includes('\ufffd')) return null;
  const folded = foldText(clean);
  // Templates keep their first owner's title: without marks and not on the page, it is not this text's.
  const marked = clean.normalize('NFD') !== clean;
  if (!marked && head.length > 100 && !foldText(head).includes(folded) && languageOf(head) === 'vi') return null;
  return clean;
}

function soundAuthor(author: string | undefined): string | null {
  const clean = author?.trim() ?? '';
  return clean.split(/\s+/).length >= 2 && clean.length <= 100 && !junkAuthor.test(clean) && /^\p{L}/u.test(clean)
    ? clean
    : null;
}

function authorOf(head: string): string | null {
  const name =
    authorLine
      .exec(head)?.[1]
      ?.trim()
      .replace(/[.…\s]+$/u, '') ?? '';
  const words = name.split(/\s+/);
  return words.length >= 2 && words.length <= 6 && words.every((word) => /^\p{Lu}\p{L}*$/u.test(word)) ? name : null;
}

const english = new Set(['the', 'of', 'and', 'to', 'in', 'is', 'for', 'with', 'that', 'this', 'are', 'you']);

function languageOf(text: string): 'vi' | 'en' | null {
  const { words, valid } = countSyllables(text);
  if (words >= 3 && valid >= words * 0.7 && text.normalize('NFD') !== text) return 'vi';
  const found = tokens(text).map((token) => token.fold);
  return found.length >= 20 && found.filter((word) => english.has(word)).length > found.length * 0.1 ? 'en' : null;
}
