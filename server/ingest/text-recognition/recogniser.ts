import type { IngestLimits } from '../ingest-limits.ts';
import type { PageWord } from '../page-words.ts';
import type { Tools } from '../tools.ts';
import { systemTesseract } from './system-tesseract.ts';
import { tesseractJs } from './tesseract-js.ts';

export interface RecognisedPage {
  /** Boxes in pixels of the image. */
  words: PageWord[];
  /** 0 to 1; null for a page without words. */
  confidence: number | null;
}

/** Reads the words off page images. */
export interface Recogniser {
  /** Throws DocumentFault text-recognition-failed, document-too-slow or document-too-much-memory; AbortError. */
  recognise(imagePath: string): Promise<RecognisedPage>;
  /** Pages that it is of use to give it at the same time. */
  atOnce: number;
  close(): void;
}

/** Tesseract of the system, else its WebAssembly from npm; null where recognition is off. */
export function openRecogniser(tools: Tools, limits: IngestLimits, signal: AbortSignal): Recogniser | null {
  if (!limits.recognition) return null;
  return tools.tesseract
    ? systemTesseract(tools.tesseract, tools.environment, limits, signal)
    : tesseractJs(tools.environment, limits, signal);
}
