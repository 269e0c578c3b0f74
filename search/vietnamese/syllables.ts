import { fixCharacters } from './fix-characters.ts';

/*
 * Vietnamese spelling as a rule: onset × rime × tone. Generated here, because the usual word lists are under the GPL.
 * It accepts rare loans (`oong`, `ooc`) and, like the language, wants sắc or nặng on syllables that end in c, ch, p, t.
 */
const frontRimes =
  'e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ich im in inh ip it iu ia iêc iêm iên iêng iêp iêt iêu y';
const otherRimes =
  'a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây ' +
  'o oc oi om on ong op ot ooc oong ô ôc ôi ôm ôn ông ôp ôt ôông ơ ơi ơm ơn ơng ơp ơt ' +
  'u uc ui um un ung up ut ua uôc uôi uôm uôn uông uôp uôt ư ưc ưi ưm ưn ưng ưt ưu ưa ươc ươi ươm ươn ương ươp ươt ươu ' +
  'oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăp oăt oe oem oen oeo oet oeng ' +
  'uân uâng uât uây uâc uê uêch uênh uên uêt uêu uơ uơn uy uya uych uyên uyêt uyêc uyn uynh uyp uyt uyu';
const bareRimes = 'y yêm yên yêng yêt yêu';
const afterQu =
  'a ac ach ai an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e en eo et ê êch ên ênh êt êu ' +
  'i in it ich inh y ych yên yêt yn ynh yt yp yu ôc ơ ơi ơn ơt';
const afterGi = 'êc êng êt ên êm êp n m p t nh';

const words = (list: string): string[] => list.split(' ');
const everywhere = words('b ch d đ h kh l m n nh p ph r s t th tr v x');

function generate(): Set<string> {
  const all = new Set<string>();
  const add = (onsets: string[], rimes: string[]): void => {
    for (const onset of onsets) for (const rime of rimes) all.add(onset + rime);
  };
  add(['', ...everywhere, 'k', 'gh', 'ngh'], words(frontRimes));
  add(['', ...everywhere, 'c', 'g', 'ng', 'gi'], words(otherRimes));
  add([''], words(bareRimes));
  add(['qu'], words(afterQu));
  add(['gi'], words(afterGi));
  add(
    ['gi'],
    words(frontRimes).filter((rime) => rime.startsWith('e') || rime.startsWith('ê')),
  );
  add(['g'], ['i']);
  add(['k', 'ng'], words('uy uynh')); // pơ-luya, Kuy, ngủy under the old spelling
  return all;
}

const toneless = generate();
const folded = new Set(
  [...toneless].map((one) =>
    one
      .normalize('NFD')
      .replace(/\p{Mn}/gu, '')
      .replace(/đ/g, 'd'),
  ),
);
const tones = /[\u0300\u0301\u0303\u0309\u0323]/g;

/** Is this word a possible Vietnamese syllable, marks and all? `học` is, `hoc` and `thö` are not. */
export function isSyllable(word: string): boolean {
  const spread = fixCharacters(word).toLowerCase().normalize('NFD');
  const marks = spread.match(tones) ?? [];
  if (marks.length > 1) return false;
  const base = spread.replace(tones, '').normalize('NFC');
  if (!toneless.has(base)) return false;
  const stopped = /(?:c|ch|p|t)$/.test(base);
  return !stopped || marks[0] === '\u0301' || marks[0] === '\u0323';
}

/** Could this folded word be a syllable whose marks were left off? `hoc` could, `khbd` and `tphcm` could not. */
export function couldBeSyllable(fold: string): boolean {
  return folded.has(fold);
}

/** Words with letters, and how many of them are Vietnamese syllables. Words with digits or without letters are not counted. */
export function countSyllables(text: string): { words: number; valid: number } {
  let count = 0;
  let valid = 0;
  // Symbols inside a word stay in it: in TCVN3 and VNI damage they stand for letters.
  for (const part of fixCharacters(text).split(/[\s\-–—/_.,;:!?()[\]{}"“”‘’'…<>|=+*&%#@\\•·]+/u)) {
    if (!/\p{L}/u.test(part) || /\p{Nd}/u.test(part)) continue;
    count++;
    if (isSyllable(part)) valid++;
  }
  return { words: count, valid };
}

/**
 * Share, 0 to 1, of a text's words that are Vietnamese syllables. Good Unicode text is near 1, TCVN3 and VNI read as Latin-1
 * near 0.1, text that lost letters or all its marks near 0.5. A text without a word scores 0: ask countSyllables() whether
 * there was anything to judge.
 */
export function vietnameseScore(text: string): number {
  const { words: count, valid } = countSyllables(text);
  return count === 0 ? 0 : valid / count;
}
