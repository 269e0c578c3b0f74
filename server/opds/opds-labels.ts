import type { FacetName } from '../../search/facets.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import type { Term } from '../contract/vocabulary.ts';
import type { Language } from '../contract/person.ts';
import { facetVocabulary } from '../discovery/facet-lists.ts';

/** What a value of a facet is called; a code that no vocabulary knows, and a topic, is its own name. */
export function labelOf(vocabularies: Vocabularies, facet: FacetName, code: string, language: Language): string {
  const name = facetVocabulary[facet];
  return termLabel(name === null ? undefined : vocabularies.byCode[name].get(code), language) ?? code;
}

/** Vietnamese where there is no English. */
export const termLabel = (term: Term | undefined, language: Language): string | undefined =>
  (language === 'en' ? term?.en : null) ?? term?.vi;
