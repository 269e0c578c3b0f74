/** Fonts by where text lies in the stream WordDocument. */
export interface DocFonts {
  of(byte: number): string | null;
  /** Where a font may change, in order. */
  boundaries: readonly number[];
}

const pageSize = 512;
const fontOfRun = 0x4a4f; // sprmCRgFtc0: ASCII
const fontOfHigh = 0x4a51; // sprmCRgFtc2: letters beyond it
const styleOfRun = 0x4a30; // sprmCIstd

interface Properties {
  font?: number;
  style?: number;
}

/** Property modifiers (2.2.5): a font and a style, where they are set. */
function readProperties(list: Buffer): Properties {
  const found: Properties = {};
  for (let at = 0; at + 3 <= list.length;) {
    const code = list.readUInt16LE(at);
    at += 2;
    const size = [1, 1, 2, 4, 2, 2, 0, 3][code >> 13] as number;
    if (size === 2 && at + 2 <= list.length) {
      const value = list.readUInt16LE(at);
      if (code === fontOfHigh || (code === fontOfRun && found.font === undefined)) found.font = value;
      else if (code === styleOfRun) found.style = value;
    }
    at += size || 1 + (list[at] as number);
  }
  return found;
}

interface Run<T> {
  from: number;
  to: number;
  value: T;
}

/** The pages of 512 bytes that a list in the table stream names (2.8.5, 2.9.31), each with its runs. */
function readPages<T>(
  main: Buffer,
  table: Buffer,
  place: number,
  valueOf: (page: Buffer, run: number, runs: number) => T,
): Run<T>[] {
  const start = main.readUInt32LE(place);
  const list = table.subarray(start, start + main.readUInt32LE(place + 4));
  const count = Math.max(0, Math.floor((list.length - 4) / 8));
  const most = Math.ceil(main.length / pageSize);
  const found: Run<T>[] = [];
  for (let index = 0; index < Math.min(count, most); index++) {
    const number = list.readUInt32LE((count + 1) * 4 + index * 4) & 0x3fffff;
    const page = main.subarray(number * pageSize, (number + 1) * pageSize);
    if (page.length < pageSize) continue;
    const runs = page[pageSize - 1] as number;
    for (let run = 0; run < runs && (run + 2) * 4 < pageSize; run++) {
      const [from, to] = [page.readUInt32LE(run * 4), page.readUInt32LE(run * 4 + 4)];
      if (from < to) found.push({ from, to, value: valueOf(page, run, runs) });
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

function propertiesOfRun(page: Buffer, run: number, runs: number): Properties {
  const at = (page[(runs + 1) * 4 + run] ?? 0) * 2;
  return at === 0 ? {} : readProperties(page.subarray(at + 1, Math.min(at + 1 + (page[at] ?? 0), pageSize - 1)));
}

/** The style of a paragraph: the first two bytes of its properties (2.9.114). */
function styleOfParagraph(page: Buffer, run: number, runs: number): number {
  const at = (page[(runs + 1) * 4 + run * 13] ?? 0) * 2;
  const style = at + (page[at] === 0 ? 2 : 1);
  return at === 0 || style + 2 > pageSize ? 0 : page.readUInt16LE(style);
}

function valueAt<T>(runs: readonly Run<T>[], byte: number): T | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.from ?? 0) <= byte) low = middle + 1;
    else high = middle;
  }
  const run = runs[low - 1];
  return run && byte < run.to ? run.value : undefined;
}

/** Fonts of runs, of their styles, and of the styles of their paragraphs. What is damaged says nothing. */
export function readDocFonts(main: Buffer, table: Buffer): DocFonts {
  const names = fontNames(main, table);
  const ofStyle = styleFonts(main, table);
  const runs = readPages(main, table, 0xfa, propertiesOfRun);
  const paragraphs = readPages(main, table, 0x102, styleOfParagraph);
  return {
    of(byte) {
      const { font, style } = valueAt(runs, byte) ?? {};
      const index =
        font ?? (style === undefined ? undefined : ofStyle(style)) ?? ofStyle(valueAt(paragraphs, byte) ?? 0);
      return index === undefined ? null : (names[index] ?? null);
    },
    boundaries: [...new Set([...runs, ...paragraphs].map(({ from }) => from))].sort((one, other) => one - other),
  };
}

/** SttbfFfn (2.9.286): the name of a font lies 40 bytes into its entry. */
function fontNames(main: Buffer, table: Buffer): string[] {
  const start = main.readUInt32LE(0x112);
  const list = table.subarray(start, start + main.readUInt32LE(0x116));
  const names: string[] = [];
  if (list.length < 4) return names;
  const count = list.readUInt16LE(0);
  for (let at = 4; names.length < count && at < list.length;) {
    const size = (list[at] as number) + 1;
    const name = list.subarray(at + 40, at + size).toString('utf16le');
    names.push(name.split('\0')[0] ?? '');
    at += size;
  }
  return names;
}

/** The style sheet (2.9.271): each style's own font, or that of the one it is based on; else the document's. */
function styleFonts(main: Buffer, table: Buffer): (style: number) => number | undefined {
  const start = main.readUInt32LE(0xa2);
  const sheet = table.subarray(start, start + main.readUInt32LE(0xa6));
  if (sheet.length < 20) return () => undefined;
  const header = sheet.readUInt16LE(0);
  const baseSize = sheet.readUInt16LE(4);
  const standard = sheet.readUInt16LE(2 + 12);
  const styles: { font: number | undefined; base: number }[] = [];
  for (let at = 2 + header; at + 2 <= sheet.length && styles.length < 4096;) {
    const size = sheet.readUInt16LE(at);
    styles.push(readStyle(sheet.subarray(at + 2, at + 2 + size), baseSize));
    at += 2 + size + (size % 2);
  }
  return (style) => {
    const seen = new Set<number>();
    for (let at = style; at < styles.length && !seen.has(at); at = styles[at]?.base ?? 0xfff) {
      seen.add(at);
      const font = styles[at]?.font;
      if (font !== undefined) return font;
    }
    return standard;
  };
}

function readStyle(style: Buffer, baseSize: number): { font: number | undefined; base: number } {
  const none = { font: undefined, base: 0xfff };
  if (style.length < baseSize + 2 || baseSize < 6) return none;
  const kind = style.readUInt16LE(2) & 0xf;
  const base = style.readUInt16LE(2) >> 4;
  const lists = style.readUInt16LE(4) & 0xf;
  // After the name, of letters and a zero, come the properties: of paragraphs first where it is a style of paragraphs.
  let at = baseSize + 2 + style.readUInt16LE(baseSize) * 2 + 2;
  const wanted = kind === 1 ? 1 : kind === 2 ? 0 : -1;
  for (let index = 0; index < lists && at + 2 <= style.length; index++) {
    const size = style.readUInt16LE(at);
    if (index === wanted) return { font: readProperties(style.subarray(at + 2, at + 2 + size)).font, base };
    at += 2 + size + (size % 2);
  }
  return { font: undefined, base };
}
