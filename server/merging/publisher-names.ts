import { foldText } from '../../search/vietnamese/fold.ts';

/** What says that it is a publisher, or where it sits, and not which. */
const dull = /\b(nha xuat ban|nxb|n x b|cong ty|co phan|tnhh|ctcp|cty|chi nhanh|tap doan|pho|thanh pho|tp|in)\b/g;

/** `NXB. Giáo dục Việt Nam` → `giao duc viet nam`; several publishers are several names. */
export function publisherNames(text: string): string[] {
  const names = text
    .slice(0, 300)
    .split(/[;|/&+]|\s[-–]\s/)
    .map((one) =>
      foldText(one)
        .replace(/\bnxb(?=[a-z])/g, '')
        .replace(dull, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
  return [...new Set(names.filter(Boolean))].sort().slice(0, 4);
}

/** Whether two names may be of one publisher: the same, the head of the other, or its letters (`gdvn`, `gd`, `dhsp`). */
export function samePublisher(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (long.startsWith(`${short} `)) return true;
  return abbreviates(short.split(' '), long.split(' '), 0, 0);
}

/** Whether each word of the short name is a word of the long one or the first letters of some that follow, in order; the long one may go on. */
function abbreviates(short: string[], long: string[], at: number, from: number): boolean {
  if (at === short.length) return true;
  const word = short[at]!;
  if (long[from] === word && abbreviates(short, long, at + 1, from + 1)) return true;
  for (let count = 2; count <= word.length && from + count <= long.length && count <= 6; count++) {
    const letters = long
      .slice(from, from + count)
      .map((one) => one[0])
      .join('');
    if (letters === word && abbreviates(short, long, at + 1, from + count)) return true;
  }
  return false;
}
