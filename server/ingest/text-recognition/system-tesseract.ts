import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import { runProgram } from '../run-program.ts';
import type { Tools } from '../tools.ts';
import type { Recogniser } from './recogniser.ts';
import { readTsv } from './tesseract-tsv.ts';

/** script/Vietnamese reads bad scans better; a second language beside it would cost accuracy. */
const languages = ['script/Vietnamese', 'Vietnamese', 'vie', 'eng'];

/** One tesseract a page, of one thread: with its own threads it is four times slower when several run. */
export function systemTesseract(
  tesseract: NonNullable<Tools['tesseract']>,
  environment: Record<string, string>,
  limits: IngestLimits,
  signal: AbortSignal,
): Recogniser {
  const language = languages.find((one) => tesseract.languages.includes(one)) ?? (tesseract.languages[0] as string);
  return {
    atOnce: limits.recognitionProcesses,
    async recognise(imagePath) {
      let tsv = '';
      try {
        await runProgram(tesseract.path, [imagePath, 'stdout', '-l', language, 'tsv'], {
          environment: { ...environment, OMP_THREAD_LIMIT: '1' },
          seconds: limits.recognitionSeconds,
          memoryMegabytes: limits.memoryMegabytes,
          signal,
          onText: (text) => {
            tsv += text;
          },
        });
      } catch (error) {
        if (error instanceof DocumentFault && error.code === 'document-process-died') {
          throw new DocumentFault('text-recognition-failed', {}, { cause: error.cause });
        }
        throw error;
      }
      return readTsv(tsv);
    },
    close() {},
  };
}
