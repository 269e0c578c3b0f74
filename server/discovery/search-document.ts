import type { SearchFacets } from '../../search/facets.ts';
import type { SearchDocument } from '../../search/search-index.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { audienceOfRecord } from '../access/audience.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import type { Description } from '../contract/record.ts';
import type { VocabularyName } from '../contract/vocabulary.ts';

/** Longer keywords are sentences, and no topics to choose from. */
const longestTopic = 60;

const some = (value: string | undefined): string[] => (value ? [value] : []);

/** What a record is found under, each facet by its values. */
export function facetsOf(description: Description, vocabularies: Vocabularies): SearchFacets {
  const parents = (name: VocabularyName, codes: readonly string[]): string[] =>
    codes.flatMap((code) => vocabularies.byCode[name].get(code)?.parent ?? []);
  return {
    level: [...new Set(parents('grade', description.grades))],
    grade: description.grades,
    // English is a foreign language: whoever looks for those finds it too.
    subject: [...new Set([...description.subjects, ...parents('subject', description.subjects)])],
    topic: description.keywords.filter((keyword) => keyword.length <= longestTopic),
    type: some(description.resourceType),
    set: some(description.textbookSet),
    language: description.languages,
  };
}

/** A record, its words from the vocabularies and the text of its pages, as the search index takes them. */
export function searchDocument(
  record: RecordRow,
  vocabularies: Vocabularies,
  pages: readonly { file_id: string; number: number; text: string }[],
): SearchDocument {
  const description = descriptionOf(record);
  const words = (name: VocabularyName, codes: readonly string[]): string[] =>
    codes.flatMap((code) => {
      const term = vocabularies.byCode[name].get(code);
      if (!term) return [code];
      // What else people call it is understood in their queries; here `anh` and `văn` would only be words that nobody wrote.
      return [term.vi, ...(term.en ? [term.en] : [])];
    });
  return {
    id: record.id,
    audience: audienceOfRecord(record),
    title: [description.title, description.subtitle].filter(Boolean).join(' – '),
    agents: description.agents.map((agent) => agent.name),
    keywords: [
      ...description.keywords,
      ...words('subject', description.subjects),
      ...words('grade', description.grades),
      ...words('resource-type', some(description.resourceType)),
      ...words('textbook-set', some(description.textbookSet)),
      // A sentence with names in it, and no name.
      ...some(description.statementOfResponsibility),
      ...some(description.publisher),
      ...some(description.placeOfPublication),
      ...some(description.year),
      ...some(description.edition),
      ...some(description.ddc),
      ...description.identifiers.map((identifier) => identifier.value),
    ],
    abstract: description.abstract ?? '',
    facets: facetsOf(description, vocabularies),
    titleKey: record.title_key,
    publishedAt: Date.parse(record.published_at ?? record.created_at),
    pages: pages.map((page) => ({ fileId: page.file_id, page: page.number, text: page.text })),
  };
}
