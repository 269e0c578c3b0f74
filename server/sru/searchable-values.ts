import type { OrganisationRow } from '../../storage/metadata/organisations.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { yearIn } from '../catalogue/crosswalks/crosswalk-record.ts';
import { marcLanguage } from '../catalogue/crosswalks/marc21.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import type { VocabularyName } from '../contract/vocabulary.ts';
import { fields } from './sru-indexes.ts';

/** One value of a record: words are cut and folded, a code is matched whole. */
export interface SearchableValue {
  field: number;
  text: string;
  code: boolean;
}

export interface SearchableRecord {
  values: SearchableValue[];
  /** Null where none is known. */
  year: number | null;
}

/** What of a record is searched: what its Dublin Core says, with people and bodies told apart. No text of pages, and no files. */
export function searchableRecord(row: RecordRow, school: OrganisationRow, vocabularies: Vocabularies): SearchableRecord {
  const said = descriptionOf(row);
  const values: SearchableValue[] = [];
  const say = (field: number, ...texts: (string | null | undefined)[]): void => {
    for (const text of texts) if (text) values.push({ field, text, code: false });
  };
  const sayCode = (field: number, ...codes: string[]): void => {
    for (const text of codes) if (text) values.push({ field, text, code: true });
  };
  const sayTerms = (field: number, name: VocabularyName, codes: readonly (string | undefined)[]): void => {
    for (const code of codes) {
      const term = code === undefined ? undefined : vocabularies.byCode[name].get(code);
      say(field, term?.vi ?? code, term?.en);
    }
  };
  say(fields.title, said.title, said.subtitle, said.subtitle ? `${said.title} ${said.subtitle}` : null);
  sayTerms(fields.series, 'textbook-set', [said.textbookSet]);
  for (const { name, role } of said.agents) say(agentFields[role] ?? fields.contributor, name);
  say(fields.publisher, said.publisher);
  sayTerms(fields.subject, 'subject', said.subjects);
  say(fields.subject, ...said.keywords, said.ddc);
  say(fields.description, said.abstract);
  sayTerms(fields.type, 'resource-type', [said.resourceType]);
  const dcmi = said.resourceType === undefined ? undefined : vocabularies.byCode['resource-type'].get(said.resourceType)?.extra['dcmi'];
  say(fields.type, said.resourceType, typeof dcmi === 'string' ? dcmi : null);
  say(fields.rights, row.licence);
  sayTerms(fields.rights, 'licence', [row.licence]);
  sayTerms(fields.audience, 'grade', said.grades);
  say(fields.institution, school.name, school.code);
  sayCode(fields.language, ...said.languages.flatMap((code) => [...new Set([code.toLowerCase(), marcLanguage(code)])]));
  for (const { scheme, value } of said.identifiers)
    sayCode(scheme === 'isbn' ? fields.isbn : scheme === 'issn' ? fields.issn : fields.otherNumber, ...new Set(numbersOf(value)));
  const year = yearIn(said.year);
  return { values, year: year === null ? null : Number(year) };
}

const agentFields: Record<string, number> = { aut: fields.maker, cmp: fields.maker, isb: fields.makingBody, pbl: fields.publishingBody };

/**
 * The forms by which a number is found, as stored and as asked: without the name of its scheme, without spaces, in lower case; an
 * ISBN or ISSN also without hyphens, and one of ten digits as its thirteen.
 */
export function numbersOf(text: string): string[] {
  const plain = text.normalize('NFC').toLowerCase().replace(/^(?:urn:)?(?:isbn|issn|doi|uuid)[:\s]\s*/, '').replace(/\s+/g, '');
  const bare = plain.replace(/[-\u2010-\u2015]/g, '');
  if (!/^[\dx*?]+$/.test(bare)) return [plain];
  return /^\d{9}[\dx]$/.test(bare) ? [isbn13(bare), bare] : [bare];
}

function isbn13(ten: string): string {
  const nine = `978${ten.slice(0, 9)}`;
  const sum = [...nine].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return `${nine}${(10 - (sum % 10)) % 10}`;
}
