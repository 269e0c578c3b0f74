import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import type { ReadText } from '../typeset/convert-text.ts';
import { loadCompoundFile } from './compound-file.ts';
import { type DocFonts, readDocFonts } from './doc-fonts.ts';
import { openStyledText, type StyledText } from './styled-text.ts';

const word97 = 0xa5ec;
const word6 = 0xa5dc;
const encrypted = 0x0100;
const secondTable = 0x0200;

interface Piece {
  /** Letters of the document before it. */
  from: number;
  to: number;
  /** Byte in the stream WordDocument. */
  at: number;
  /** Two bytes a letter, else one of Windows-1252. */
  wide: boolean;
}

/** The text of a doc of Word 6 to 2003 ([MS-DOC]): body, notes, text boxes. Throws DocumentFault. */
export async function readDoc(path: string, limits: IngestLimits): Promise<ReadText> {
  const file = await loadCompoundFile(path);
  const main = file.stream('WordDocument');
  const text = openStyledText(limits.textBytes);
  if (!main || main.length < 68) throw new DocumentFault('document-damaged', { stream: 'WordDocument' });
  const kind = main.readUInt16LE(0);
  const flags = main.readUInt16LE(10);
  if ((flags & encrypted) !== 0) throw new DocumentFault('format-not-read', { why: 'encrypted' });
  if (kind === word97 && main.length >= 0x1aa) {
    const table = file.stream((flags & secondTable) !== 0 ? '1Table' : '0Table');
    if (!table) throw new DocumentFault('document-damaged', { stream: 'Table' });
    readStories(main, storiesOf(main), piecesOf(main, table), readDocFonts(main, table), text);
  } else if (kind === word6 || kind === word97) {
    // Fonts of Word 6 and 95 are not looked at: its words tell.
    const [from, to] = [main.readUInt32LE(24), Math.min(main.readUInt32LE(28), main.length)];
    const piece = { from: 0, to: Math.max(0, to - from), at: from, wide: false };
    readStories(main, [[0, piece.to]], [piece], { of: () => null, boundaries: [] }, text);
  } else throw new DocumentFault('format-not-read', { kind });
  return text.finish();
}

/** Body, footnotes, endnotes and text boxes; headers and comments are left out (FibRgLw97). */
function storiesOf(main: Buffer): [from: number, to: number][] {
  const lengths = Array.from({ length: 7 }, (_, index) => main.readUInt32LE(0x4c + index * 4));
  let from = 0;
  const stories = lengths.map((length): [number, number] => [from, (from += length)]);
  return [0, 1, 5, 6].map((index) => stories[index] as [number, number]);
}

/** The piece table (2.8.35). A piece that reaches outside the stream is cut. */
function piecesOf(main: Buffer, table: Buffer): Piece[] {
  const start = main.readUInt32LE(0x1a2);
  const end = Math.min(start + main.readUInt32LE(0x1a6), table.length);
  let at = start;
  // Before it may stand properties that pieces refer to.
  while (at + 3 <= end && table[at] === 1) at += 3 + table.readUInt16LE(at + 1);
  if (at + 5 > end || table[at] !== 2) throw new DocumentFault('document-damaged', { part: 'pieces' });
  const bytes = Math.min(table.readUInt32LE(at + 1), end - at - 5);
  const list = table.subarray(at + 5, at + 5 + bytes);
  const count = Math.max(0, Math.floor((bytes - 4) / 12));
  const pieces: Piece[] = [];
  for (let index = 0; index < count; index++) {
    const [from, to] = [list.readUInt32LE(index * 4), list.readUInt32LE(index * 4 + 4)];
    const place = list.readUInt32LE((count + 1) * 4 + index * 8 + 2);
    const wide = (place & 0x40000000) === 0;
    const first = wide ? place : (place & 0x3fffffff) / 2;
    const room = Math.floor((main.length - first) / (wide ? 2 : 1));
    if (to <= from || room <= 0 || from !== (pieces.at(-1)?.to ?? 0)) continue;
    pieces.push({ from, to: from + Math.min(to - from, room), at: first, wide });
  }
  if (pieces.length === 0) throw new DocumentFault('document-damaged', { part: 'pieces' });
  return pieces;
}

const latin = new TextDecoder('windows-1252');
const utf16 = new TextDecoder('utf-16le');

function readStories(
  main: Buffer,
  stories: [number, number][],
  pieces: Piece[],
  fonts: DocFonts,
  text: StyledText,
): void {
  const fields = { open: [] as boolean[] };
  for (const [from, to] of stories) {
    for (const piece of pieces) {
      const [first, last] = [Math.max(from, piece.from), Math.min(to, piece.to)];
      if (first >= last) continue;
      const width = piece.wide ? 2 : 1;
      const byte = (letter: number): number => piece.at + (letter - piece.from) * width;
      const [start, end] = [byte(first), byte(last)];
      let at = start;
      for (const boundary of [...between(fonts.boundaries, start, end), end]) {
        const run = main.subarray(at, boundary);
        if (run.length > 0) text.add(plain((piece.wide ? utf16 : latin).decode(run), fields), fonts.of(at));
        at = boundary;
      }
    }
    text.add('\n', null);
    fields.open.length = 0;
  }
}

/** Those of sorted numbers that lie between two others. */
function between(sorted: readonly number[], from: number, to: number): readonly number[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < sorted.length && (sorted[end] as number) < to) end++;
  return sorted.slice(low, end);
}

/** Signs that Word means something by (2.4.1); the instructions of a field are no text. */
function plain(run: string, fields: { open: boolean[] }): string {
  let text = '';
  for (const sign of run) {
    const code = sign.charCodeAt(0);
    if (code === 0x13) fields.open.push(true);
    else if (code === 0x14 && fields.open.length) fields.open[fields.open.length - 1] = false;
    else if (code === 0x15) fields.open.pop();
    else if (!fields.open.includes(true)) text += meanings[code] ?? (code < 0x20 ? '' : sign);
  }
  return text;
}

const meanings: Record<number, string> = {
  0x07: '\n', // the end of a cell
  0x09: ' ',
  0x0a: '\n',
  0x0b: '\n',
  0x0c: '\f',
  0x0d: '\n',
  0x0e: '\n', // a column
  0x1e: '-',
  0x1f: '\u00ad',
};
