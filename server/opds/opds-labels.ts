import type { FacetName } from '../../search/facets.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import type { Language } from '../contract/person.ts';
import { facetVocabulary } from '../discovery/facet-lists.ts';

/** What a value of a facet is called; a code that no vocabulary knows, and a topic, is its own name. */
export function labelOf(vocabularies: Vocabularies, facet: FacetName, code: string, language: Language): string {
  const name = facetVocabulary[facet];
  const term = name === null ? undefined : vocabularies.byCode[name].get(code);
  return (language === 'en' ? term?.en : null) ?? term?.vi ?? code;
}
