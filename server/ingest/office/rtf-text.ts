import { readFile, stat } from 'node:fs/promises';
import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import type { ReadText } from '../typeset/convert-text.ts';
import { openStyledText } from './styled-text.ts';

/** Pictures are written as hexadecimal digits in it. */
const largest = 200_000_000;
const deepest = 500;
/** Groups that are no text of the body (RTF 1.9.1). */
const left = new Set(
  'fonttbl colortbl stylesheet listtable listoverridetable info pict object themedata colorschememapping datastore latentstyles header headerl headerr headerf footer footerl footerr footerf xmlnstbl rsidtbl generator fldinst filetbl revtbl'.split(
    ' ',
  ),
);
const signs: Record<string, string> = {
  par: '\n',
  line: '\n',
  row: '\n',
  cell: '\n',
  nestcell: '\n',
  nestrow: '\n',
  sect: '\n',
  page: '\f',
  tab: ' ',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  '~': '\u00a0',
  _: '-',
  '-': '\u00ad',
};
/** Character sets of fonts by their code pages; all that is not told apart is Windows-1252, as the old encodings are. */
const pagesOfCharset: Record<number, string> = { 163: 'windows-1258' };

interface Group {
  font: number;
  /** Signs after \u that stand for those who do not know it. */
  fallback: number;
  leaving: boolean;
  inFonts: boolean;
}

interface RtfFont {
  name: string;
  charset: number;
}

/** The text of an RTF document. Throws DocumentFault. */
export async function readRtf(path: string, limits: IngestLimits): Promise<ReadText> {
  const { size } = await stat(path);
  if (size > largest) throw new DocumentFault('document-too-much-memory', { bytes: size });
  const source = await readFile(path, 'latin1');
  if (!source.startsWith('{\\rtf')) throw new DocumentFault('document-damaged', { why: 'no rtf' });
  const text = openStyledText(limits.textBytes);
  const fonts = new Map<number, RtfFont>();
  const groups: Group[] = [];
  let group: Group = { font: 0, fallback: 1, leaving: false, inFonts: false };
  let skip = 0;
  let declared = 0;
  let bytes: number[] = [];

  const fontHere = (): RtfFont | undefined => fonts.get(group.font);
  function add(words: string): void {
    if (group.leaving) return;
    text.add(words, fontHere()?.name ?? null);
  }
  /** Bytes come one by one; those of one letter of Windows-1258 belong together. */
  function flush(): void {
    if (bytes.length === 0) return;
    const page = pagesOfCharset[fontHere()?.charset ?? 0] ?? 'windows-1252';
    add(new TextDecoder(page).decode(Uint8Array.from(bytes)));
    bytes = [];
  }
  function letters(words: string): void {
    if (group.inFonts) {
      const font = fonts.get(declared);
      if (font && font.name.length < 100) font.name += words;
    } else if (skip > 0) skip--;
    else if (!group.leaving) {
      for (const sign of words) bytes.push(sign.charCodeAt(0));
      if (bytes.length > 8192) flush();
    }
  }
  function command(name: string, value: number | null): void {
    const sign = signs[name];
    if (sign !== undefined) {
      flush();
      add(sign);
    } else if (name === 'f' && group.inFonts) fonts.set((declared = value ?? 0), { name: '', charset: 0 });
    else if (name === 'fcharset' && group.inFonts) {
      const font = fonts.get(declared);
      if (font) font.charset = value ?? 0;
    } else if (name === 'f' || name === 'deff') {
      flush();
      group.font = value ?? 0;
    } else if (name === 'uc') group.fallback = Math.min(Math.max(value ?? 1, 0), 10);
    else if (name === 'u' && value !== null) {
      flush();
      if (!group.inFonts) add(String.fromCharCode(value & 0xffff));
      skip = group.fallback;
    } else if (name === 'fonttbl') [group.inFonts, group.leaving] = [true, true];
    else if (left.has(name)) group.leaving = true;
  }

  const token = /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z0-9'])|([{}])|([^\\{}\r\n]+)/g;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    const [, name, value, hex, sign, brace, words] = match;
    if (name === 'bin') token.lastIndex += Math.max(0, Math.min(Number(value ?? 0), source.length));
    else if (name !== undefined) command(name, value === undefined ? null : Number(value));
    else if (hex !== undefined) letters(String.fromCharCode(parseInt(hex, 16)));
    else if (sign === '*') group.leaving = true;
    else if (sign !== undefined && signs[sign] !== undefined) command(sign, null);
    else if (sign === '\\' || sign === '{' || sign === '}') letters(sign);
    else if (sign === '\n' || sign === '\r') command('par', null);
    else if (brace === '{') {
      flush();
      if (groups.length >= deepest) throw new DocumentFault('document-damaged', { depth: groups.length });
      groups.push(group);
      group = { ...group };
    } else if (brace === '}') {
      flush();
      group = groups.pop() ?? group;
    } else if (words !== undefined) lettersOf(words);
  }
  flush();
  return text.finish();

  function lettersOf(words: string): void {
    if (skip === 0 || group.inFonts) letters(group.inFonts ? words.replace(/;.*$/, '') : words);
    else {
      const rest = words.slice(skip);
      skip = Math.max(0, skip - words.length);
      if (rest) letters(rest);
    }
  }
}
