import { foldText } from '../../search/vietnamese/fold.ts';

export type Choice = { code: string; label: string; aliases: readonly string[] };

/** Choices whose label, alias or code has every typed word, accents or not; those whose label begins with the words come first. */
export function matching(choices: readonly Choice[], typed: string): Choice[] {
  const words = foldText(typed);
  if (words === '') return [...choices];
  const scored = choices.flatMap((choice) => {
    const label = foldText(choice.label);
    const aliases = choice.aliases.map((alias) => foldText(alias));
    if (label.startsWith(words)) return [{ choice, score: 0 }];
    if (aliases.includes(words) || choice.code.toLowerCase() === typed.trim().toLowerCase())
      return [{ choice, score: 1 }];
    const all = ` ${[label, ...aliases].join(' ')}`;
    return words.split(' ').every((word) => all.includes(` ${word}`)) ? [{ choice, score: 2 }] : [];
  });
  return scored.sort((a, b) => a.score - b.score).map(({ choice }) => choice);
}
