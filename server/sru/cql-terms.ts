import { foldSyllable, tokens } from '../../search/vietnamese/fold.ts';
import { SruDiagnostic } from './sru-diagnostic.ts';

/** A word of a term, as it is matched. */
export interface TermWord {
  text: string;
  fold: string;
  tone: string;
  /** Typed with marks. */
  marked: boolean;
  /** Folded text with * and ?; null: the word as it is. */
  mask: string | null;
  /** Anchored (^): the first or the last word of a value. */
  first: boolean;
  last: boolean;
}

const mostMasks = 8;
const mostWords = 32;
const special = '*?^"\\';

/** A character as it stands, or a special one. */
type Sign = { text: string; special: boolean };

/** Reads escapes (CQL 1.2, "Masking"). Throws SruDiagnostic 26 and 30. */
function signsOf(term: string): Sign[] {
  const signs: Sign[] = [];
  const characters = [...term];
  for (let at = 0; at < characters.length; at++) {
    const text = characters[at]!;
    if (text === '\\') {
      const escaped = characters[++at];
      if (escaped === undefined || !special.includes(escaped)) throw new SruDiagnostic(26, escaped ?? '\\');
      signs.push({ text: escaped, special: false });
    } else signs.push({ text, special: text === '*' || text === '?' || text === '^' });
  }
  if (signs.filter(({ text, special: one }) => one && text !== '^').length > mostMasks) throw new SruDiagnostic(30, String(mostMasks));
  return signs;
}

/** The term without its escapes; `mask` is told apart only when something is masked. Throws SruDiagnostic 26, 27, 30, 31. */
export function plainTerm(term: string): { text: string; masked: boolean } {
  const signs = signsOf(term);
  if (signs.some(({ special: one, text }) => one && text === '^')) throw new SruDiagnostic(31, '^');
  const text = signs.map((sign) => sign.text).join('').trim();
  if (text === '') throw new SruDiagnostic(27, '');
  return { text, masked: signs.some((sign) => sign.special) };
}

/**
 * Words of a term, cut as texts are cut (search/vietnamese/fold.ts), with masks and anchors. `each`: every word may be anchored, as for
 * the relations any and all; otherwise the term alone. A term of punctuation has none. Throws SruDiagnostic 23, 26, 27, 30, 32.
 */
export function termWords(term: string, each: boolean): TermWord[] {
  const chunks: Sign[][] = [[]];
  for (const sign of signsOf(term.normalize('NFC'))) {
    if (!sign.special && /\s/.test(sign.text)) chunks.push([]);
    else chunks.at(-1)!.push(sign);
  }
  const said = chunks.filter(({ length }) => length > 0);
  if (said.length === 0) throw new SruDiagnostic(27, '');
  const words = said.flatMap((chunk, at) => chunkWords(chunk, each || at === 0, each || at === said.length - 1));
  if (words.length > mostWords) throw new SruDiagnostic(23, `${mostWords} words`);
  return words;
}

const isAnchor = (sign: Sign | undefined): boolean => sign?.special === true && sign.text === '^';

function chunkWords(chunk: Sign[], mayBegin: boolean, mayEnd: boolean): TermWord[] {
  const begins = isAnchor(chunk[0]);
  const ends = chunk.length > 1 && isAnchor(chunk.at(-1));
  const inner = chunk.slice(begins ? 1 : 0, ends ? -1 : undefined);
  if (inner.length === 0 || (begins && !mayBegin) || (ends && !mayEnd) || inner.some(isAnchor)) throw new SruDiagnostic(32, '^');
  const words = innerWords(inner);
  if (words.length === 0) return [];
  if (begins) words[0]!.first = true;
  if (ends) words.at(-1)!.last = true;
  return words;
}

/** Literal pieces are cut into words; a mask belongs to the word that it touches, and where it touches none it is a word of its own. */
function innerWords(inner: Sign[]): TermWord[] {
  const words: TermWord[] = [];
  let open = false;
  const glue = (mask: string): void => {
    const last = words.at(-1)!;
    words[words.length - 1] = { ...last, mask: (last.mask ?? '') + mask };
  };
  for (let at = 0; at < inner.length; ) {
    if (inner[at]!.special) {
      if (!open) words.push({ text: '', fold: '', tone: '', marked: false, mask: '', first: false, last: false });
      else if (words.at(-1)!.mask === null) words[words.length - 1] = { ...words.at(-1)!, mask: bare(words.at(-1)!.text, words.at(-1)!.fold) };
      glue(inner[at]!.text);
      open = true;
      at++;
      continue;
    }
    let literal = '';
    while (at < inner.length && !inner[at]!.special) literal += inner[at++]!.text;
    const found = tokens(literal);
    found.forEach(({ text, fold, tone, start, end }, place) => {
      if (place === 0 && open && start === 0) glue(bare(text, fold));
      else words.push({ text, fold, tone, marked: fold !== tone, mask: null, first: false, last: false });
      open = place === found.length - 1 && end === literal.length;
    });
    if (found.length === 0) open = false;
  }
  return words;
}

/** A part of a word folds without the rule for a y that ends a syllable: `ly*` is also the beginning of `lyon`. */
function bare(written: string, fold: string): string {
  const longer = foldSyllable(`${written}x`);
  return longer.endsWith('x') ? longer.slice(0, -1) : fold;
}

/** Whether a folded word is what a mask of * (any number of characters) and ? (one) stands for. Linear but for the last star. */
export function maskMatches(mask: string, word: string): boolean {
  let [at, place, star, from] = [0, 0, -1, 0];
  while (place < word.length) {
    if (at < mask.length && (mask[at] === '?' || (mask[at] !== '*' && mask[at] === word[place]))) {
      at++;
      place++;
    } else if (mask[at] === '*') {
      star = at++;
      from = place;
    } else if (star >= 0) {
      at = star + 1;
      place = ++from;
    } else return false;
  }
  while (mask[at] === '*') at++;
  return at === mask.length;
}
