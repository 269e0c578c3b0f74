/**
 * The facets of a record. `level` cấp học, `grade` lớp, `subject` môn, `topic` chủ đề (keywords as written), `type` loại học liệu,
 * `set` bộ sách. Codes of the vocabularies, but for topics, which are free words.
 */
export const facetNames = ['level', 'grade', 'subject', 'topic', 'type', 'set', 'language'] as const;
export type FacetName = (typeof facetNames)[number];
export type SearchFacets = Record<FacetName, string[]>;
export type FacetCounts = Record<FacetName, { code: string; count: number }[]>;

export const noCounts = (): FacetCounts =>
  Object.fromEntries(facetNames.map((name) => [name, []])) as unknown as FacetCounts;
