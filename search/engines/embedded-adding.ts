import { tokens, wordsOf } from '../vietnamese/fold.ts';
import { romanNumber } from '../vietnamese/numerals.ts';
import { facetNames } from '../facets.ts';
import type { SearchDocument } from '../search-index.ts';
import type { Batch } from './embedded-batch.ts';
import { toneByte } from './embedded-postings.ts';
import {
  audienceTerm,
  facetTerm,
  fields,
  fieldShift,
  initialsTerm,
  mostFieldPlace,
  pageTerm,
  wordTerm,
  type Field,
} from './embedded-terms.ts';

/** Returns the number of words. `termOf`: what a word of a page is found by. */
export function addPage(batch: Batch, page: number, text: string, termOf = pageTerm): number {
  const found = wordsOf(text);
  let counted = false;
  for (let place = 0; place < found.length; place++) {
    const word = found[place]!;
    batch.addWord(termOf, word, page, place);
    if (counted) {
      const number = romanNumber(word.text, found[place - 1]!.fold);
      if (number !== null) batch.add(termOf(number), page, place, 0);
    }
    counted = word.counts;
  }
  return found.length;
}

/** Returns the number of words of the title. */
export function addFields(batch: Batch, entry: number, document: SearchDocument): number {
  const titleWords = addField(batch, entry, fields.title, [document.title]);
  addField(batch, entry, fields.agents, document.agents);
  addField(batch, entry, fields.keywords, document.keywords);
  addField(batch, entry, fields.abstract, [document.abstract]);
  for (const token of new Set(document.audience)) batch.add(audienceTerm(token), entry, 0, 0);
  for (const facet of facetNames) {
    for (const code of new Set(document.facets[facet])) batch.add(facetTerm(facet, code), entry, 0, 0);
  }
  return titleWords;
}

function addField(batch: Batch, entry: number, field: Field, texts: string[]): number {
  const base = field << fieldShift;
  let place = 0;
  for (const text of texts) {
    const found = tokens(text);
    // Aliases are written without marks; that says nothing against what a reader typed with them.
    const bare = field === fields.keywords && found.every((token) => token.tone === token.fold);
    found.forEach((token, index) => {
      const spot = base + Math.min(place + index, mostFieldPlace);
      batch.add(wordTerm(token.fold), entry, spot, bare ? 0 : toneByte(token.tone));
      const number = romanNumber(token.text, found[index - 1]?.fold);
      if (number !== null) batch.add(wordTerm(number), entry, spot, 0);
      if (field === fields.title) addInitials(batch, entry, spot, found.slice(index, index + 6), 3);
    });
    // A label is abbreviated as a whole: `Giáo dục của địa phương` is no `gdcd`.
    if (field === fields.keywords && found.length <= 6) {
      addInitials(batch, entry, base + Math.min(place, mostFieldPlace), found, Math.max(3, found.length));
    }
    // One place is left empty, so that no phrase runs from one entry into the next.
    place += found.length + 1;
  }
  return place - texts.length;
}

/** `Thành phố Hồ Chí Minh` is also found as `tphcm`; from three letters on, because two say too little. */
function addInitials(batch: Batch, entry: number, spot: number, words: { fold: string }[], shortest: number): void {
  let letters = '';
  for (const { fold } of words) {
    if (!/^[a-z]/.test(fold)) return;
    letters += fold[0];
    if (letters.length >= shortest) batch.add(initialsTerm(letters), entry, spot, 0);
  }
}
