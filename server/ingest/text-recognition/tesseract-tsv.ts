import type { PageWord } from '../page-words.ts';
import type { RecognisedPage } from './recogniser.ts';

const wordLevel = '5';

/** Words of tesseract's TSV: level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
export function readTsv(tsv: string): RecognisedPage {
  const words: PageWord[] = [];
  let line = -1;
  let lineName = '';
  let sum = 0;
  let letters = 0;
  for (const row of tsv.split('\n')) {
    const cells = row.split('\t');
    if (cells[0] !== wordLevel) continue;
    const text = (cells[11] ?? '').trim().normalize('NFC');
    if (!text) continue;
    const name = `${cells[2]}/${cells[3]}/${cells[4]}`;
    if (name !== lineName) line++;
    lineName = name;
    const [x, y, w, h] = cells.slice(6, 10).map(Number) as [number, number, number, number];
    words.push([text, x, y, w, h, line]);
    sum += Math.max(0, Number(cells[10])) * text.length;
    letters += text.length;
  }
  return { words, confidence: letters ? Math.round(sum / letters) / 100 : null };
}
