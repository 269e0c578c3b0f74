import type { DocumentFault } from '../document-fault.ts';
import type { PageWord } from '../page-words.ts';
import type { RecognitionLanguage } from './recognition-model.ts';

export interface RecognisedPage {
  /** Boxes in pixels of the image. */
  words: PageWord[];
  /** 0 to 1; null for a page without words. */
  confidence: number | null;
}

/** Reads the words off page images. */
export interface Recogniser {
  /**
   * Reads the images one after the other and tells of each, by its index, as soon as it is known: its words, or
   * DocumentFault text-recognition-failed, document-too-slow or document-too-much-memory. Throws AbortError.
   */
  recognise(
    images: readonly string[],
    language: RecognitionLanguage,
    onPage: (index: number, page: RecognisedPage | DocumentFault) => void,
  ): Promise<void>;
  /** Images that it is of use to give it in one go: to start it costs as much as a quarter of a page. */
  batch: number;
  /** Goes of which it can do several at the same time. */
  atOnce: number;
  /** Ends its processes and waits for their end. */
  close(): Promise<void>;
}
