const longestBytes = 120;
/** Names that Windows keeps for devices, whatever their ending. */
const devices = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Cut to so many bytes of UTF-8, between characters. */
function cutTo(text: string, bytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > bytes) cut = [...cut].slice(0, -1).join('');
  return cut;
}

/**
 * A name for a file or folder that says what is inside, in Vietnamese, and that Windows, macOS and Linux all take: NFC, at most 120 bytes
 * with its ending, without what Windows forbids. Never empty.
 */
export function safeName(text: string, ending = ''): string {
  const plain = text
    .normalize('NFC')
    .replace(/[\p{C}<>:"/\\|?*]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+/, '');
  const cut = cutTo(plain, longestBytes - Buffer.byteLength(ending)).replace(/[\s.]+$/, '');
  const name = cut === '' ? 'không tên' : cut;
  return `${devices.test(name) ? `_${name}` : name}${ending}`;
}

/** The name, or the name with a number where another one is taken already; case and Unicode form do not tell names apart. */
export function freeName(taken: Set<string>, text: string, ending = ''): string {
  for (let number = 1; ; number++) {
    const added = number === 1 ? '' : ` (${number})`;
    const name = safeName(text, `${added}${ending}`);
    const key = name.normalize('NFC').toLowerCase();
    if (taken.has(key)) continue;
    taken.add(key);
    return name;
  }
}

/** A cell of CSV as RFC 4180 has it. What a spreadsheet would take for a formula is led by an apostrophe. */
export function csvCell(value: string): string {
  const guarded = /^[\s]*[=+\-@]/.test(value) || /^[\t\r]/.test(value) ? `'${value}` : value;
  return /["\r\n,]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
