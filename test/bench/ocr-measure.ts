const comparable = (text: string): string[] => Array.from(text.normalize('NFC').replace(/\s+/g, ' ').trim());

/** Edits of one character (code points of NFC, white space counted as one space) that turn what was read into what stands there. */
export function charactersWrong(read: string, stands: string): number {
  const [a, b] = [comparable(read), comparable(stands)];
  let above = Int32Array.from({ length: b.length + 1 }, (_, at) => at);
  let row = new Int32Array(b.length + 1);
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const kept = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(kept, (above[j] as number) + 1, (row[j - 1] as number) + 1);
    }
    [above, row] = [row, above];
  }
  return above[b.length] as number;
}
