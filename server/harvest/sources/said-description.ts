import { cleanText } from '../../catalogue/description-input.ts';
import { yearIn } from '../../catalogue/crosswalks/crosswalk-record.ts';
import type { Agent } from '../../contract/record.ts';
import type { TermWords } from './term-words.ts';

/** What a record of another catalogue says, gathered field by field; every text already short enough for a description. */
export interface SaidDescription {
  title: string | null;
  subtitle: string | null;
  statementOfResponsibility: string | null;
  agents: Agent[];
  publisher: string | null;
  placeOfPublication: string | null;
  year: string | null;
  edition: string | null;
  subjects: string[];
  grades: string[];
  resourceType: string | null;
  textbookSet: string | null;
  languages: string[];
  ddc: string | null;
  keywords: string[];
  abstract: string | null;
  identifiers: { scheme: 'isbn' | 'issn' | 'doi' | 'local'; value: string }[];
  /** Addresses where it can be seen, in the order they were told. */
  links: string[];
  licence: string | null;
}

export const nothingSaid = (): SaidDescription => ({
  ...{ title: null, subtitle: null, statementOfResponsibility: null, agents: [], publisher: null, placeOfPublication: null, year: null, edition: null },
  ...{ subjects: [], grades: [], resourceType: null, textbookSet: null, languages: [], ddc: null, keywords: [], abstract: null, identifiers: [], links: [], licence: null },
});

/** Cut at `most` characters, at a word where there is one; null where nothing is left. */
export function clipped(text: string | null | undefined, most: number, keepLines = false): string | null {
  const clean = cleanText(text ?? '', keepLines);
  if (clean.length <= most) return clean || null;
  const cut = clean.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '');
  const at = cut.lastIndexOf(' ');
  return `${at > most / 2 ? cut.slice(0, at) : cut}…`;
}

/** The year out of a date, or the date as it stands where it is short. */
export const yearSaid = (text: string | null): string | null => yearIn(text ?? undefined) ?? (text !== null && text.length <= 20 ? clipped(text, 20) : null);

/** A word about what it is about or for: a subject, grade, type or textbook set of ours, else a keyword. */
export function sayTopic(said: SaidDescription, terms: TermWords, text: string): void {
  const subject = terms.code('subject', text);
  if (subject !== null) return add(said.subjects, subject, 20);
  if (sayPlace(said, terms, text)) return;
  // 372.7, 510: a number of the Dewey classification.
  if (/^\d{3}(\.\d+)?$/.test(text.trim())) return void (said.ddc ??= text.trim().slice(0, 40));
  const keyword = clipped(text, 200);
  if (keyword !== null) add(said.keywords, keyword, 50);
}

/** True when the words are a grade, type or textbook set of ours, which is then noted. */
export function sayPlace(said: SaidDescription, terms: TermWords, text: string): boolean {
  const grade = terms.code('grade', text);
  if (grade !== null) add(said.grades, grade, 20);
  const type = terms.code('resource-type', text);
  if (type !== null) said.resourceType ??= type;
  const set = terms.code('textbook-set', text);
  if (set !== null) said.textbookSet ??= set;
  return grade !== null || type !== null || set !== null;
}

/** ISBN, ISSN, DOI and addresses are told apart by their looks; what is none of these may be anything, and is kept as it is. */
export function sayIdentifier(said: SaidDescription, text: string): void {
  const value = clipped(text, 300);
  if (value === null) return;
  const bare = value.replace(/^(urn:)?(isbn|issn|doi)[:\s]*/i, '');
  const doi = /^(?:https?:\/\/(?:dx\.)?doi\.org\/)?(10\.\d{4,9}\/\S+)$/.exec(bare)?.[1];
  const isbn = /^(97[89][\d-\s]{10,14}|[\d-\s]{9,12}[\dXx])(?:\s*\(.*\))?$/.exec(bare)?.[1]?.replace(/[\s-]/g, '');
  if (doi) add(said.identifiers, { scheme: 'doi', value: doi }, 20);
  else if (/^https?:\/\//i.test(value)) sayLink(said, value);
  else if (/^\d{4}-\d{3}[\dXx]$/.test(bare)) add(said.identifiers, { scheme: 'issn', value: bare }, 20);
  else if (isbn && (isbn.length === 13 || isbn.length === 10)) add(said.identifiers, { scheme: 'isbn', value: isbn }, 20);
  else add(said.identifiers, { scheme: 'local', value }, 20);
}

export function sayLink(said: SaidDescription, text: string): void {
  const address = text.trim();
  if (address.length <= 2000 && /^https?:\/\//i.test(address) && URL.canParse(address)) add(said.links, new URL(address).href, 20);
}

export function sayAgent(said: SaidDescription, name: string | null, role: string, dates?: string | null): void {
  const clean = clipped(name, 200);
  if (clean === null) return;
  const when = clipped(dates, 40);
  add(said.agents, { name: clean, role, ...(when ? { dates: when } : {}) }, 50);
}

/** Once, and no more than the field holds. */
export function add<T>(list: T[], value: T, most: number): void {
  const key = JSON.stringify(value);
  if (list.length < most && !list.some((one) => JSON.stringify(one) === key)) list.push(value);
}
