import { type ChildProcess, fork } from 'node:child_process';

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DocumentFault } from './document-fault.ts';
import type { IngestLimits } from './ingest-limits.ts';
import { residentMegabytes } from './run-program.ts';
import type {
  DocumentAnswer,
  DocumentMethod,
  DocumentOutline,
  DocumentRequests,
  DocumentSource,
} from './document-protocol.ts';

const program = fileURLToPath(new URL('document-process.ts', import.meta.url));
/** Starting Node and the engine on a busy machine. */
const startSeconds = 60;
/** A process that died, or grew too large, may have died of the pages before: a fresh one gets one more try. */
const tries = 2;

const needsDocument: ReadonlySet<DocumentMethod> = new Set(['pageImage', 'pageText']);

type Args<M extends DocumentMethod> = DocumentRequests[M]['args'];
type Value<M extends DocumentMethod> = DocumentRequests[M]['value'];

/** One document in a process of its own, which is started when first asked and again after it died. */
export interface DocumentClient {
  /** What the document says of itself. Throws as ask() does. */
  open(): Promise<DocumentOutline>;
  /** Throws DocumentFault with the document's or the page's code, AbortError when `signal` fires. */
  ask<M extends DocumentMethod>(method: M, ...args: Args<M>): Promise<Value<M>>;
  /** Images decoded and processes started so far. */
  counts(): { decodes: number; processes: number };
  /** Kills the process, if one runs, and waits for its end. */
  close(): Promise<void>;
}

interface Running {
  child: ChildProcess;
  stderr: () => string;
  /** Settles the request that waits. */
  waiting: { id: number; resolve(answer: DocumentAnswer): void; reject(error: unknown): void } | null;
}

/** `sourceOf` is asked when the document is to be opened; `environment` is all that the process learns of ours. */
export function openDocumentClient(
  sourceOf: () => DocumentSource,
  limits: IngestLimits,
  environment: Record<string, string>,
  signal: AbortSignal,
): DocumentClient {
  let running: Running | null = null;
  let opened = false;
  let next = 1;
  let decodes = 0;
  let processes = 0;
  let milliseconds = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const ending = new Set<Promise<unknown>>();

  function start(): Running {
    const child = fork(program, [String(limits.memoryMegabytes)], {
      execArgv: ['--import', 'tsx', `--max-old-space-size=${limits.memoryMegabytes}`, '--max-semi-space-size=16'],
      env: environment,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    processes++;
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    const self: Running = { child, stderr: () => stderr, waiting: null };
    child.on('message', (answer: DocumentAnswer) => {
      if (answer.id === self.waiting?.id) self.waiting.resolve(answer);
    });
    child.on('error', (error) => self.waiting?.reject(error));
    const end = once(child, 'close').catch(() => {});
    ending.add(end);
    void end.then(() => ending.delete(end));
    // 'close' comes after stderr has ended, so that the reason is there.
    child.on('close', () => {
      if (running === self) running = null;
      self.waiting?.reject(diedOf(stderr));
    });
    running = self;
    return self;
  }

  function kill(): void {
    running?.child.kill('SIGKILL');
    running = null;
    opened = false;
  }

  async function receive(process: Running, id: number, seconds: number, begin: () => void): Promise<DocumentAnswer> {
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let memory: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<DocumentAnswer>((resolve, reject) => {
        process.waiting = { id, resolve, reject };
        timer = setTimeout(() => reject(new DocumentFault('document-too-slow', { seconds })), seconds * 1000);
        memory = setInterval(() => {
          void residentMegabytes(process.child.pid).then((used) => {
            if (used > limits.memoryMegabytes)
              reject(new DocumentFault('document-too-much-memory', { megabytes: limits.memoryMegabytes }));
          });
        }, 500);
        abort = () => reject(signal.reason);
        signal.addEventListener('abort', abort, { once: true });
        begin();
      });
    } catch (error) {
      kill();
      throw error;
    } finally {
      clearTimeout(timer);
      clearInterval(memory);
      if (abort) signal.removeEventListener('abort', abort);
      process.waiting = null;
      milliseconds += performance.now() - started;
    }
  }

  async function request<M extends DocumentMethod>(method: M, args: Args<M>): Promise<Value<M>> {
    signal.throwIfAborted();
    if (milliseconds > limits.documentSeconds * 1000) {
      throw new DocumentFault('document-too-slow', { seconds: limits.documentSeconds });
    }
    let process = running;
    if (!process) {
      const fresh = start();
      process = fresh;
      opened = false;
      await receive(fresh, 0, startSeconds, () => {});
    }
    if (!opened && needsDocument.has(method)) await request('open', [sourceOf()]);
    const id = next++;
    const alive = process;
    const answer = await receive(alive, id, limits.requestSeconds, () => {
      alive.child.send({ id, method, args }, (error) => {
        if (error) alive.waiting?.reject(diedOf(alive.stderr()));
      });
    });
    decodes += answer.decodes;
    if (!answer.ok) throw new DocumentFault(answer.code, answer.params, { cause: answer.message });
    if (method === 'open') opened = true;
    return answer.value as Value<M>;
  }

  async function persistently<M extends DocumentMethod>(method: M, args: Args<M>): Promise<Value<M>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request(method, args);
      } catch (error) {
        const fatal = error instanceof DocumentFault && running === null && error.code !== 'document-too-slow';
        if (!fatal || attempt >= tries) throw error;
      }
    }
  }

  function ask<M extends DocumentMethod>(method: M, ...args: Args<M>): Promise<Value<M>> {
    const mine = turn.then(() => persistently(method, args));
    turn = mine.catch(() => {});
    return mine;
  }

  return {
    open: () => ask('open', sourceOf()),
    ask,
    counts: () => ({ decodes, processes }),
    async close() {
      kill();
      await Promise.all(ending);
    },
  };
}

const diedOf = (stderr: string): DocumentFault =>
  new DocumentFault(
    /document-too-much-memory|heap out of memory|heap limit/i.test(stderr)
      ? 'document-too-much-memory'
      : 'document-process-died',
    {},
    { cause: stderr },
  );
