/** Tesseract in WebAssembly in a process of its own; answers the TSV of one image after the other. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { createWorker, OEM, type Worker } from 'tesseract.js';
import { startWatchdog } from '../process-watchdog.ts';

export interface RecognitionRequest {
  id: number;
  path: string;
}
export type RecognitionAnswer = { id: number; tsv: string } | { id: number; message: string };

/** The engine's memory only grows: a new one now and then. */
const pagesPerWorker = 50;

const require = createRequire(import.meta.url);
const langPath = join(dirname(require.resolve('@tesseract.js-data/vie/package.json')), '4.0.0_best_int');

let worker: Worker | null = null;
let pages = 0;

async function currentWorker(): Promise<Worker> {
  if (worker && pages++ >= pagesPerWorker) {
    await worker.terminate();
    worker = null;
  }
  if (!worker) {
    pages = 1;
    worker = await createWorker('vie', OEM.LSTM_ONLY, {
      langPath,
      gzip: true,
      cacheMethod: 'none',
      errorHandler: () => {},
    });
  }
  return worker;
}

async function answer({ id, path }: RecognitionRequest): Promise<RecognitionAnswer> {
  try {
    const engine = await currentWorker();
    const { data } = await engine.recognize(await readFile(path), {}, { text: false, blocks: false, tsv: true });
    return { id, tsv: data.tsv ?? '' };
  } catch (error) {
    return { id, message: String(error) };
  }
}

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
startWatchdog(Number(process.argv[2] ?? 0));
let turn: Promise<void> = Promise.resolve();
process.on('message', (request: RecognitionRequest) => {
  turn = turn.then(async () => {
    process.send?.(await answer(request));
  });
});
process.on('disconnect', () => process.exit(0));
