import { type FacetCounts, type FacetName, facetNames, type SearchFacets } from '../../search/facets.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import type { VocabularyName } from '../contract/vocabulary.ts';

type Values = FacetCounts[FacetName];

/** Where the codes of a facet have their words; topics are words themselves. */
export const facetVocabulary: Record<FacetName, VocabularyName | null> = {
  level: 'level',
  grade: 'grade',
  subject: 'subject',
  topic: null,
  type: 'resource-type',
  set: 'textbook-set',
  language: 'language',
};

/** What a value of a facet is called; a code that no vocabulary knows is its own name. */
export function facetLabel(vocabularies: Vocabularies, facet: FacetName, code: string): string {
  const name = facetVocabulary[facet];
  return (name && vocabularies.byCode[name].get(code)?.vi) || code;
}

/** Values of a facet in an answer: a phone shows a few, and a library has thousands of topics. */
const mostValues = 100;

/** The first values of each facet, what was chosen among them wherever it stands. */
export function shortened(
  facets: FacetCounts,
  chosen: Partial<SearchFacets>,
): { facets: FacetCounts; facetsLeftOff: Partial<Record<FacetName, number>> } {
  const facetsLeftOff: Partial<Record<FacetName, number>> = {};
  const cut = (facet: FacetName): Values => {
    const values = facets[facet];
    if (values.length <= mostValues) return values;
    const kept = values.filter(({ code }, place) => place < mostValues || chosen[facet]?.includes(code));
    facetsLeftOff[facet] = values.length - kept.length;
    return kept;
  };
  return { facets: Object.fromEntries(facetNames.map((facet) => [facet, cut(facet)])) as FacetCounts, facetsLeftOff };
}

const mostFound = 50;

/** Values one of whose words begins with `starts`, or that hold its words in this order, accent-blind. */
export function valuesStarting(
  vocabularies: Vocabularies,
  facet: FacetName,
  values: Values,
  starts: string,
): { values: Values; leftOff: number } {
  const typed = foldText(starts);
  const found = values.filter(({ code }) =>
    ` ${foldText(facetLabel(vocabularies, facet, code))}`.includes(` ${typed}`),
  );
  return { values: found.slice(0, mostFound), leftOff: Math.max(0, found.length - mostFound) };
}
