const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Keys beside each other on the keyboard, a row above or below by less than a key. */
const beside = new Map<string, string>();
for (const [row, keys] of rows.entries())
  for (const [place, key] of [...keys].entries()) {
    const near = [
      keys[place - 1],
      keys[place + 1],
      rows[row - 1]?.[place],
      rows[row - 1]?.[place + 1],
      rows[row + 1]?.[place - 1],
      rows[row + 1]?.[place],
    ];
    beside.set(key, near.filter((one) => one !== undefined).join(''));
  }

/** Slips of a longer text are too many to try. */
const longest = 16;
const letters = 'abcdeghiklmnopqrstuvxy';

/**
 * Folded words that one slip of the hand may have made of what was meant: a letter left out, one too many, two swapped, a neighbouring key.
 * Each is what may have been meant, none twice; a few hundred at most. `word` is one or two folded syllables with a space between; the
 * space itself may have been missed or struck in the wrong place.
 */
export function slipsOf(word: string): string[] {
  if (word.length > longest) return [];
  const meant = new Set<string>();
  for (let place = 0; place <= word.length; place++) {
    const [before, after] = [word.slice(0, place), word.slice(place)];
    // A letter was left out.
    for (const letter of letters) meant.add(before + letter + after);
    if (after === '') continue;
    // One too many.
    meant.add(before + after.slice(1));
    // Another key: the neighbours of the one that was struck.
    for (const key of beside.get(after[0]!) ?? '') meant.add(before + key + after.slice(1));
    // Two swapped.
    if (after.length > 1) meant.add(before + after[1]! + after[0]! + after.slice(2));
  }
  meant.delete(word);
  return [...meant].filter((one) => /^[a-z0-9]+( [a-z0-9]+)*$/.test(one));
}

/** Whether one slip of the hand makes the one of the other. */
export function isOneSlip(meant: string, typed: string): boolean {
  if (meant === typed || Math.abs(meant.length - typed.length) > 1) return false;
  let from = 0;
  while (from < meant.length && meant[from] === typed[from]) from++;
  const [restMeant, restTyped] = [meant.slice(from), typed.slice(from)];
  if (meant.length !== typed.length)
    return meant.length > typed.length ? restMeant.slice(1) === restTyped : restTyped.slice(1) === restMeant;
  if (restMeant.slice(1) === restTyped.slice(1)) return (beside.get(restTyped[0]!) ?? '').includes(restMeant[0]!);
  return restMeant[0] === restTyped[1] && restMeant[1] === restTyped[0] && restMeant.slice(2) === restTyped.slice(2);
}
