/**
 * Repairs that every text needs before it is stored, compared or cut into syllables: NFC, the look-alikes of đ and ư that
 * conversions from TCVN3 leave behind, invisible characters out, special spaces to plain ones.
 * In TCVN3 the soft hyphen *is* the letter ư: convert legacy encodings before calling this.
 */
export function fixCharacters(text: string): string {
  return text
    .replace(/[\u00AD\u200B\uFEFF]/g, '')
    .replace(/[\u00A0\u2007\u202F]/g, ' ')
    .replace(/[ðÐƣƢ]/g, (letter) => lookAlikes[letter]!)
    .normalize('NFC');
}

const lookAlikes: Record<string, string> = { ð: 'đ', Ð: 'Đ', ƣ: 'ư', Ƣ: 'Ư' };
