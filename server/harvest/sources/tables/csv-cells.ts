/** No field of a catalogue is longer; a quotation mark that is closed after more was none. */
const longestQuoted = 100_000;
/** So many such marks, and the table does not use them for quoting at all. */
const mostStray = 100;

/**
 * Rows of a table in CSV (RFC 4180), as programs write it: any of \r\n, \n and \r ends a row, quoted fields hold them too, quotation marks
 * within a field stay. Rows of which every field is empty are left out. Linear in the length of the text, whatever is in it.
 */
export function csvRows(text: string, delimiter: string, most = Number.POSITIVE_INFINITY): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let [stray, at] = [0, 0];
  const endRow = (): void => {
    if (row.some((cell) => cell.trim() !== '')) rows.push(row);
    row = [];
  };
  while (at < text.length && rows.length < most) {
    if (text[at] === '"' && stray < mostStray) {
      const field = quoted(text, at, delimiter);
      if (field === null) stray++;
      else {
        row.push(field.text);
        at = field.end;
        if (text[at] === delimiter) {
          at++;
          // A delimiter at the very end has an empty field behind it.
          if (at === text.length) row.push('');
          continue;
        }
        at = afterBreak(text, at);
        endRow();
        continue;
      }
    }
    let end = at;
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
    row.push(text.slice(at, end));
    if (text[end] === delimiter) {
      at = end + 1;
      if (at === text.length) row.push('');
      continue;
    }
    at = afterBreak(text, end);
    endRow();
  }
  endRow();
  return rows.length > most ? rows.slice(0, most) : rows;
}

const afterBreak = (text: string, at: number): number => (text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1);

/** A quoted field from its opening mark; null where it is never closed, or not soon enough. */
function quoted(text: string, from: number, delimiter: string): { text: string; end: number } | null {
  let field = '';
  let at = from + 1;
  const last = Math.min(text.length, from + longestQuoted);
  while (at < last) {
    const close = text.indexOf('"', at);
    if (close < 0 || close >= last) return null;
    field += text.slice(at, close);
    const next = text[close + 1];
    if (next === '"') {
      field += '"';
      at = close + 2;
    } else if (next === undefined || next === delimiter || next === '\n' || next === '\r') return { text: field, end: close + 1 };
    else {
      // A mark within the text that nobody doubled.
      field += '"';
      at = close + 1;
    }
  }
  return null;
}

const delimiters = [',', ';', '\t', '|'] as const;
const looked = 30;

/** By which its rows have most columns, and the same number in most of them. `sep=;` in the first line, as Excel writes it, decides. */
export function delimiterOf(text: string): string {
  const said = /^sep=(.)\r?\n/i.exec(text.slice(0, 20))?.[1];
  if (said !== undefined) return said;
  const start = text.slice(0, 200_000);
  let best: { delimiter: string; points: number } = { delimiter: ',', points: 0 };
  for (const delimiter of delimiters) {
    const widths = csvRows(start, delimiter, looked).map(({ length }) => length);
    const usual = [...new Set(widths)].map((width) => ({ width, rows: widths.filter((one) => one === width).length })).sort((a, b) => b.rows * (b.width - 1) - a.rows * (a.width - 1))[0];
    const points = usual && usual.width > 1 ? (usual.rows / widths.length) ** 2 * (usual.width - 1) : 0;
    if (points > best.points) best = { delimiter, points };
  }
  return best.delimiter;
}

/** Without the line that says what divides. */
export const withoutSeparatorLine = (text: string): string => text.replace(/^sep=.\r?\n/i, '');
