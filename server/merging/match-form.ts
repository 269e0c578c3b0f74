import { createHash } from 'node:crypto';
import { tokens } from '../../search/vietnamese/fold.ts';
import type { Description } from '../contract/record.ts';
import { isbnsIn } from './isbn.ts';
import type { MatchWords } from './match-words.ts';
import { peopleIn, type Person } from './person-names.ts';
import { publisherNames, samePublisher } from './publisher-names.ts';
import { editionAt, numberAt } from './title-numbers.ts';
import { readTitle, type TitlePart, type TitleSays } from './title-parts.ts';

/** Rises when forms or keys of the same description come out otherwise: stored keys are then made anew. */
export const formVersion = 1;

/** What is known of a record, from whatever school: a description that may lack anything, and what is known of its files. */
export interface MatchSource extends Partial<Omit<Description, 'year' | 'title'>> {
  title?: string | undefined;
  year?: string | undefined;
  /** Original files: sha256 in hex, and pages where they were counted. */
  files?: readonly { sha256: string; pages?: number | null }[];
  /** `176 tr. ; 24 cm`, where no file says how many pages there are. */
  extent?: string | undefined;
}

/** A record as it is compared. Plain data: may be kept as JSON. */
export interface MatchForm {
  parts: readonly TitlePart[];
  /** From the title; `grades` holds the field's where it says none. */
  titleGrades: readonly string[];
  grades: readonly string[];
  set: string | null;
  /** Not said anywhere, but its publisher makes this set alone. */
  setGuessed: boolean;
  /** Code of the kind; VBT where the title says workbook. `saidBy`: a title says it of this book, a field may hold what a school puts everywhere. */
  kind: { code: string; saidBy: 'title' | 'field'; group: string | null } | null;
  subjects: readonly string[];
  /** What the subjects are a part of: a school may say either. */
  broaderSubjects: readonly string[];
  numbers: Readonly<Record<string, string>>;
  loose: readonly string[];
  schoolYear: string | null;
  year: number | null;
  /** 0: a reprint without its number. */
  edition: number | null;
  people: readonly Person[];
  publishers: readonly string[];
  /** Valid ones, thirteen digits. */
  isbns: readonly string[];
  /** Numbers of documents (`16/2022/TT-BGDDT`), DOIs: what names one text. */
  names: readonly string[];
  hashes: readonly string[];
  pages: number | null;
  languages: readonly string[];
  /** Sixteen hex digits of all of the above: a decision remembers it, and two records with the same are described the same. */
  fingerprint: string;
}

/** The comparison form of a record. Takes anything; never throws. */
export function matchForm(source: MatchSource, words: MatchWords): MatchForm {
  const subjects = source.subjects ?? [];
  const says = readTitle(source.title ?? '', source.subtitle, words);
  const agents = (source.agents ?? []).filter(({ role }) => role !== 'pbl');
  const responsibility = source.statementOfResponsibility ?? says.responsibility;
  const people = peopleIn(agents.length > 0 || !responsibility ? agents : [{ name: responsibility }]);
  const set = says.set ?? (source.textbookSet && source.textbookSet !== 'KHAC' ? source.textbookSet : null);
  const publishers = publisherNames(source.publisher ?? agentsNamed(source, 'pbl'));
  const year = yearIn(source.year);
  const guessed =
    set === null && says.grades.length > 0 && (year === null || year >= firstOfSets)
      ? setOfPublisher(publishers, says, source, words)
      : null;
  const code = says.kind ?? source.resourceType ?? null;
  const about = [...new Set(subjects.length > 0 ? subjects : says.subject === null ? [] : [says.subject])].sort();
  const identifiers = (source.identifiers ?? []).slice(0, 50);
  const files = (source.files ?? []).slice(0, 50);
  const form: Omit<MatchForm, 'fingerprint'> = {
    parts: says.parts.filter((part) => !people.some((person) => sameWords(part.words, person.words))),
    titleGrades: says.grades,
    grades: says.grades.length > 0 ? says.grades : [...new Set(source.grades ?? [])].sort(),
    set: set === null ? guessed : (words.setParent.get(set) ?? set),
    setGuessed: guessed !== null,
    kind:
      code === null
        ? null
        : {
            code,
            saidBy: says.kind === null ? 'field' : 'title',
            group: words.kindGroup.get(code === 'VBT' ? 'SBT' : code) ?? null,
          },
    subjects: about,
    broaderSubjects: about.flatMap((one) => words.subjectParent.get(one) ?? []),
    numbers: says.numbers,
    loose: says.loose,
    schoolYear: says.schoolYear ?? schoolYearIn(source.year),
    year,
    edition: editionIn(source.edition) ?? says.edition,
    people,
    publishers,
    isbns: [
      ...new Set(
        identifiers.flatMap(({ scheme, value }) =>
          scheme === 'issn' || scheme === 'doi' ? [] : isbnsIn(value, scheme === 'isbn'),
        ),
      ),
    ].sort(),
    names: [
      ...new Set(
        identifiers.flatMap(({ scheme, value }) =>
          scheme === 'document-number' || scheme === 'doi' ? [nameOf(value)] : [],
        ),
      ),
    ]
      .filter(Boolean)
      .sort(),
    hashes: [
      ...new Set(files.map(({ sha256 }) => sha256.toLowerCase()).filter((hash) => /^[0-9a-f]{64}$/.test(hash))),
    ].sort(),
    pages: files.find(({ pages }) => (pages ?? 0) > 0)?.pages ?? pagesIn(source.extent),
    languages: [...new Set(source.languages ?? [])].sort(),
  };
  if (form.parts.length === 0) form.parts = says.parts;
  return { ...form, fingerprint: createHash('sha256').update(JSON.stringify(form)).digest('hex').slice(0, 16) };
}

/** The first sets came out for the school year 2020-2021 (domain.md §1.3). */
const firstOfSets = 2020;
const schoolbooks = new Set(['SGK', 'SBT', 'VBT', 'SGV']);

/** Not for foreign languages, whose books have sets and partners of their own. */
function setOfPublisher(
  publishers: readonly string[],
  says: TitleSays,
  source: MatchSource,
  words: MatchWords,
): string | null {
  const kind = says.kind ?? source.resourceType;
  if (kind !== undefined && !schoolbooks.has(kind)) return null;
  if (says.subject === null || (words.subjectParent.get(says.subject) ?? says.subject).startsWith('NGOAI_NGU'))
    return null;
  return words.setPublishers.find(({ name }) => publishers.some((one) => samePublisher(name, one)))?.set ?? null;
}

const sameWords = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.length > 1 && one.every((word) => other.includes(word));

const agentsNamed = (source: MatchSource, role: string): string =>
  (source.agents ?? [])
    .filter((agent) => agent.role === role)
    .map(({ name }) => name)
    .join('; ');

const nameOf = (value: string): string =>
  value
    .slice(0, 200)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9/.]/g, '');

function yearIn(text: string | undefined): number | null {
  const years = (text ?? '').slice(0, 60).match(/(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)/g);
  return years ? Number(years[0]) : null;
}

function schoolYearIn(text: string | undefined): string | null {
  const found = /(?<!\d)(20\d\d)\s*[-–/]\s*(20\d\d)(?!\d)/.exec((text ?? '').slice(0, 60));
  return found && Number(found[2]) === Number(found[1]) + 1 ? `${found[1]}-${found[2]}` : null;
}

/** Of the field, where a number alone is an edition too. */
function editionIn(text: string | undefined): number | null {
  if (!text) return null;
  const folds = tokens(text.slice(0, 200)).map(({ fold }) => fold);
  for (let at = 0; at < folds.length; at++) {
    const found = editionAt(folds, at);
    if (found) return found.value;
    const number =
      folds[at] === 'lan' || folds.length <= 2
        ? numberAt(folds, folds[at] === 'lan' ? at + 1 : at, folds[at] === 'lan')
        : null;
    if (number && number.value < 100) return number.value;
  }
  return null;
}

function pagesIn(text: string | undefined): number | null {
  const found = /(?<!\d)(\d{1,4})\s*(?:tr|trang|p|pages)\b/iu.exec((text ?? '').slice(0, 200));
  return found ? Number(found[1]) || null : null;
}
