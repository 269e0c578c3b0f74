import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import { runProgram } from '../run-program.ts';
import type { Tools } from '../tools.ts';
import { type RecognitionLanguage, recognitionModel } from './recognition-model.ts';
import type { Recogniser } from './recogniser.ts';
import { readTsv } from './tesseract-tsv.ts';

/** The row that begins a page. */
const pageLevel = '1\t';
/** What starting costs is shared by so many; what a crash loses is no more than they. */
const pagesPerProcess = 6;

/** Every tesseract has one thread: with its own threads it is four times slower when several run. */
export function systemTesseract(
  tesseract: NonNullable<Tools['tesseract']>,
  environment: Record<string, string>,
  limits: IngestLimits,
  signal: AbortSignal,
): Recogniser {
  /** A list of images on its standard input, one TSV for all of them; tells of a page when the next one begins. */
  async function go(
    images: readonly string[],
    language: RecognitionLanguage,
    onTsv: (index: number, tsv: string) => void,
  ): Promise<void> {
    const model = recognitionModel(language, tesseract.languages);
    let index = -1;
    let tsv = '';
    let rest = '';
    await runProgram(tesseract.path, ['stdin', 'stdout', '-l', model, 'tsv'], {
      environment: { ...environment, OMP_THREAD_LIMIT: '1' },
      input: `${images.join('\n')}\n`,
      seconds: limits.recognitionSeconds * images.length,
      memoryMegabytes: limits.memoryMegabytes,
      signal,
      onText(text) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line.startsWith(pageLevel)) {
            if (index >= 0) onTsv(index, tsv);
            index++;
            tsv = '';
          } else tsv += `${line}\n`;
        }
      },
    });
    if (index >= 0) onTsv(index, tsv);
  }

  const recognise: Recogniser['recognise'] = async (images, language, onPage) => {
    let known = 0;
    let fault: unknown = null;
    try {
      await go(images, language, (index, tsv) => {
        known = index + 1;
        onPage(index, readTsv(tsv));
      });
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      fault = error;
    }
    const left = images.slice(known);
    if (left.length === 0) return;
    if (images.length === 1) return onPage(0, faultOfPage(fault));
    // One of them is at fault, and took those behind it along.
    for (const [index, image] of left.entries())
      await recognise([image], language, (_, page) => onPage(known + index, page));
  };

  return { batch: pagesPerProcess, atOnce: limits.recognitionProcesses, recognise, close: async () => {} };
}

const faultOfPage = (fault: unknown): DocumentFault =>
  fault instanceof DocumentFault && fault.code !== 'document-process-died'
    ? fault
    : new DocumentFault('text-recognition-failed', {}, { cause: fault instanceof Error ? fault.cause : undefined });
