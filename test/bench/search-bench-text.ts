/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const onsets = ['', ...'b c d g h k l m n p r s t v x ch gi kh ng nh ph qu th tr'.split(' ')];
const rimes =
  'a ac ai am an ang anh ao at au ay e em en eo i ich im in inh iu ia ien o oc oi om on ong ot u uc ui um un ung uong uoc uoi uyen'.split(
    ' ',
  );

/**
 * Text of syllables without marks, as often as a language has them: the n-th most frequent comes about 1/n times as often as
 * the first. Returns a function that writes the next page of so many syllables.
 */
export function generatedText(seed: number): (words: number) => string {
  const random = seeded(seed);
  const syllables = [...new Set(onsets.flatMap((onset) => rimes.map((rime) => onset + rime)))]
    // An open h, k, l, m, s or t with y is folded to i by us and not by the peer: none is generated.
    .map((syllable) => ({ syllable, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ syllable }) => syllable);
  const sums: number[] = [];
  let sum = 0;
  syllables.forEach((_, rank) => sums.push((sum += 1 / (rank + 2.7))));
  const next = (): string => {
    const target = random() * sum;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < target) low = middle + 1;
      else high = middle;
    }
    return syllables[low]!;
  };
  return (words) => Array.from({ length: words }, next).join(' ');
}
