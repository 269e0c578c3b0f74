/**
 * A process that reads one document: the only place where a stranger's bytes are parsed and decoded. It answers one
 * request at a time and may be killed at any moment.
 */
import { writeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { DocumentFault } from './document-fault.ts';
import type {
  DocumentAnswer,
  DocumentMethod,
  DocumentRequest,
  DocumentSource,
  OpenDocument,
} from './document-protocol.ts';
import { identifyFormat } from './identify-format.ts';
import type { IngestLimits } from './ingest-limits.ts';
import { handlerOf } from './formats/all-formats.ts';
import type { CleanUpPlan } from './images/clean-up-plan.ts';
import { cleanPage, decodesSoFar, evennessOf, examinePage, makeThumbnails } from './images/image-codec.ts';
import { startWatchdog } from './process-watchdog.ts';

let document: OpenDocument | null = null;

function opened(): OpenDocument {
  if (!document) throw new Error('no document is open');
  return document;
}

const methods: Record<DocumentMethod, (...args: never[]) => Promise<unknown>> = {
  identify: (path: string, limits: IngestLimits) => identifyFormat(path, limits),
  async open(source: DocumentSource) {
    const handler = handlerOf(source.format, source.mediaType);
    if (!handler) throw new DocumentFault('format-not-read');
    document = await handler.open(source);
    return document.outline;
  },
  pageImage: (number: number) => opened().pageImage(number),
  pageText: (number: number, width: number, height: number) => opened().pageText(number, width, height),
  thumbnails: (image: string | Uint8Array, pixels: number) => makeThumbnails(image, pixels),
  evenness: (path: string) => evennessOf(path),
  examinePage: (path: string, pixels: number) => examinePage(path, pixels),
  cleanPage: (path: string, plan: CleanUpPlan, pixels: number) => cleanPage(path, plan, pixels),
};

/** Errors of the engines that mean "no more room" in their own words. */
const outOfMemory = /out of memory|cannot enlarge memory|memory access out of bounds|allocation failed|OOM/i;

/** WebAssembly.RuntimeError, which the Node types do not name. */
const trapped = (error: unknown): boolean => error instanceof Error && error.name === 'RuntimeError';

async function answer(request: DocumentRequest): Promise<DocumentAnswer> {
  const before = decodesSoFar();
  try {
    const value = await methods[request.method](...(request.args as never[]));
    return { id: request.id, ok: true, value, decodes: decodesSoFar() - before };
  } catch (error) {
    const decodes = decodesSoFar() - before;
    if (error instanceof DocumentFault) {
      return { id: request.id, ok: false, code: error.code, params: error.params, message: error.message, decodes };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // An engine in WebAssembly that has trapped is in no known state: die, and let the next request begin anew.
    if (trapped(error) || outOfMemory.test(message)) {
      writeSync(2, outOfMemory.test(message) ? `document-too-much-memory\n${message}\n` : `${message}\n`);
      process.exit(70);
    }
    return { id: request.id, ok: false, code: 'document-damaged', params: {}, message, decodes };
  }
}

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
startWatchdog(Number(process.argv[2] ?? 0));
let turn: Promise<void> = Promise.resolve();
process.on('message', (request: DocumentRequest) => {
  turn = turn.then(async () => {
    process.send?.(await answer(request));
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0, ok: true, value: 'ready', decodes: 0 });
