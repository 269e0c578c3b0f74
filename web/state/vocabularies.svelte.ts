import type { Term, VocabularyName } from '../../server/contract/vocabulary.ts';
import * as api from '../api/calls.ts';
import type { Vocabularies } from '../api/shapes.ts';
import { language } from './language.svelte.ts';

class Lists {
  all = $state.raw<Partial<Vocabularies>>({});
  byCode = $derived(
    new Map(
      Object.entries(this.all).map(
        ([name, terms]) => [name, new Map((terms ?? []).map((term) => [term.code, term]))] as const,
      ),
    ),
  );
}
const lists = new Lists();
let asked: Promise<void> | null = null;

/** Asks for the vocabularies once; a failed try is forgotten so that the next page asks again. */
export function loadVocabularies(again = false): Promise<void> {
  if (again) asked = null;
  asked ??= api.vocabularies
    .all()
    .then((answer) => {
      lists.all = answer.vocabularies;
    })
    .catch((error: unknown) => {
      asked = null;
      throw error;
    });
  return asked;
}

export const termsOf = (name: VocabularyName): Term[] => lists.all[name] ?? [];
export const termOf = (name: VocabularyName, code: string): Term | null => lists.byCode.get(name)?.get(code) ?? null;

/** A term in the reader's language; the bare code while the lists are on their way or the term is unknown. */
export function label(name: VocabularyName, code: string): string {
  const term = termOf(name, code);
  if (!term) return code;
  return (language() === 'en' && term.en) || term.vi;
}

/** Sorts codes in the vocabulary's own order; unknown ones last. */
export function inOrder(name: VocabularyName, codes: readonly string[]): string[] {
  const place = (code: string) => termOf(name, code)?.position ?? Number.MAX_SAFE_INTEGER;
  return [...codes].sort((a, b) => place(a) - place(b));
}
