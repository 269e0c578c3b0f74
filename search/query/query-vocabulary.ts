import type { FacetName } from '../facets.ts';
import { tokens } from '../vietnamese/fold.ts';
import { couldBeSyllable } from '../vietnamese/syllables.ts';

/** A term of a vocabulary with everything that people call it. */
export interface QueryTerm {
  facet: FacetName;
  code: string;
  label: string;
  aliases: readonly string[];
}

/** One way to call some terms. */
export interface Alias {
  terms: QueryTerm[];
  /** Says by itself that the terms are meant; `văn`, `anh`, `cd` do so only among others that do. */
  certain: boolean;
}

export interface QueryVocabulary {
  terms: readonly QueryTerm[];
  /** By folded words with one space between. */
  aliases: ReadonlyMap<string, Alias>;
  /** Words of the longest alias. */
  longest: number;
}

const mostWords = 8;

/** Made once for each version of the vocabularies. */
export function queryVocabulary(terms: readonly QueryTerm[]): QueryVocabulary {
  const aliases = new Map<string, Alias>();
  let longest = 0;
  for (const term of terms) {
    // `Kế hoạch bài dạy (giáo án)`: what stands in brackets is another name, or none.
    for (const name of [term.label, term.label.replace(/\s*\(.*\)$/, ''), ...term.aliases]) {
      const words = tokens(name).map(({ fold }) => fold);
      if (words.length === 0 || words.length > mostWords) continue;
      const key = words.join(' ');
      const certain =
        words.length > 1 ||
        (key.length > 2 && !couldBeSyllable(key)) ||
        key ===
          tokens(term.label)
            .map(({ fold }) => fold)
            .join(' ');
      const known = aliases.get(key);
      if (!known) aliases.set(key, { terms: [term], certain });
      else if (!known.terms.includes(term))
        aliases.set(key, { terms: [...known.terms, term], certain: known.certain || certain });
      longest = Math.max(longest, words.length);
      // Written in one, as in `mithuat7`.
      const glued = words.join('');
      if (words.length > 1 && glued.length > 4 && /^[a-z]+$/.test(glued) && !aliases.has(glued))
        aliases.set(glued, { terms: [term], certain: true });
    }
  }
  return { terms, aliases, longest };
}
