import { SaxesParser } from 'saxes';
import type { IngestLimits } from '../ingest-limits.ts';
import type { PageWord } from '../page-words.ts';
import { runProgram } from '../run-program.ts';
import type { Tools } from '../tools.ts';

export interface PopplerPage {
  number: number;
  /** Points, as cropped; before rotation on some pages: compare with the page image. */
  width: number;
  height: number;
  /** Boxes in points. */
  words: PageWord[];
}

/** Signs that XML 1.0 does not have and pdftotext writes all the same. */
 
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * Words and boxes of pages `first` to `last` in the layout order of poppler, a page at a time as it comes.
 * Throws what runProgram throws, and SyntaxError for output that is no XML.
 */
export async function readPopplerText(
  tools: Tools & { pdftotext: string },
  limits: IngestLimits,
  source: { path: string; first: number; last: number },
  signal: AbortSignal,
  onPage: (page: PopplerPage) => void,
): Promise<void> {
  const reader = pageReader(source.first, onPage);
  const args = [
    '-q',
    '-bbox-layout',
    '-cropbox',
    '-f',
    String(source.first),
    '-l',
    String(source.last),
    source.path,
    '-',
  ];
  await runProgram(tools.pdftotext, args, {
    environment: tools.environment,
    seconds: limits.requestSeconds + (source.last - source.first) * 0.2,
    memoryMegabytes: limits.memoryMegabytes,
    signal,
    onText: (text) => reader.write(text.replace(notXml, '')),
  });
  reader.close();
}

function pageReader(first: number, onPage: (page: PopplerPage) => void): SaxesParser {
  const parser = new SaxesParser();
  let number = first - 1;
  let page: PopplerPage | null = null;
  let line = -1;
  let word: { text: string; box: [number, number, number, number] } | null = null;
  parser.on('error', (error) => {
    throw new SyntaxError(`pdftotext: ${error.message}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const of = (key: string): number => Number(attributes[key] ?? 0);
    if (name === 'page') {
      page = { number: ++number, width: of('width'), height: of('height'), words: [] };
      line = -1;
    } else if (name === 'line') line++;
    else if (name === 'word') word = { text: '', box: [of('xMin'), of('yMin'), of('xMax'), of('yMax')] };
  });
  parser.on('text', (text) => {
    if (word) word.text += text;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'word' && word && page) {
      const text = word.text.normalize('NFC').trim();
      const [left, top, right, bottom] = word.box;
      if (text) page.words.push([text, left, top, right - left, bottom - top, Math.max(0, line)]);
      word = null;
    } else if (name === 'page' && page) {
      onPage(page);
      page = null;
    }
  });
  return parser;
}
