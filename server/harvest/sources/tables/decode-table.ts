import { vietnameseScore } from '../../../../search/vietnamese/syllables.ts';
import { convertText } from '../../../ingest/typeset/convert-text.ts';

const strict = new TextDecoder('utf-8', { fatal: true });

/** UTF-16 by its mark, or by where the zeros of Latin letters lie. */
function wide(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, 2_000);
  const zeros = (from: number): number => start.filter((byte, at) => at % 2 === from && byte === 0).length / Math.max(1, start.length / 2);
  const [even, odd] = [zeros(0), zeros(1)];
  return odd > 0.3 && even < 0.05 ? 'utf-16le' : even > 0.3 && odd < 0.05 ? 'utf-16be' : null;
}

/** Letters by which two readings are compared. */
const looked = 50_000;

/**
 * The text of a table. What reads as UTF-8 is UTF-8. Else it is what a Windows computer wrote: in Windows-1258 where that gives more Vietnamese
 * words, in what is declared, or byte for byte as Windows-1252, from which TCVN3, VNI and VISCII are told apart by their words.
 */
export function decodeTable(bytes: Buffer, contentType?: string): string {
  const plain = (text: string): string => text.replace(/^\ufeff/, '').replaceAll('\0', '');
  const unit = wide(bytes);
  if (unit) return plain(new TextDecoder(unit).decode(bytes));
  try {
    return plain(strict.decode(bytes));
  } catch {
    // Not UTF-8.
  }
  const western = new TextDecoder('windows-1252').decode(bytes);
  const vietnamese = new TextDecoder('windows-1258').decode(bytes).normalize('NFC');
  const [asWestern, asVietnamese] = [western, vietnamese].map((text) => vietnameseScore(text.slice(0, looked))) as [number, number];
  // Letters of TCVN3 read as tones of Windows-1258 now and then, and give words.
  if (asVietnamese > asWestern + 0.05 && asVietnamese >= vietnameseScore(convertText(western.slice(0, looked)).text)) return plain(vietnamese);
  const declared = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? '')?.[1];
  if (declared !== undefined && !/^(utf-?8|us-ascii)$/i.test(declared)) {
    try {
      return plain(new TextDecoder(declared).decode(bytes));
    } catch {
      // An encoding that nobody knows.
    }
  }
  // Mostly UTF-8 with a torn letter somewhere.
  const torn = new TextDecoder('utf-8').decode(bytes);
  const broken = torn.slice(0, looked).split('\ufffd').length - 1;
  return plain(broken * 200 < Math.min(torn.length, looked) ? torn : western);
}
