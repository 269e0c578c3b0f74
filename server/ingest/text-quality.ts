import { countSyllables, vietnameseScore } from '../../search/vietnamese/syllables.ts';

/** From this share of valid syllables on, a text layer is good Vietnamese. */
const goodShare = 0.7;
/** Fewer words than this say nothing of the layer. */
const fewWords = 3;
/** Letters that only Vietnamese has; a text that is full of them and yet no Vietnamese has lost others. */
const onlyVietnamese = /[ăđơưƣ\u1ea0-\u1ef9]/iu;

const junk = /[\ufffd\p{Co}\p{Cn}\u0000-\u0008\u000e-\u001f\u0080-\u009f]/gu;
/** A small letter before a capital inside a word, or signs between letters: TCVN3 and VNI read as Latin-1. */
const broken = /\p{Ll}\p{Lu}\p{Ll}|\p{L}[¡-¿×÷]|[¡-¿×÷]\p{L}/u;
/** VNI writes a mark as a second vowel: `Tröôøng`, `Tieåu`. */
const doubled = /[aeiouyôö][ùøûõïáàåãäéèúüëâê]/i;
const vowel = /[aeiouyàâäéèêëîïôöùûüæœåøáíóúñ]/i;

/** Vietnamese beside another language: what has marks is sound, and what is no syllable can be spoken. */
function isMixed(words: string[]): boolean {
  const share = (of: string[], test: (word: string) => boolean): boolean => of.filter(test).length >= of.length * 0.8;
  const isWhole = (word: string): boolean => vietnameseScore(word) === 1;
  const strange = words.filter((word) => !isWhole(word));
  return (
    share(
      words.filter((word) => onlyVietnamese.test(word)),
      isWhole,
    ) && share(strange, (word) => vowel.test(word.normalize('NFD')))
  );
}

/**
 * Whether a page's own text can be trusted: good Vietnamese, or words of another language. What fails here is read
 * off the image instead. A text without words is not good and not bad: it is empty.
 */
export function judgeLayer(text: string): 'good' | 'bad' | 'empty' {
  const words = text.split(/\s+/).filter(Boolean);
  if (words.length === 0) return 'empty';
  const letters = text.replace(/\s+/g, '');
  if ((letters.match(junk)?.length ?? 0) > letters.length * 0.02) return 'bad';
  const { words: syllables, valid } = countSyllables(text);
  if (syllables >= fewWords && valid >= syllables * goodShare) return 'good';
  const wordy = words.filter((word) => /\p{L}{2}/u.test(word));
  if (wordy.length < fewWords) return 'good';
  const share = (test: (word: string) => boolean): number => wordy.filter(test).length / wordy.length;
  if (share((word) => broken.test(word)) > 0.1) return 'bad';
  if (share((word) => doubled.test(word)) > 0.2) return 'bad';
  if (share((word) => onlyVietnamese.test(word)) > 0.15 && !isMixed(wordy)) return 'bad';
  const latin = wordy.filter((word) => /\p{Script=Latin}/u.test(word));
  const spoken = latin.filter((word) => vowel.test(word.normalize('NFD'))).length;
  return spoken >= latin.length * 0.6 && letters.length / words.length < 25 ? 'good' : 'bad';
}
