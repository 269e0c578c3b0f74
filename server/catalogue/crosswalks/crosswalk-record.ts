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
