import type { Token } from '../vietnamese/fold.ts';

/** Whether a syllable with its marks may become another as it is typed on: `đườ` → `đường`. */
function begins(whole: string, begun: string): boolean {
  const [letters, tone] = whole.split("'");
  const [begunLetters, begunTone] = begun.split("'");
  return letters!.startsWith(begunLetters!) && (begunTone === undefined || begunTone === tone);
}

/** 0 where a word is missing; more where the words begin the text, and where their marks are those typed. */
export function suggestionLikeness(typed: Token[], held: Token[]): number {
  let likeness = 1;
  for (const [place, word] of typed.entries()) {
    const last = place === typed.length - 1;
    const same = held.filter(({ fold }) => (last ? fold.startsWith(word.fold) : fold === word.fold));
    if (same.length === 0) return 0;
    if (word.tone !== word.fold && same.some(({ tone }) => begins(tone, word.tone))) likeness += 2;
  }
  return held[0]!.fold.startsWith(typed[0]!.fold) ? likeness + 1 : likeness;
}
