import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { readFile } from 'node:fs/promises';
import { DocumentFault } from './document-fault.ts';

export interface ProgramRun {
  environment: Record<string, string>;
  seconds: number;
  memoryMegabytes: number;
  signal: AbortSignal;
  /** What the program reads. */
  input?: string;
  /** Called with the output as it comes. */
  onText(text: string): void;
}

/**
 * Runs a program at low priority, killed past its time or memory or when the signal fires. Resolves when it has ended
 * well. Throws DocumentFault (document-too-slow, document-too-much-memory, document-process-died), AbortError.
 */
export function runProgram(path: string, args: string[], run: ProgramRun): Promise<void> {
  run.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { env: run.environment, stdio: ['pipe', 'pipe', 'pipe'] });
    let fault: unknown = null;
    let stderr = '';
    const kill = (reason: unknown): void => {
      fault ??= reason;
      child.kill('SIGKILL');
    };
    if (child.pid) lowerPriority(child.pid);
    const timer = setTimeout(
      () => kill(new DocumentFault('document-too-slow', { seconds: run.seconds })),
      run.seconds * 1000,
    );
    const memory = setInterval(() => {
      void residentMegabytes(child.pid).then((used) => {
        if (used > run.memoryMegabytes)
          kill(new DocumentFault('document-too-much-memory', { megabytes: run.memoryMegabytes }));
      });
    }, 500);
    const abort = (): void => kill(run.signal.reason);
    run.signal.addEventListener('abort', abort, { once: true });
    // A program that does not read to the end is judged by how it ends.
    child.stdin.on('error', () => {});
    child.stdin.end(run.input ?? '');
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      try {
        run.onText(text);
      } catch (error) {
        kill(error);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    child.on('error', (error) => {
      fault ??= new DocumentFault('document-process-died', {}, { cause: error });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      clearInterval(memory);
      run.signal.removeEventListener('abort', abort);
      if (fault) reject(fault);
      else if (code === 0) resolve();
      else reject(new DocumentFault('document-process-died', {}, { cause: stderr }));
    });
  });
}

/** Readers come first. A process that has ended meanwhile needs no priority. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

const pageSize = 4096;

/** 0 where the system has no /proc, or the process has gone. */
export async function residentMegabytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return (Number(text.split(' ')[1] ?? 0) * pageSize) / 1024 / 1024;
}
