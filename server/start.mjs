// Plain Node, no dependency: installs and builds what is missing, then starts web and worker, or one of the commands.
//   node server/start.mjs [--sample]         the library
//   node server/start.mjs --only web|worker  one of its processes, for an installation of several
//   node server/start.mjs --cli NAME ARGS…   npm run ingest, npm run reindex
//   node server/start.mjs --prepare          installs and builds only
import { fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldest = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(`Tủ Sách cần Node ${oldest.join('.')} trở lên; máy này có Node ${process.versions.node}.\nTủ Sách needs Node ${oldest.join('.')} or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

/** A hash of names, sizes and times: enough to notice an edit or a new version, and quick. */
function treeMark(folder, skip) {
  const hash = createHash('sha256');
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (skip.includes(path)) continue;
      if (entry.isDirectory()) walk(path);
      else {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path} ${size} ${Math.round(mtimeMs)}\n`);
      }
    }
  };
  walk(folder);
  return hash.digest('hex');
}

const cache = join(root, '.cache');
const readMark = (name) => (existsSync(join(cache, name)) ? readFileSync(join(cache, name), 'utf8') : '');
const writeMark = (name, value) => {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, name), value);
};

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  if (result.status !== 0) {
    console.error(`\n${command} ${args.join(' ')} không chạy được. / failed.`);
    process.exit(result.status ?? 1);
  }
}

export function prepare() {
  // Made by server/container/build.sh: complete as it is, and perhaps not to be written to.
  if (existsSync(join(cache, 'built-for-use'))) return;
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (!existsSync(join(root, 'node_modules')) || readMark('installed') !== lock) {
    console.log('Đang cài các thư viện cần thiết… / Installing what is missing…');
    // What builds the pages counts as development, which NODE_ENV=production would leave out.
    run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund']);
    writeMark('installed', lock);
  }
  const dist = join(root, 'web', 'dist');
  const sources = [treeMark(join(root, 'web'), [dist]), treeMark(join(root, 'search', 'vietnamese'), []), lock].join(' ');
  if (!existsSync(join(dist, 'index.html')) || readMark('built') !== sources) {
    console.log('Đang dựng giao diện… / Building the pages…');
    run(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--config', join(root, 'web', 'vite.config.ts'), '--logLevel', 'warn']);
    writeMark('built', sources);
  }
}

/** config.ts ends a process with it. */
const settingsFault = 2;

const loader = ['--import', new URL('../node_modules/tsx/dist/loader.mjs', import.meta.url).href];

function startProcess(file, args, onMessage, onExit) {
  const child = fork(join(root, 'server', file), args, { execArgv: [...loader, '--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', onMessage);
  child.on('exit', onExit);
  return child;
}

function command(name, args) {
  const child = fork(join(root, 'server', 'cli', `${name}-command.ts`), args, { execArgv: loader, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** `only` is web, worker, or null for both. Ends when the web process ends, or on a signal; a worker that ends is started again. */
function library(only, args) {
  let stopping = false;
  let announced = false;
  let web = null;
  let worker = null;
  let workerStarts = 0;
  let exitCode = 0;

  if (only === 'worker') startWorker();
  else startWeb();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  /** One that is asked to stop before it listens for that ends by the signal, and has nothing to end cleanly. */
  const statusOf = (code, signal) => code ?? (stopping && signal === 'SIGTERM' ? 0 : 1);

  function startWeb() {
    web = startProcess('main.ts', args, onWeb, (code, signal) => {
      web = null;
      exitCode ||= statusOf(code, signal);
      if (!stopping) console.error('Phần web đã dừng. / The web process has stopped.');
      stop();
    });
  }

  function onWeb(message) {
    if (message.sample === null) console.log('Thư viện này đã có dữ liệu của trường; không nạp thư viện mẫu. / This library is already in use; the sample was not loaded.');
    if (message.sample) {
      console.log('\nTài khoản của thư viện mẫu / Accounts of the sample library:');
      for (const account of message.sample) console.log(`  ${account.role.padEnd(14)} ${account.username.padEnd(12)} ${account.password}`);
    }
    if (message.listening && !announced) {
      announced = true;
      console.log(`\nTủ Sách: ${message.url}\nDừng bằng Ctrl-C. / Stop with Ctrl-C.\n`);
      if (only === null) startWorker();
    }
  }

  // A worker that the system killed is started again: its jobs come back when their lease has run out.
  function startWorker() {
    if (stopping) return;
    workerStarts++;
    worker = startProcess(
      'worker.ts',
      [],
      () => {},
      (code, signal) => {
        worker = null;
        // Settings that cannot be used are as wrong the next time.
        if (only === 'worker' && (stopping || code === settingsFault)) exitCode ||= statusOf(code, signal);
        if (stopping || exitCode > 0) return stop();
        const pause = Math.min(30_000, 500 * 2 ** Math.min(workerStarts, 6));
        console.error(`Phần xử lý tệp đã dừng (${signal ?? code}), sẽ chạy lại. / The worker has stopped and will be started again.`);
        setTimeout(startWorker, pause);
      },
    );
    setTimeout(() => (workerStarts = 0), 60_000).unref();
  }

  function stop() {
    if (!stopping) {
      stopping = true;
      web?.kill('SIGTERM');
      worker?.kill('SIGTERM');
    }
    if (!web && !worker) process.exit(exitCode);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, ...rest] = process.argv.slice(2);
  if (first === '--only' && !['web', 'worker'].includes(rest[0])) {
    console.error('--only web | worker');
    process.exit(2);
  }
  prepare();
  if (first === '--cli') command(rest[0], rest.slice(1));
  else if (first === '--only') library(rest[0], rest.slice(1));
  else if (first !== '--prepare') library(null, process.argv.slice(2));
}
