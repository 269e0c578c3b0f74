/** Measures a run of text in pixels. */
export type Measure = (text: string) => number;

export interface TypesetLine {
  /** `index` counts the words of the whole text from 0; the pieces of a word that was cut share it. */
  words: { text: string; x: number; w: number; index: number }[];
}

export interface TypesetPage {
  lines: TypesetLine[];
  /** From 0, of the parts between form feeds; those without a word have no page. */
  leaf: number;
}

export interface Typesetting {
  width: number;
  linesPerPage: number;
  lettersPerPage: number;
  measure: Measure;
}

/**
 * Breaks a text into pages of about `lettersPerPage` letters, at the ends of paragraphs where one is near. The same
 * text gives the same pages always. A form feed begins a page.
 */
export function typesetPages(text: string, set: Typesetting, mostPages: number): TypesetPage[] {
  const pages: TypesetPage[] = [];
  let page: TypesetLine[] = [];
  let letters = 0;
  let leaf = 0;
  const counter = { next: 0 };
  const turn = (): void => {
    while (page.length && page.at(-1)?.words.length === 0) page.pop();
    if (page.length) pages.push({ lines: page, leaf });
    page = [];
    letters = 0;
  };
  for (const [index, part] of text.split('\f').entries()) {
    if (index > 0) turn();
    leaf = index;
    for (const paragraph of part.split('\n')) {
      if (pages.length > mostPages) return pages;
      const lines = breakLines(paragraph, set, counter);
      const full = letters > set.lettersPerPage * 0.7 || page.length > set.linesPerPage * 0.8;
      const tooMuch = letters + paragraph.length > set.lettersPerPage || page.length + lines.length > set.linesPerPage;
      if (full && tooMuch) turn();
      for (const line of lines) {
        const own = line.words.reduce((sum, word) => sum + word.text.length + 1, 0);
        if (page.length >= set.linesPerPage || (letters > 0 && letters + own > set.lettersPerPage * 1.15)) turn();
        if (page.length || line.words.length) page.push(line);
        letters += own;
      }
    }
  }
  turn();
  return pages;
}

function breakLines(paragraph: string, { width, measure }: Typesetting, counter: { next: number }): TypesetLine[] {
  const space = measure(' ');
  const indent = Math.min((/^[ \t]*/.exec(paragraph)?.[0].replaceAll('\t', '    ').length ?? 0) * space, width / 3);
  const lines: TypesetLine[] = [{ words: [] }];
  let x = indent;
  for (const word of paragraph.split(/\s+/).filter(Boolean)) {
    const index = counter.next++;
    for (const text of pieces(word, width, measure)) {
      const w = measure(text);
      if (x + w > width && (lines.at(-1)?.words.length ?? 0) > 0) {
        lines.push({ words: [] });
        x = 0;
      }
      lines.at(-1)?.words.push({ text, x, w, index });
      x += w + space;
    }
  }
  return lines;
}

/** Words longer than a line (addresses, rules made of signs) are cut. */
function pieces(word: string, width: number, measure: Measure): string[] {
  if (word.length < 20 || measure(word) <= width) return [word];
  const parts: string[] = [];
  const letters = Array.from(word);
  const most = Math.max(1, Math.floor((letters.length * width) / measure(word) / 1.5));
  for (let at = 0; at < letters.length; at += most) parts.push(letters.slice(at, at + most).join(''));
  return parts;
}
