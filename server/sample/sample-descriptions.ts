import { readFileSync } from 'node:fs';
import { description } from '../contract/record.ts';
import type { Agent, Description, Scope } from '../contract/record.ts';
import { sampleTexts } from './sample-texts.ts';

/** One line of sample-records.json, in its own words: mon = subjects, lop = grades, loai = type, bo = textbook set, nxb = publisher, nam = year, gp = licence. */
export interface RawSampleRecord {
  id: string;
  title: string;
  author: string;
  so_hieu?: string;
  mon: string[];
  lop: string[];
  loai: string;
  bo?: string;
  nxb: string;
  nam: string;
  ddc: string;
  lang: string;
  gp: string;
}

export function sampleRecords(): RawSampleRecord[] {
  return JSON.parse(readFileSync(new URL('sample-records.json', import.meta.url), 'utf8')) as RawSampleRecord[];
}

/** Catalogues that the publishers keep open to everybody. */
const publisherCatalogues: [RegExp, string][] = [
  [/NXB Giáo dục Việt Nam/, 'https://hanhtrangso.nxbgd.vn/'],
  [/NXB Đại học Sư phạm/, 'https://hoc10.vn/'],
];

const issuingBody = /^(Quốc hội|Chính phủ|Bộ|Sở|UBND)(\s|$)/;

/**
 * "A (Tổng Chủ biên), B, C (đồng Chủ biên)" names A, and B with C: a role in brackets holds for the unmarked names
 * before it too. Years in brackets are the dates of that one person. Editors in chief get MARC relator `edt`, bodies that issue laws and rules `isb`.
 */
export function parseAgents(printed: string): Agent[] {
  const agents: Agent[] = [];
  let unmarked: Agent[] = [];
  for (const part of printed.split(',')) {
    const [, name = '', mark] = /^\s*(.*?)\s*(?:\(([^)]*)\))?\s*$/.exec(part) ?? [];
    if (name === '') continue;
    const agent: Agent = { name, role: issuingBody.test(name) ? 'isb' : 'aut' };
    agents.push(agent);
    if (mark === undefined) {
      unmarked.push(agent);
      continue;
    }
    if (/^\d{3,4}\s*-\s*(\d{3,4})?$/.test(mark)) agent.dates = mark;
    else if (/chủ biên/i.test(mark)) for (const each of [...unmarked, agent]) each.role = 'edt';
    unmarked = [];
  }
  return agents;
}

/** A note in brackets, as of a digitised copy, is no publisher; after a comma stands the place. */
function parsePublisher(printed: string): Pick<Description, 'publisher' | 'placeOfPublication'> {
  if (printed.startsWith('(')) return {};
  const [publisher, placeOfPublication] = printed.split(/,\s*/);
  return placeOfPublication === undefined ? { publisher } : { publisher, placeOfPublication };
}

/** The description of one sample record, checked against the contract. Throws when a text of ours is missing. */
export function sampleDescription(raw: RawSampleRecord): Description {
  const text = sampleTexts[raw.id];
  if (text === undefined) throw new Error(`no abstract for sample record ${raw.id}`);
  const link = raw.gp === 'LINK' ? publisherCatalogues.find(([publisher]) => publisher.test(raw.nxb))?.[1] : undefined;
  if (raw.gp === 'LINK' && link === undefined) throw new Error(`no catalogue known for ${raw.nxb}`);
  return description.parse({
    title: raw.title,
    statementOfResponsibility: raw.author.replace(/\s*\(\d{3,4}\s*-\s*\d{0,4}\)/g, ''),
    agents: parseAgents(raw.author),
    ...parsePublisher(raw.nxb),
    year: raw.nam,
    subjects: raw.mon,
    grades: raw.lop,
    resourceType: raw.loai,
    ...(raw.bo === undefined ? {} : { textbookSet: raw.bo }),
    languages: raw.lang.split(/\s*,\s*/),
    ddc: raw.ddc,
    keywords: text.keywords,
    abstract: text.abstract,
    identifiers: raw.so_hieu === undefined ? [] : [{ scheme: 'document-number', value: raw.so_hieu }],
    ...(link === undefined ? {} : { link }),
  });
}

/** Code of the vocabulary of licences. */
export const sampleLicence = (raw: RawSampleRecord): string => raw.gp;

/** What teachers agreed to share among schools stays in the sector; everything else in the sample is for everybody. */
export const sampleScope = (raw: RawSampleRecord): Scope => (raw.gp === 'NGANH' ? 'sector' : 'public');
