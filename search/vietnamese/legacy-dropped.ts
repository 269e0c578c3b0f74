import { isSyllable } from './syllables.ts';

/*
 * TCVN3 whose soft hyphens were dropped on the way, as copying out of Word does: every toneless ư is missing. Before ơ it is
 * put back wherever the rest is no syllable (legacy-readings.ts); what follows is done only where all of them are missing.
 */
const rests = 'ngời dới lới cới lợt trợt mợn sờn vờn bớm cời rỡi lỡi vơn mợt lớt cớp mớp rợi'.split(' ');
const whole = new Map(rests.map((rest) => [rest, rest.replace(/[ơờớởỡợ]/, 'ư$&')]));
const alone = new Set(['nh', 'th']);

/** `ngời` → `người`, `nhng` → `nhưng`, `th` → `thư`: words that are none, or hardly ever, without it. */
export function withDroppedHorn(word: string): string {
  return word.replace(/[\p{L}\p{M}]+/gu, (letters) => {
    const small = letters.toLocaleLowerCase('vi');
    const mended = whole.get(small) ?? (alone.has(small) ? `${small}ư` : fill(small));
    if (mended === undefined || (letters.length > 1 && letters === letters.toLocaleUpperCase('vi') && alone.has(small)))
      return letters;
    if (letters === small) return mended;
    return letters === letters.toLocaleUpperCase('vi')
      ? mended.toLocaleUpperCase('vi')
      : (letters[0] as string) + mended.slice(1);
  });
}

/** Consonants before ng: there was a vowel, and it was this one. */
function fill(small: string): string | undefined {
  if (!/^[bcdđghklmnprstvx]{1,3}ng$/.test(small)) return undefined;
  const filled = `${small.slice(0, -2)}ư${small.slice(-2)}`;
  return isSyllable(filled) ? filled : undefined;
}
