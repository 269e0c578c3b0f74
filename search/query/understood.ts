/**
 * What a query was understood as: the structure that every engine matches and that the ranking scores.
 * Made by understanding what was typed against the vocabularies; see README.md of search.
 */
import type { FacetName } from '../facets.ts';

/** A word as it is matched, with the marks that decide among equals. */
export interface UnderstoodWord {
  fold: string;
  /** Tone key as typed or decoded; equal to `fold` where no marks are known. */
  tone: string;
}

/**
 * One way to read a part of the query. `likeness` is from 0 to 1: 1 as typed, less for what was guessed
 * (another number form, a slip put right, a decoded keystroke); it scales what a match by this reading is worth.
 */
export type Reading =
  | { kind: 'words'; /** One, or several that stand side by side. */ words: UnderstoodWord[]; likeness: number }
  | {
      kind: 'initials';
      /** First letters of words that stand side by side: `tphcm`. */ letters: string;
      likeness: number;
    }
  | { kind: 'facet'; facet: FacetName; code: string; likeness: number };

/** A part of the query that a result has to hold by one of its readings. */
export interface UnderstoodGroup {
  /** Never empty; the best first. */
  readings: Reading[];
  /** Typed in quotation marks: the words as they stand, never given up. */
  quoted: boolean;
  /** Only in this field (`tác giả:`); null anywhere, pages included. */
  field: 'title' | 'agents' | 'keywords' | null;
}

export interface UnderstoodQuery {
  wanted: UnderstoodGroup[];
  /** What must not be there; a page or record that holds one falls away. */
  unwanted: UnderstoodGroup[];
  /** Whether anything was typed with marks; a query without any is indifferent to them. */
  marked: boolean;
}
