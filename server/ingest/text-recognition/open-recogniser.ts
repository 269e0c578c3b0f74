import type { IngestLimits } from '../ingest-limits.ts';
import type { Tools } from '../tools.ts';
import type { Recogniser } from './recogniser.ts';
import { systemTesseract } from './system-tesseract.ts';
import { tesseractJs } from './tesseract-js.ts';

/** Tesseract of the system, else its WebAssembly from npm; null where recognition is off. */
export function openRecogniser(tools: Tools, limits: IngestLimits, signal: AbortSignal): Recogniser | null {
  if (!limits.recognition) return null;
  return tools.tesseract
    ? systemTesseract(tools.tesseract, tools.environment, limits, signal)
    : tesseractJs(tools.environment, limits, signal);
}
