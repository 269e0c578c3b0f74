// Plain Node: installs and builds what is missing, then runs the tests, or the bench with --bench. Ends with "N passed, N failed, N skipped".
//   node test/run.mjs [--quick] [--only FOLDER,…] [--without FOLDER,…] [mocha options]   --quick: what may differ on another Node
//   node test/run.mjs --servers [--only FOLDER,…] [mocha options]   on the servers that DATABASE_URL, OBJECT_STORE_URL and SEARCH_URL name: the suites, what
//       the server keeps and finds, and two journeys; RECORD_MEILISEARCH=1 writes the transcripts of test/support anew
//   node test/run.mjs --faults [--servers] [--seed N]   test/faults alone and at length: 50 kills instead of 5; the seed is printed and may be given
//   node test/run.mjs --only peers   by programs of others; they are installed into .cache when they are missing
//   node test/run.mjs --bench [name…] [--seed N]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from '../server/start.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
prepare();

const args = process.argv.slice(2);
const loader = ['--import', 'tsx', '--disable-warning=ExperimentalWarning'];

/** What runs on servers as well: it keeps rows, objects or an index. The rest, such as reading documents, is the same wherever they lie. */
const onServers = ['servers', 'server/access', 'server/accounts', 'server/catalogue', 'server/discovery', 'server/files', 'server/jobs', 'server/reader', 'journeys/scan-to-page', 'journeys/everyday'];
/** What may differ on another Node: its own modules, the packages with binaries, streams, processes and threads. */
const onOtherNode = ['storage', 'search', 'server/files', 'server/http', 'server/ingest', 'server/jobs', 'server/reader'];
/** Fills the disk of the data folder, which is that of the rows, the objects and the index. */
const embeddedAlone = ['server/files/full-disk', 'faults/full-disk'];
/** By programs that are not ours, which take a while to install: only when asked for. */
const whenAsked = 'peers';
/** Looks whether the others have left anything. */
const last = join('test', 'servers', 'nothing-left.test.ts');

function found(folder) {
  const files = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...found(path));
    else if (entry.name.endsWith('.test.ts')) files.push(path);
  }
  return files.sort();
}

if (args[0] === '--bench') {
  const child = spawn(process.execPath, [...loader, join('test', 'bench', 'run.ts'), ...args.slice(1)], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  // `npm test` is about the embedded parts, whatever servers the environment names.
  const servers = args.includes('--servers');
  if (!servers) for (const name of ['DATABASE_URL', 'OBJECT_STORE_URL', 'SEARCH_URL']) delete process.env[name];
  else if (!process.env['DATABASE_URL'] && !process.env['OBJECT_STORE_URL'] && !process.env['SEARCH_URL']) {
    console.error('set DATABASE_URL, OBJECT_STORE_URL or SEARCH_URL to the servers to be tested');
    process.exit(2);
  }
  // Of this run: several may use the same servers.
  if (servers) process.env['TU_SACH_TEST_RUN'] = randomBytes(4).toString('hex');
  const quick = args.includes('--quick');
  const without = [...(args.includes('--without') ? args[args.indexOf('--without') + 1].split(',') : []), ...(servers ? embeddedAlone : ['servers']), ...(process.env['SEARCH_URL'] ? [] : ['servers/search', 'servers/meilisearch'])];
  const faults = args.includes('--faults');
  if (faults) process.env['FAULTS'] = 'long';
  if (args.includes('--seed')) process.env['FAULT_SEED'] = args[args.indexOf('--seed') + 1];
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : faults ? 'faults' : '';
  const valued = ['--only', '--without', '--seed'];
  const rest = args.filter((arg, at) => !['--quick', '--servers', '--faults', ...valued].includes(arg) && !valued.includes(args[at - 1]));
  if (!only.startsWith(whenAsked)) without.push(whenAsked);
  const wanted = only || !(servers || quick) ? only.split(',') : servers ? onServers : onOtherNode;
  const within = (file, folders) => folders.some((folder) => file.startsWith(join('test', folder)));
  const files = found('test').filter((file) => within(file, wanted) && !within(file, without) && file !== last);
  if (servers && files.length > 0) files.push(last);
  if (files.length === 0) {
    console.error('no test files found');
    process.exit(1);
  }
  if (!existsSync(join(root, 'web', 'dist', 'index.html'))) throw new Error('the pages are not built');
  const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js');
  const options = ['--reporter', join('test', 'support', 'reporter.cjs'), '--timeout', '20000', '--exit', ...rest];
  const child = spawn(process.execPath, [...loader, mocha, ...options, ...files], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
}
