import type { FileRow } from '../../../storage/metadata/files.ts';
import type { OrganisationRow } from '../../../storage/metadata/organisations.ts';
import type { ToldRecord } from '../../../storage/metadata/harvest-items.ts';
import type { VocabularyName } from '../../contract/vocabulary.ts';
import { descriptionOf } from '../record-writing.ts';
import type { Vocabularies } from '../vocabularies.ts';
import type { Description, RecordState, Scope } from '../../contract/record.ts';

/** What a record says, with its codes as words beside them: all that a crosswalk knows. */
export interface CrosswalkRecord {
  id: string;
  state: RecordState;
  description: Description;
  licence: string;
  scope: Scope;
  school: { code: string; name: string };
  createdAt: string;
  updatedAt: string;
  withdrawn: { at: string; reason: string } | null;
  files: { name: string; mediaType: string; size: number; pages: number; address: string | null }[];
  words: {
    subjects: string[];
    grades: string[];
    resourceType: string | null;
    /** DCMI type of the resource type: Text, StillImage, … */
    dcmiType: string | null;
    textbookSet: string | null;
    readingLevel: string | null;
    licence: string;
  };
}

/** Pages of all files; 0: none is known. */
export const pagesOf = ({ files }: CrosswalkRecord): number => files.reduce((sum, file) => sum + file.pages, 0);

/** A year in which it appeared, out of "1820", "khoảng 1820", "1820-1825"; null: none. */
export const yearIn = (year: string | undefined): string | null => /(?<!\d)(1\d{3}|20\d{2})(?!\d)/.exec(year ?? '')?.[1] ?? null;

const wordOf = ({ byCode }: Vocabularies, vocabulary: VocabularyName, code: string): string => byCode[vocabulary].get(code)?.vi ?? code;

/** The record with its codes as words in Vietnamese. Files have no address yet. */
export function crosswalkRecord(
  row: ToldRecord,
  school: Pick<OrganisationRow, 'code' | 'name'>,
  files: readonly Pick<FileRow, 'name' | 'media_type' | 'size' | 'page_count'>[],
  vocabularies: Vocabularies,
): CrosswalkRecord {
  const description = descriptionOf(row);
  const type = description.resourceType === undefined ? undefined : vocabularies.byCode['resource-type'].get(description.resourceType);
  return {
    id: row.id,
    state: row.state,
    description,
    licence: row.licence,
    scope: row.scope,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    school: { code: school.code, name: school.name },
    withdrawn: row.withdrawn_at === null ? null : { at: row.withdrawn_at, reason: row.withdrawn_reason ?? '' },
    files: files.map(({ name, media_type, size, page_count }) => ({ name, mediaType: media_type, size, pages: page_count, address: null })),
    words: {
      subjects: description.subjects.map((code) => wordOf(vocabularies, 'subject', code)),
      grades: description.grades.map((code) => wordOf(vocabularies, 'grade', code)),
      resourceType: description.resourceType === undefined ? null : (type?.vi ?? description.resourceType),
      dcmiType: typeof type?.extra['dcmi'] === 'string' ? type.extra['dcmi'] : null,
      textbookSet: description.textbookSet === undefined ? null : wordOf(vocabularies, 'textbook-set', description.textbookSet),
      readingLevel: description.readingLevel === undefined ? null : wordOf(vocabularies, 'reading-level', description.readingLevel),
      licence: wordOf(vocabularies, 'licence', row.licence),
    },
  };
}
