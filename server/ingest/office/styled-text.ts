import { type LegacyFont, legacyFont } from '../../../search/vietnamese/legacy-fonts.ts';
import { convertLegacyWords } from '../../../search/vietnamese/legacy-words.ts';
import type { TextConversion } from '../../contract/file.ts';
import { DocumentFault } from '../document-fault.ts';
import { joinConversions } from '../text-conversion.ts';
import type { ReadText } from '../typeset/convert-text.ts';

/** Takes the text of a document as it is read, and converts what is in encodings from before Unicode. */
export interface StyledText {
  /** A run of text, which may hold `\n` and `\f` (a new page), and the name of its font. */
  add(text: string, font: string | null): void;
  finish(): ReadText;
}

/** Words looked at together. */
const blockWords = 2000;

/** Throws DocumentFault document-too-many-pages past `most` letters. */
export function openStyledText(most: number): StyledText {
  const known = new Map<string, LegacyFont | null>();
  const originals = new Map<number, string>();
  const conversions: TextConversion[] = [];
  let done = '';
  let doneWords = 0;
  let letters = 0;
  let block: { words: string[]; fonts: (LegacyFont | null)[]; before: string[] } = { words: [], fonts: [], before: [] };
  let word = '';
  let font: LegacyFont | null = null;
  let told = false;
  let gap = '';

  function fontNamed(name: string | null): LegacyFont | null {
    if (name === null) return null;
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = legacyFont(name)));
    return found;
  }

  function endWord(): void {
    if (word === '') return;
    block.words.push(word);
    block.fonts.push(font);
    block.before.push(gap);
    [word, gap, told] = ['', '', false];
  }

  function endBlock(): void {
    const { words, fonts, before } = block;
    const startsLine = (index: number): boolean => before[index] !== ' ';
    const converted = convertLegacyWords({ words, fonts, startsLine });
    let at = 0;
    for (const { text, took, from } of converted ?? words.map((text) => ({ text, took: 1, from: null }))) {
      if (from) {
        originals.set(doneWords, words.slice(at, at + took).join(' '));
        conversions.push({ from, font: fonts[at]?.encoding === from ? (fonts[at]?.name ?? null) : null });
      }
      // What was not the letter ư of TCVN3 is a place to cut a word, and none of its letters.
      done += (before[at] ?? '') + (text.replaceAll('\u00ad', '') || text);
      doneWords++;
      at += took;
    }
    block = { words: [], fonts: [], before: [] };
  }

  return {
    add(text, fontName) {
      letters += text.length;
      if (letters > most) throw new DocumentFault('document-too-many-pages', { letters, most });
      const here = fontNamed(fontName);
      for (const [piece] of text.matchAll(/\s+|\S+/g)) {
        if (/^\s/.test(piece)) {
          endWord();
          gap = separator(gap + piece);
          if (block.words.length >= blockWords && gap !== ' ') endBlock();
          continue;
        }
        // A word in several fonts is in that of its first letter with a mark.
        const telling = /[^\u0000-\u007f]/.test(piece);
        if (word === '' || (telling && !told)) font = here;
        told ||= telling;
        word += piece;
      }
    },
    finish() {
      endWord();
      endBlock();
      return { text: done.normalize('NFC'), code: null, originals, conversions: joinConversions(conversions) };
    },
  };
}

/** New pages, an empty line, a new line or a space, whatever stood there. */
function separator(gap: string): string {
  const pages = gap.match(/\f/g)?.length ?? 0;
  if (pages > 0) return '\f'.repeat(pages);
  const lines = gap.match(/\n/g)?.length ?? 0;
  return lines > 1 ? '\n\n' : lines === 1 ? '\n' : ' ';
}
