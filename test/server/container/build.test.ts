import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { projectRoot } from '../../support/source-files.ts';
import { temporaryFolder, until } from '../../support/temporary.ts';

const nobody = 65534;
const isRoot = process.getuid?.() === 0;

/** What `COPY . .` of the Dockerfile copies. */
function copyContext(to: string): void {
  const lines = readFileSync(join(projectRoot, '.dockerignore'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
  const left = lines.filter((line) => !line.startsWith('!') && line !== '*').map((line) => new RegExp(`(^|/)${line.replace('**/', '').replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
  for (const name of lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)))
    cpSync(join(projectRoot, name), join(to, name), { recursive: true, filter: (path) => !left.some((pattern) => pattern.test(relative(projectRoot, path))) });
}

/** Names, sizes and times of everything below a folder. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) return path;
    const { size, mtimeMs, mode } = statSync(path);
    return `${path} ${size} ${mtimeMs} ${mode}`;
  });
}

describe('the build steps of the image, run in an empty folder', function () {
  this.timeout(300_000);
  let folder: string;
  let remove: () => Promise<void>;
  let app: string;
  let node = process.execPath;

  before(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    const checkout = join(folder, 'checkout');
    app = join(folder, 'app');
    copyContext(checkout);
    expect(existsSync(join(checkout, 'web/dist')), 'nothing built comes along').to.equal(false);
    await promisify(execFile)('sh', [join(checkout, 'server/container/build.sh'), app], { maxBuffer: 1024 ** 2 * 16 });
    chmodSync(folder, 0o755);
    if (isRoot) {
      // This Node may lie where nobody else may look.
      node = join(folder, 'node');
      copyFileSync(process.execPath, node);
      chmodSync(node, 0o755);
    }
  });
  after(async () => {
    // Folders that nobody may write to cannot be emptied either.
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
    await remove();
  });

  it('holds no package that only building or testing needs, no tests, and nothing that can be written to', () => {
    const packages = readdirSync(join(app, 'node_modules'));
    expect(packages).to.include.members(['tsx', 'express', 'pg', 'minio', 'meilisearch', 'sharp', 'swagger-ui-dist']);
    expect(packages.filter((name) => ['vite', 'svelte', 'rolldown', 'typescript', 'mocha', 'chai', 'eslint', 'playwright-core', '@types'].includes(name))).to.deep.equal([]);
    expect(readdirSync(app).sort()).to.deep.equal(['.cache', '.npmrc', 'LICENSE', 'node_modules', 'package-lock.json', 'package.json', 'search', 'server', 'storage', 'tsconfig.json', 'web']);
    expect(readdirSync(join(app, 'web'))).to.deep.equal(['dist']);
    const writable = readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isSymbolicLink() && (statSync(join(entry.parentPath, entry.name)).mode & 0o222) !== 0);
    expect(writable.map((entry) => join(entry.parentPath, entry.name))).to.deep.equal([]);
  });

  it('a second build into the same folder is refused', async () => {
    const again = promisify(execFile)('sh', [join(folder, 'checkout/server/container/build.sh'), app]);
    expect(await again.then(() => '', (error: { stderr: string }) => error.stderr)).to.include('is not empty');
  });

  it('web and worker start from it as a person without rights, with no npm at hand, and answer the checks of the containers', async () => {
    const data = join(folder, 'data');
    await mkdir(join(data, 'tmp'), { recursive: true });
    if (isRoot) for (const path of [data, join(data, 'tmp')]) chownSync(path, nobody, nobody);
    const before = listing(app);
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));

    const env = { PATH: join(folder, 'nothing'), NODE_ENV: 'production', HOME: join(data, 'tmp'), TMPDIR: join(data, 'tmp'), DATA_DIR: data, PORT: String(port) };
    const as = isRoot ? { uid: nobody, gid: nobody } : {};
    const check = (...args: string[]): Promise<number> =>
      promisify(execFile)(node, args, { cwd: app, env, ...as }).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
    const webReady = (): Promise<number> => check('server/container/web-ready.mjs');
    const workerAlive = (): Promise<number> => check('--import', 'tsx', 'server/container/worker-alive.ts');
    expect(await webReady(), 'nothing runs').to.equal(1);

    let said = '';
    const started = ['web', 'worker'].map((only) => {
      const child = spawn(node, ['server/start.mjs', '--only', only], { cwd: app, env, ...as, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
      return { child, ended: new Promise<number | null>((resolve) => child.on('exit', resolve)) };
    });
    try {
      await until('the web process is ready', async () => (await webReady()) === 0, 60).catch((error: Error) => expect.fail(`${error.message}\n${said}`));
      await until('the worker is alive', async () => (await workerAlive()) === 0, 60).catch((error: Error) => expect.fail(`${error.message}\n${said}`));
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(await page.text()).to.match(/<script type="module"/);
      expect((await fetch(`http://127.0.0.1:${port}/api/docs`)).status).to.equal(200);

      started[1]!.child.kill('SIGTERM');
      expect(await started[1]!.ended, said).to.equal(0);
      expect(await workerAlive(), 'a worker that has ended').to.equal(1);
      started[0]!.child.kill('SIGTERM');
      expect(await started[0]!.ended, said).to.equal(0);
    } finally {
      for (const { child } of started) child.kill('SIGKILL');
    }
    expect(said).to.not.match(/npm|Installing|Building/);
    expect(listing(app)).to.deep.equal(before);
  });

  it('settings that cannot be used end it at once, with the reason', async () => {
    const start = (only: string): Promise<{ code: number; stderr: string }> =>
      promisify(execFile)(node, ['server/start.mjs', '--only', only], { cwd: app, env: { PATH: '', DATA_DIR: join(folder, 'data'), DATABASE_URL_FILE: '/run/tu-sach/library/none' } }).then(
        () => ({ code: 0, stderr: '' }),
        (error: { code: number; stderr: string }) => error,
      );
    for (const only of ['web', 'worker']) {
      const { code, stderr } = await start(only);
      expect(stderr, only).to.include('DATABASE_URL_FILE: /run/tu-sach/library/none cannot be read (ENOENT)');
      expect(code, only).to.equal(2);
    }
  });
});
