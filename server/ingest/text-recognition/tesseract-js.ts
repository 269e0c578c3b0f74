import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import type { Recogniser } from './recogniser.ts';
import type { RecognitionAnswer } from './tesseract-js-process.ts';
import { readTsv } from './tesseract-tsv.ts';

const program = fileURLToPath(new URL('tesseract-js-process.ts', import.meta.url));

/** As many processes as pages may be read at once, each started when first needed and again after it died. */
export function tesseractJs(
  environment: Record<string, string>,
  limits: IngestLimits,
  signal: AbortSignal,
): Recogniser {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  let next = 1;

  function start(): ChildProcess {
    const child = fork(program, [String(limits.memoryMegabytes)], {
      execArgv: ['--import', 'tsx'],
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    all.add(child);
    child.on('close', () => all.delete(child));
    return child;
  }

  async function ask(child: ChildProcess, path: string): Promise<string> {
    const id = next++;
    let stderr = '';
    let finish = (): void => {};
    try {
      return await new Promise<string>((resolve, reject) => {
        const onMessage = (answer: RecognitionAnswer): void => {
          if (answer.id !== id) return;
          if ('tsv' in answer) resolve(answer.tsv);
          else reject(new DocumentFault('text-recognition-failed', {}, { cause: answer.message }));
        };
        const onClose = (): void =>
          reject(
            new DocumentFault(
              /too-much-memory/.test(stderr) ? 'document-too-much-memory' : 'text-recognition-failed',
              {},
              { cause: stderr },
            ),
          );
        const onStderr = (text: Buffer): void => {
          stderr = (stderr + text.toString()).slice(-2000);
        };
        const onAbort = (): void => reject(signal.reason);
        const timer = setTimeout(
          () => reject(new DocumentFault('document-too-slow', { seconds: limits.recognitionSeconds })),
          limits.recognitionSeconds * 1000,
        );
        child.on('message', onMessage).on('close', onClose).on('error', reject);
        child.stderr?.on('data', onStderr);
        signal.addEventListener('abort', onAbort, { once: true });
        finish = () => {
          clearTimeout(timer);
          child.off('message', onMessage).off('close', onClose).off('error', reject);
          child.stderr?.off('data', onStderr);
          signal.removeEventListener('abort', onAbort);
        };
        child.send({ id, path }, (error) => {
          if (error) onClose();
        });
      });
    } finally {
      finish();
    }
  }

  return {
    batch: 1,
    atOnce: limits.recognitionProcesses,
    // Only the Vietnamese model comes along; it reads English too, if not as well.
    async recognise(images, _language, onPage) {
      for (const [index, path] of images.entries()) {
        signal.throwIfAborted();
        const child = idle.pop() ?? start();
        try {
          const tsv = await ask(child, path);
          idle.push(child);
          onPage(index, readTsv(tsv));
        } catch (error) {
          child.kill('SIGKILL');
          if (!(error instanceof DocumentFault)) throw error;
          onPage(index, error);
        }
      }
    },
    async close() {
      const ends = [...all].map((child) => once(child, 'close').catch(() => {}));
      for (const child of all) child.kill('SIGKILL');
      await Promise.all(ends);
    },
  };
}
