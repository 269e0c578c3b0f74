import { convertText, type ReadText } from './convert-text.ts';

const utf8 = (bytes: Uint8Array, stream: boolean): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
};

/** Little-endian, big-endian or neither, by the byte order mark or by where the zeros of Latin letters lie. */
function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 2048 - 2);
  let [even, odd] = [0, 0];
  for (let at = 0; at + 1 < sample.length; at += 2) {
    if (sample[at] === 0) even++;
    if (sample[at + 1] === 0) odd++;
  }
  const half = sample.length / 2;
  if (half < 4) return null;
  if (odd > half * 0.4 && even < half * 0.05) return 'utf-16le';
  return even > half * 0.4 && odd < half * 0.05 ? 'utf-16be' : null;
}

const controls = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g;

/** The first bytes of a file as text, or null where they are none. A legacy encoding is text too. */
export function looksLikeText(start: Uint8Array): string | null {
  const wide = utf16(start);
  const text = wide
    ? new TextDecoder(wide).decode(start)
    : (utf8(start, true) ?? new TextDecoder('latin1').decode(start));
  const strange = text.match(controls)?.length ?? 0;
  if (strange > text.length / 500) return null;
  const highShare = wide || utf8(start, true) !== null ? 0 : start.filter((byte) => byte >= 0x80).length / start.length;
  // Latin letters carry even the most accented legacy text; compressed bytes do not look like that.
  return highShare > 0.4 ? null : text;
}

/** Unicode as it is; else what its words say it is; else byte for byte as Windows-1252, flagged, because nobody can know. */
export function decodeText(bytes: Uint8Array): ReadText {
  const wide = utf16(bytes);
  const unicode = wide ? new TextDecoder(wide).decode(bytes) : utf8(bytes, false);
  if (unicode !== null) return tidyText(convertText(unicode.replace(controls, '')));
  const read = convertText(new TextDecoder('windows-1252').decode(bytes));
  return { ...tidyText(read), code: read.conversions.length ? null : 'text-encoding-unknown' };
}

/** Of the controls some are capitals of VISCII, so they go after the text has been converted. */
const tidyText = (read: ReadText): ReadText => ({ ...read, text: tidy(read.text) });

const tidy = (text: string): string =>
  text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .replace(controls, '')
    .normalize('NFC');
