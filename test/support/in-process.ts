import { type ChildProcess, spawn } from 'node:child_process';

/** A script of a test in a process of its own. */
export interface InProcess {
  child: ChildProcess;
  /** Whole lines it has printed so far. */
  lines: string[];
  /** Resolves with the exit code; null: killed. */
  ended: Promise<number | null>;
}

/** Runs the code of a module with `config` in scope; what it imports is named from the root of the project. */
export function inProcess(code: string, config: unknown): InProcess {
  const root = new URL('../../', import.meta.url).href;
  const module = `const config = JSON.parse(process.argv[1]);\n${code.replaceAll(/from '([a-z]+\/[^']+\.ts)'/g, (_all, path: string) => `from '${root}${path}'`)}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', module, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let rest = '';
  child.stdout.on('data', (piece: Buffer) => {
    const parts = (rest + piece.toString()).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
  });
  return { child, lines, ended: new Promise((resolve) => child.on('close', (code) => resolve(code))) };
}

/** Opens a library and answers the migrations that were applied by it. */
export async function migratedInProcess(config: { folder: string; databaseUrl?: string | null }): Promise<string[]> {
  const code = `import { openStorage } from 'storage/index.ts';
    const storage = await openStorage(config);
    console.log(JSON.stringify(storage.migrated.applied));
    await storage.close();`;
  const { lines, ended } = inProcess(code, config);
  const status = await ended;
  if (status !== 0) throw new Error(`exit ${status}`);
  return JSON.parse(lines[0]!) as string[];
}

/** Prints `waiting`, waits for a lock, prints `held` and holds it until it is killed (`keep`) or gives it back. */
export const lockInProcess = (config: { folder: string; url: string | null; name: string; keep: boolean }): InProcess =>
  inProcess(
    `import { openMetadata } from 'storage/metadata/open-metadata.ts';
    const metadata = await openMetadata(config);
    process.stdout.write('waiting\\n');
    const release = await metadata.lock(config.name);
    process.stdout.write('held\\n');
    if (config.keep) setInterval(() => {}, 1000);
    else {
      await release();
      await metadata.close();
    }`,
    config,
  );
