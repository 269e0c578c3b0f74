import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A PostgreSQL server of a test's own, to be stopped and started. */
export interface OwnPostgres {
  url: string;
  start(): Promise<void>;
  /** `fast` ends its connections; `immediate` is a crash. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  remove(): Promise<void>;
}

/** The folder of initdb and pg_ctl; null where they are not installed. */
export function postgresPrograms(): string | null {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => `/usr/lib/postgresql/${version}/bin`), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl'))) ?? null;
}

/** `settings`: lines of postgresql.conf. Its text sorts as Vietnamese does, which a library must not notice. */
export async function ownPostgres(programs: string, settings: Record<string, string | number> = {}): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'tu-sach-postgres-'));
  await chmod(folder, 0o777);
  // PostgreSQL does not run as root.
  const root = process.getuid?.() === 0;
  const user = root ? 'postgres' : userInfo().username;
  const asUser = (program: string, args: string[]) =>
    root ? run('su', [user, '-s', '/bin/sh', '-c', [join(programs, program), ...args].map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ')], { cwd: '/' }) : run(join(programs, program), args);
  const rows = join(folder, 'rows');
  const port = await freePort();
  await asUser('initdb', ['-D', rows, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=vi', '-U', 'tusach']);
  const options = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, ...settings };
  const flags = Object.entries(options).map(([name, value]) => `-c ${name}=${value}`).join(' ');
  let runs = false;
  const server: OwnPostgres = {
    url: `postgres://tusach@127.0.0.1:${port}/postgres`,
    async start() {
      await asUser('pg_ctl', ['-D', rows, '-w', '-t', '20', '-s', '-l', join(folder, 'log'), '-o', flags, 'start']);
      runs = true;
    },
    async stop(how) {
      await asUser('pg_ctl', ['-D', rows, '-w', '-t', '20', '-s', '-m', how, 'stop']);
      runs = false;
    },
    async remove() {
      if (runs) await server.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
