import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** One answer: how many match, and how long it took inside the process that was asked. */
export interface Answer {
  hits: number;
  ms: number;
}

/**
 * A search engine in a process of its own. Orders are lines with tabs between their parts, answers are lines of JSON:
 * `version`; `build corpus folder`, a document a line; `run queries answers mode`, a query a line (`words` or `phrases`, a tab, the
 * words), which writes an answer a line (hits, a tab, milliseconds). No start of a process is in any figure.
 */
export interface PeerProcess {
  name: string;
  /** Seconds until all is written and can be found; bytes on disk. */
  build(corpus: string, folder: string): Promise<{ seconds: number; bytes: number }>;
  run(queries: string, mode: string): Promise<Answer[]>;
  order(...parts: string[]): Promise<Record<string, unknown>>;
  /** Megabytes that the process holds now (VmRSS); NaN where /proc is not. */
  memory(): number;
  end(): Promise<void>;
}

/** Why there is no such peer here. */
export interface MissingPeer {
  name: string;
  missing: string;
}

export const isMissing = (peer: PeerProcess | MissingPeer): peer is MissingPeer => 'missing' in peer;

/** Nothing that a peer is asked may take longer. */
const patience = 15 * 60_000;
const here = import.meta.dirname;

export async function startPeer(name: string, command: string, args: string[], work: string): Promise<PeerProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] }) as ChildProcessWithoutNullStreams;
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4000)));
  const waiting: { resolve: (answer: Record<string, unknown>) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Record<string, unknown>));
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const lost = (error?: Error): void => {
    for (const { reject } of waiting.splice(0)) reject(error ?? new Error(`${name} ended: ${complaint}`));
  };
  child.on('error', lost).on('close', () => lost());
  child.stdin.on('error', lost);
  const order: PeerProcess['order'] = (...parts) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} did not answer ${parts[0]} in ${patience / 60_000} minutes`)), patience);
      waiting.push({
        resolve: (answer) => (clearTimeout(timer), resolve(answer)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      });
      child.stdin.write(`${parts.join('\t')}\n`);
    });
  const { version } = await order('version');
  let asked = 0;
  return {
    name: `${name} ${String(version)}`,
    order,
    build: async (corpus, folder) => {
      mkdirSync(folder, { recursive: true });
      return (await order('build', corpus, folder)) as { seconds: number; bytes: number };
    },
    run: async (queries, mode) => {
      const answers = join(work, `answers-${child.pid}-${asked++ % 2}`);
      await order('run', queries, answers, mode);
      return readFileSync(answers, 'utf8').trimEnd().split('\n').map((line) => {
        const [hits, ms] = line.split('\t');
        return { hits: Number(hits), ms: Number(ms) };
      });
    },
    memory: () => {
      const status = `/proc/${child.pid}/status`;
      return existsSync(status) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024 : Number.NaN;
    },
    end: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

const onNode = (file: string, options: string[] = []): string[] => [...options, '--import', 'tsx', '--disable-warning=ExperimentalWarning', join(here, file)];

/** Our own engine; like the others in a process of its own. `heap` in MB bounds what it may hold. */
export const startOwn = (work: string, heap = 1024): Promise<PeerProcess> =>
  startPeer('ours', process.execPath, onNode('own-engine.ts', [`--max-old-space-size=${heap}`]), work);

export const startFts5 = (work: string): Promise<PeerProcess> => startPeer('SQLite FTS5', process.execPath, onNode('fts5-engine.ts'), work);

/** Debian: default-jdk-headless and liblucene8-java. The driver is compiled when it is needed. */
export async function startLucene(work: string): Promise<PeerProcess | MissingPeer> {
  const missing = (what: string): MissingPeer => ({ name: 'Lucene 8', missing: what });
  const jars = '/usr/share/java';
  const jar = (part: string): string | undefined =>
    existsSync(jars) ? readdirSync(jars).find((name) => new RegExp(`^lucene-${part}-8[.\\d]*\\.jar$`).test(name)) : undefined;
  const [core, analyzers] = [jar('core'), jar('analyzers-common')];
  if (!core || !analyzers) return missing('liblucene8-java is not installed');
  const classpath = [core, analyzers].map((name) => join(jars, name)).join(':');
  try {
    execFileSync('javac', ['-cp', classpath, '-d', work, join(here, 'LucenePeer.java')], { stdio: 'pipe' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing('default-jdk-headless is not installed');
    throw error;
  }
  return startPeer('Lucene', 'java', ['-Xmx2g', '-cp', `${classpath}:${work}`, 'LucenePeer'], work);
}

/** Debian: python3-xapian, which Debian's own Python finds. */
export async function startXapian(work: string): Promise<PeerProcess | MissingPeer> {
  const python = '/usr/bin/python3';
  try {
    execFileSync(python, ['-c', 'import xapian'], { stdio: 'pipe' });
  } catch {
    return { name: 'Xapian', missing: 'python3-xapian is not installed' };
  }
  return startPeer('Xapian', python, [join(here, 'xapian_peer.py')], work);
}
