const labelled = /isbn/i;
/** Digits with single hyphens or spaces (of any kind) between; what letters and other signs enclose is judged apart. */
const run = /\d(?:[\s\u2010-\u2015-]?\d){8,12}(?:[\s\u2010-\u2015-]?[\dXx])?/g;

/**
 * The valid ISBNs in a text, as thirteen digits, in the order they stand in. Checksums decide (ISBN 2005 and 2017, ISO 2108):
 * what was typed wrong is none, and neither is a row of one digit, which programs put where nothing is known. Without the word
 * ISBN or `isIsbn` only thirteen digits that begin with 978 or 979 count.
 */
export function isbnsIn(text: string, isIsbn: boolean): string[] {
  const short = isIsbn || labelled.test(text);
  const found = new Set<string>();
  for (const [raw] of text.slice(0, 500).matchAll(run)) {
    const digits = raw.replace(/[^\dXx]/g, '').toUpperCase();
    const isbn = digits.length === 13 ? thirteen(digits) : digits.length === 10 && short ? ten(digits) : null;
    if (isbn !== null) found.add(isbn);
  }
  return [...found].slice(0, 6);
}

const dull = (digits: string): boolean => new Set(digits.slice(0, 9)).size === 1;

function thirteen(digits: string): string | null {
  if (!/^97[89]\d{10}$/.test(digits) || dull(digits.slice(3))) return null;
  return checkDigit(digits.slice(0, 12)) === digits[12] ? digits : null;
}

function ten(digits: string): string | null {
  if (!/^\d{9}[\dX]$/.test(digits) || dull(digits)) return null;
  let sum = 0;
  for (let at = 0; at < 10; at++) sum += (10 - at) * (digits[at] === 'X' ? 10 : Number(digits[at]));
  if (sum % 11 !== 0) return null;
  const body = `978${digits.slice(0, 9)}`;
  return body + checkDigit(body);
}

function checkDigit(twelve: string): string {
  let sum = 0;
  for (let at = 0; at < 12; at++) sum += Number(twelve[at]) * (at % 2 === 0 ? 1 : 3);
  return String((10 - (sum % 10)) % 10);
}
