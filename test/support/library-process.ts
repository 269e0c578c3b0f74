import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Health } from '../../server/contract/health.ts';
import { type PlaceOnServers, placeOnServers, settingsOf } from './servers.ts';
import { projectRoot } from './source-files.ts';
import { temporaryFolder, until } from './temporary.ts';

/** `npm start` as its own processes, on a folder and, where servers are given, on a place of theirs of its own. */
export interface LibraryProcess {
  url: string;
  folder: string;
  /** Of start.mjs; the web process and the worker are its children. */
  pid: number;
  /** Milliseconds from the start to the first healthy answer of /api/health. */
  startedIn: number;
  /** What the processes have printed. */
  output(): string;
  /** Waits until a worker runs; `except` names one that was killed. */
  workerPid(except?: number): Promise<number>;
  /**
   * Ends it and asserts that it ended as it should: exit code 0, within `seconds`, no process of it left. `ctrlC` signals every process
   * of the terminal, as the keyboard does; otherwise start.mjs alone gets SIGTERM. Answers how many milliseconds it took.
   */
  stop(how?: { ctrlC?: boolean; seconds?: number }): Promise<number>;
  /** As `stop`, and removes the folder. */
  end(): Promise<void>;
}

interface StartOptions {
  folder?: string;
  arguments?: string[];
  environment?: Record<string, string>;
  /** Seconds until /api/health answers. */
  patience?: number;
}

// Whatever a failing test left running ends with the tests.
const running = new Set<ChildProcess>();
const folders = new Set<string>();
/** Of each data folder: started again, a library finds its place again. */
const places = new Map<string, PlaceOnServers>();
process.on('exit', () => {
  for (const child of running) killTree(child.pid!);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The environment of a library: nothing of the machine's settings but where programs are. */
export function libraryEnvironment(folder: string, more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'TESSDATA_PREFIX', 'TU_SACH_HIDE_TOOLS']
      .map((name) => [name, process.env[name] ?? ''])
      .filter(([, value]) => value),
  );
  return { ...kept, PORT: '0', LOG_LEVEL: 'warn', ...more, DATA_DIR: folder };
}

/** The servers' settings of the library in a folder. */
function serversOf(folder: string): Record<string, string> {
  const place = places.get(folder) ?? placeOnServers();
  places.set(folder, place);
  return settingsOf(place);
}

export async function startLibrary(options: StartOptions = {}): Promise<LibraryProcess> {
  const folder = options.folder ?? (await temporaryFolder()).path;
  const begun = performance.now();
  const child = spawn(process.execPath, [join(projectRoot, 'server', 'start.mjs'), ...(options.arguments ?? [])], {
    env: libraryEnvironment(folder, { ...serversOf(folder), ...options.environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that Ctrl-C can be given to all of it
  });
  running.add(child);
  folders.add(folder);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    }),
  );
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const url = await until(
    'the library says its address',
    () => {
      if (gone()) throw new Error(`the library ended while starting:\n${said}`);
      return /Tủ Sách: (http\S+)/.exec(said)?.[1];
    },
    options.patience ?? 60,
  );
  await until(
    '/api/health answers',
    async () => {
      const answer = await fetch(`${url}/api/health`).catch(() => null);
      return answer?.status === 200;
    },
    options.patience ?? 60,
  );
  const startedIn = performance.now() - begun;
  // Readers are served already; tests want the worker too, which starts after the web process.
  await until(
    'the worker is at work',
    async () => (await healthOf(url)).worker?.state === 'ok',
    options.patience ?? 60,
  );

  const stop: LibraryProcess['stop'] = async ({ ctrlC = false, seconds = 25 } = {}) => {
    const asked = performance.now();
    if (gone()) throw new Error(`the library had ended by itself:\n${said}`);
    process.kill(ctrlC ? -child.pid! : child.pid!, ctrlC ? 'SIGINT' : 'SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), seconds * 1000)));
    const end = await Promise.race([ended, late]);
    clearTimeout(timer);
    if (!end) {
      killTree(child.pid!);
      throw new Error(`the library did not end within ${seconds} s:\n${said}`);
    }
    if (end.code !== 0) throw new Error(`the library ended with ${end.signal ?? end.code}:\n${said}`);
    const took = performance.now() - asked;
    await until('every process of the library has ended', () => processesOf(folder).length === 0, 5).catch(
      (error: unknown) => {
        for (const { pid } of processesOf(folder)) killOne(pid);
        throw error;
      },
    );
    return took;
  };
  return {
    url,
    folder,
    pid: child.pid!,
    startedIn,
    output: () => said,
    workerPid: (except) =>
      until(
        'a worker runs',
        () =>
          processesOf(folder).find(({ pid, command }) => pid !== except && command.includes('server/worker.ts'))?.pid,
        40,
      ),
    stop,
    async end() {
      await stop();
      await places.get(folder)?.remove();
      places.delete(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      folders.delete(folder);
    },
  };
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One of the commands on a library's folder: `npm run ingest -- …` is `runCommand(folder, 'ingest', …)`. */
export async function runCommand(folder: string, name: string, ...args: string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(projectRoot, 'server', 'start.mjs'), '--cli', name, ...args], {
    env: libraryEnvironment(folder, serversOf(folder)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  running.delete(child);
  return { code, stdout, stderr };
}

let template: Promise<string> | null = null;

/**
 * A library with the whole sample in it, read to the end. It is made once for all tests, each gets a copy of its own; on servers, where a
 * folder cannot be copied, it is made anew.
 */
export async function startSampleLibrary(environment: Record<string, string> = {}): Promise<LibraryProcess> {
  const { path } = await temporaryFolder();
  if (Object.keys(serversOf(path)).length > 0) {
    const library = await startLibrary({ folder: path, arguments: ['--sample'], environment });
    await until('the sample is read', () => sampleIsRead(library.url), 240);
    return library;
  }
  template ??= makeSample();
  cpSync(await template, path, { recursive: true });
  return startLibrary({ folder: path, environment });
}

async function makeSample(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tu-sach-sample-'));
  folders.add(folder);
  const library = await startLibrary({ folder, arguments: ['--sample'] });
  await until('the sample is read', () => sampleIsRead(library.url), 240);
  await library.stop();
  return folder;
}

async function sampleIsRead(url: string): Promise<boolean> {
  const { total } = (await (await fetch(`${url}/api/search?size=1`)).json()) as { total: number };
  return total > 20 && (await isIdle(url));
}

/** Whether nothing waits or runs in the library. */
export async function isIdle(url: string): Promise<boolean> {
  const { queued, running } = (await healthOf(url)).database?.figures ?? {};
  return queued === 0 && running === 0;
}

async function healthOf(url: string): Promise<Health['parts']> {
  return ((await (await fetch(`${url}/api/health`)).json()) as Health).parts;
}

/** Processes whose environment names this data folder: the web process, the worker and whatever these have started. Empty where /proc is not. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`DATA_DIR=${folder}`)) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

function killTree(pid: number): void {
  killOne(-pid);
  killOne(pid);
}
