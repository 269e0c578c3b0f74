import { foldText } from '../../../search/vietnamese/fold.ts';
import { marcLanguage } from '../../catalogue/crosswalks/marc21.ts';
import type { Vocabularies } from '../../catalogue/vocabularies.ts';
import type { VocabularyName } from '../../contract/vocabulary.ts';

/** Words of other catalogues as codes of ours. */
export interface TermWords {
  /** The code of a term that is called so, whole and in any case; null: none is. */
  code(vocabulary: VocabularyName, words: string): string | null;
  /** ISO 639-1, 639-2 of either kind, a tag (vi-VN) or a name, as a code of ours. */
  language(words: string): string | null;
  /** A licence under which anybody may read; another school's own ones say nothing here. */
  licence(words: string): string | null;
}

const read = new WeakMap<Vocabularies, TermWords>();

/** Terminological codes of ISO 639-2 where they differ from the bibliographic ones that MARC has. */
const terminological: Record<string, string> = { fra: 'fre', zho: 'chi', deu: 'ger' };

/** A letter of Vietnamese that is written apart from its marks, with some room. */
const marksOfALetter = 4;

export function termWords(vocabularies: Vocabularies): TermWords {
  const known = read.get(vocabularies);
  if (known) return known;
  const words = new Map<string, string>();
  let longest = 0;
  for (const [vocabulary, terms] of Object.entries(vocabularies.lists))
    for (const { code, vi, en, aliases, active } of terms) {
      if (!active) continue;
      // Aliases of one word are what people type (`van`, `cd`); in another catalogue they mean anything.
      for (const said of [vi, en ?? '', ...aliases.filter((alias) => /\S\s+\S/.test(alias))]) {
        const key = `${vocabulary} ${foldText(said)}`;
        longest = Math.max(longest, said.length);
        if (said !== '' && !words.has(key)) words.set(key, code);
      }
    }
  // The same words are asked for in one vocabulary after the other, and an abstract is no term: folding it took most of the reading of a record.
  let folded = { said: '', key: '' };
  const find = (vocabulary: string, said: string): string | null => {
    if (said.length > longest * marksOfALetter) return null;
    if (folded.said !== said) folded = { said, key: foldText(said) };
    return words.get(`${vocabulary} ${folded.key}`) ?? null;
  };
  const languages = new Map(vocabularies.lists.language.flatMap(({ code }) => [[code, code], [marcLanguage(code), code]]));
  languages.delete('und');
  const open = (code: string): string | null => {
    const term = vocabularies.byCode.licence.get(code);
    return term?.active && term.extra['public'] === true && term.extra['file'] !== false ? code : null;
  };
  const found: TermWords = {
    code: find,
    language(said) {
      const tag = said.trim().toLowerCase().split(/[-_]/)[0]!;
      return languages.get(terminological[tag] ?? tag) ?? find('language', said);
    },
    licence(said) {
      const text = said.trim();
      if (/creativecommons\.org\/publicdomain\/zero\//i.test(text)) return open('CC0-1.0');
      const deed = /creativecommons\.org\/licenses\/([a-z-]+)\/(\d\.\d)/i.exec(text) ?? /^cc[ -](by(?:-(?:nc|sa|nd))*)[ -](\d\.\d)$/i.exec(text);
      if (deed) return open(`CC-${deed[1]!.toUpperCase()}-${deed[2]!}`);
      return open(text) ?? open(find('licence', text) ?? '');
    },
  };
  read.set(vocabularies, found);
  return found;
}
