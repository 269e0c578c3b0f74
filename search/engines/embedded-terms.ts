import { tokens } from '../vietnamese/fold.ts';
import { romanNumber } from '../vietnamese/numerals.ts';
import { facetNames, type FacetName } from '../facets.ts';
import type { SearchDocument } from '../search-index.ts';
import { addDoc, addSpot, startWriting, toneByte, type Writing } from './embedded-postings.ts';

/** What is found by a key in the postings table. */
export const wordTerm = (fold: string): string => `w:${fold.slice(0, 40)}`;
export const initialsTerm = (letters: string): string => `i:${letters}`;
export const audienceTerm = (token: string): string => `a:${token}`;
export const facetTerm = (facet: FacetName, code: string): string => `f:${facet}:${code}`;

/** A place in the fields of a record: the field in the two high bits. */
export const fieldShift = 14;
const mostFieldPlace = (1 << fieldShift) - 1;
export const fields = { title: 0, agents: 1, keywords: 2, abstract: 3 } as const;
type Field = (typeof fields)[keyof typeof fields];

/** Postings of the documents of one batch, by term. */
export type Batch = Map<string, Writing>;

function add(batch: Batch, term: string, doc: number): Writing {
  let writing = batch.get(term);
  if (writing === undefined) batch.set(term, (writing = startWriting(doc)));
  else addDoc(writing, doc);
  return writing;
}

/** Returns the number of words. */
export function addPage(batch: Batch, doc: number, text: string): number {
  let before: string | undefined;
  const found = tokens(text);
  found.forEach((token, place) => {
    addSpot(add(batch, wordTerm(token.fold), doc), place, toneByte(token.tone));
    const number = romanNumber(token.text, before);
    if (number !== null) addSpot(add(batch, wordTerm(number), doc), place, 0);
    before = token.fold;
  });
  return found.length;
}

/** Returns the number of words of the title. */
export function addFields(batch: Batch, doc: number, document: SearchDocument): number {
  const titleWords = addField(batch, doc, fields.title, [document.title]);
  addField(batch, doc, fields.agents, document.agents);
  addField(batch, doc, fields.keywords, document.keywords);
  addField(batch, doc, fields.abstract, [document.abstract]);
  for (const token of new Set(document.audience)) add(batch, audienceTerm(token), doc);
  for (const facet of facetNames) {
    for (const code of new Set(document.facets[facet])) add(batch, facetTerm(facet, code), doc);
  }
  return titleWords;
}

function addField(batch: Batch, doc: number, field: Field, texts: string[]): number {
  const base = field << fieldShift;
  let place = 0;
  for (const text of texts) {
    const found = tokens(text);
    // Aliases are written without marks; that says nothing against what a reader typed with them.
    const bare = field === fields.keywords && found.every((token) => token.tone === token.fold);
    found.forEach((token, index) => {
      const spot = base + Math.min(place + index, mostFieldPlace);
      addSpot(add(batch, wordTerm(token.fold), doc), spot, bare ? 0 : toneByte(token.tone));
      const number = romanNumber(token.text, found[index - 1]?.fold);
      if (number !== null) addSpot(add(batch, wordTerm(number), doc), spot, 0);
      if (field === fields.title) addInitials(batch, doc, spot, found.slice(index, index + 6), 3);
    });
    // A label is abbreviated as a whole: `Giáo dục của địa phương` is no `gdcd`.
    if (field === fields.keywords && found.length <= 6) {
      addInitials(batch, doc, base + Math.min(place, mostFieldPlace), found, Math.max(3, found.length));
    }
    // One place is left empty, so that no phrase runs from one entry into the next.
    place += found.length + 1;
  }
  return place - texts.length;
}

/** `Thành phố Hồ Chí Minh` is also found as `tphcm`; from three letters on, because two say too little. */
function addInitials(batch: Batch, doc: number, spot: number, words: { fold: string }[], shortest: number): void {
  let letters = '';
  for (const { fold } of words) {
    if (!/^[a-z]/.test(fold)) return;
    letters += fold[0];
    if (letters.length >= shortest) addSpot(add(batch, initialsTerm(letters), doc), spot, 0);
  }
}
