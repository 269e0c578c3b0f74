import { createHash } from 'node:crypto';
import type { SearchFacets } from '../facets.ts';
import type { SearchDocument, SearchPage } from '../search-index.ts';
import { foldText } from '../vietnamese/fold.ts';
import { addFields, addPage } from './embedded-adding.ts';
import { Batch } from './embedded-batch.ts';
import { placeAt, toneAt } from './embedded-postings.ts';
import { fields, fieldShift, wordTerm } from './embedded-terms.ts';

/*
 * One document per record and one per page, in one index, so that a put is one task. A page carries its record's audience, facets
 * and words of the fields, so that one filter says "in the fields and on this page together", and `distinct` on the record
 * counts records: all documents of a record agree in what is counted and sorted by.
 *   fields      words of the record's fields       heading     words of the title, and each with its tone
 *   names       words of its people                labels      words of its keywords
 *   words       words of the page                  everywhere  words of all pages (records only)
 * Words are terms of the embedded engine, so that both engines find the same.
 */

export interface RecordRow extends Partial<SearchFacets> {
  key: string;
  record: string;
  id: string;
  title: string;
  agents: string[];
  keywords: string[];
  abstract: string;
  order: string;
  idOrder: string;
  publishedAt: number;
  /** 0 or 1. */
  readable: number;
  harvested: number;
  pages: number;
}

export interface PageRow {
  key: string;
  record: string;
  fileId: string;
  page: number;
  place: number;
  text: string;
}

/** Filterable values are compared without regard to case and form, and cut at 468 bytes: hex is neither. */
export function exactValue(text: string): string {
  const hex = Buffer.from(text, 'utf8').toString('hex');
  return hex.length <= 400 ? `v${hex}` : `h${createHash('sha256').update(text).digest('hex')}`;
}

/** Values above 200 bytes can be filtered by, and are not read again: no code of a vocabulary and no usable topic is so long. */
export const hasText = (value: string): boolean => value.startsWith('v');
/** The text of a value that has one. */
export const valueText = (value: string): string => Buffer.from(value.slice(1), 'hex').toString('utf8');

/** A record in keys, filters and `distinct`. */
export const recordKey = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 32);
export const pageKey = (record: string, place: number): string => `${record}-${place}`;

/** A term of the embedded engine as a filterable value. */
export function termValue(term: string): string {
  const kind = term[0]!;
  const rest = term.slice(2);
  return /^[a-z0-9]+$/.test(rest) ? kind + rest : `${kind}_${Buffer.from(rest, 'utf8').toString('hex')}`;
}

/** Two words that follow one another. 32 bits: among the words that both stand on a page, one wrong pair in some 20 million. */
export function pairValue(first: string, second: string): string {
  let hash = 0x811c9dc5;
  for (const character of `${first} ${second}`) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return `p${(hash >>> 0).toString(36)}`;
}

export const toneValue = (value: string, tone: number): string => `${value}.${tone}`;

interface Values {
  values: string[];
  /** Of the title: words, pairs, and each word with its tone. */
  heading: string[];
  /** Of people and of keywords: words and pairs. */
  names: string[];
  labels: string[];
}

function valuesOf(batch: Batch): Values {
  const values = new Set<string>();
  const byField = {
    [fields.title]: new Set<string>(),
    [fields.agents]: new Set<string>(),
    [fields.keywords]: new Set<string>(),
    [fields.abstract]: new Set<string>(),
  };
  const fieldAt = (place: number): Set<string> => byField[(place >> fieldShift) as keyof typeof byField];
  const at = new Map<number, string[]>();
  for (const [term, { spots }] of batch.postings()) {
    if (!/^[wi]:/.test(term)) continue;
    const value = termValue(term);
    values.add(value);
    for (let spot = 0; spot < spots.length; spot++) {
      const place = placeAt(spots, spot);
      fieldAt(place).add(value);
      if (place >> fieldShift === fields.title) fieldAt(place).add(toneValue(value, toneAt(spots, spot)));
      if (!term.startsWith('w:')) continue;
      const here = at.get(place);
      if (here) here.push(term);
      else at.set(place, [term]);
    }
  }
  for (const [place, terms] of at) {
    for (const next of at.get(place + 1) ?? [])
      for (const term of terms) {
        const pair = pairValue(term, next);
        values.add(pair);
        fieldAt(place).add(pair);
      }
  }
  const [heading, names, labels] = [fields.title, fields.agents, fields.keywords].map((field) => [...byField[field]]);
  return { values: [...values], heading: heading!, names: names!, labels: labels! };
}

/** Documents of a record as lines of JSON, the record first. `pagesBefore`: how many pages it had; those beyond are blanked. */
export function* documentLines(document: SearchDocument, pagesBefore: number): Generator<string> {
  const record = recordKey(document.id);
  const batch = new Batch();
  const titleWords = addFields(batch, 0, document);
  const { values, heading, names, labels } = valuesOf(batch);
  const facets = Object.fromEntries(
    Object.entries(document.facets).map(([facet, codes]) => [facet, codes.map(exactValue)]),
  );
  const shared = {
    record,
    audience: document.audience.map(exactValue),
    ...facets,
    order: exactOrder(document.titleKey),
    idOrder: exactOrder(document.id),
    publishedAt: document.publishedAt,
    fields: values,
  };
  const everywhere = new Set<string>();
  const pages = inOrder(document.pages).map((page, place) => {
    const ofPage = new Batch();
    const length = addPage(ofPage, 0, page.text, wordTerm);
    const words = valuesOf(ofPage).values;
    for (const word of words) everywhere.add(word);
    const { fileId, page: number } = page;
    const key = pageKey(record, place);
    const file = exactValue(fileId);
    return {
      ...shared,
      key,
      kind: 'page',
      file,
      fileId,
      page: number,
      place,
      text: wellFormed(page.text),
      length,
      words,
    };
  });
  yield JSON.stringify({
    ...shared,
    key: record,
    kind: 'record',
    id: document.id,
    title: wellFormed(document.title),
    agents: document.agents.map(wellFormed),
    keywords: document.keywords.map(wellFormed),
    abstract: wellFormed(document.abstract),
    heading,
    names,
    labels,
    heads: foldText(document.title),
    people: document.agents.map(foldText),
    titleWords,
    readable: document.readable ? 1 : 0,
    harvested: document.harvested ? 1 : 0,
    everywhere: [...everywhere],
    pages: pages.length,
  });
  for (const page of pages) yield JSON.stringify(page);
  for (let place = pages.length; place < pagesBefore; place++) {
    yield JSON.stringify({ key: pageKey(record, place), kind: 'gone' });
  }
}

/** Byte order of the text as a value that keeps it under folding of case. Beyond some 230 characters titles are equal. */
const exactOrder = (text: string): string => `v${Buffer.from(text, 'utf8').toString('hex').slice(0, 460)}`;

/** Half of a surrogate pair is no JSON to the server. */
const wellFormed = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

/** By file, as the embedded engine numbers them. */
function inOrder(pages: SearchPage[]): SearchPage[] {
  const byFile = new Map<string, SearchPage[]>();
  for (const page of pages) {
    const ofFile = byFile.get(page.fileId);
    if (ofFile) ofFile.push(page);
    else byFile.set(page.fileId, [page]);
  }
  return [...byFile.values()].flat();
}
