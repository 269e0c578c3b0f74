const roman: Record<string, string> = Object.fromEntries(
  'I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI'
    .split(' ')
    .map((numeral, place) => [numeral, String(place + 1)]),
);
/** Words that a numeral counts: học kì I, chương IV, thế kỉ XX. Elsewhere `I` and `V` are letters. */
const counted = new Set('ki hk chuong tap phan quyen bai muc cap khoi lop cuoi dot lan'.split(' '));

/** Whether a numeral may follow the folded word. */
export const countsWhatFollows = (fold: string): boolean => counted.has(fold);

/** `I` in `kì I` is `1`; null where it is no numeral. `before` is the folded word in front. */
export function romanNumber(text: string, before: string | undefined): string | null {
  return before !== undefined && counted.has(before) ? (roman[text] ?? null) : null;
}
