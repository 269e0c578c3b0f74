import { fixCharacters } from './fix-characters.ts';

const toneLetters: Record<string, string> = {
  '\u0300': 'f',
  '\u0301': 's',
  '\u0309': 'r',
  '\u0303': 'x',
  '\u0323': 'j',
};

/**
 * Key of one syllable that keeps every mark but not the place of the tone nor the i/y spelling: hoà = hòa, quý = qúy,
 * lí = lý; đường ≠ dương, cụ ≠ cũ. The tone stands at the end as in Telex: `hoa'f`.
 */
export function toneKey(syllable: string): string {
  let tone = '';
  let letters = '';
  for (const character of fixCharacters(syllable).toLowerCase().normalize('NFD')) {
    const letter = toneLetters[character];
    if (letter === undefined) letters += character;
    else if (!tone.includes(letter)) tone += letter;
  }
  letters = letters.normalize('NFC').replace(/^([hklmst])y$/, '$1i');
  return tone ? `${letters}'${tone}` : letters;
}
