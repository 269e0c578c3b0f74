import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openSqliteMetadata } from '../../storage/metadata/sqlite-metadata.ts';
import { migrate } from '../../storage/metadata/migrate.ts';
import { migrations } from '../../storage/metadata/migrations/all.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';
import { openStorage } from '../../storage/index.ts';
import { metadataSuite } from '../suites/metadata.suite.ts';
import { temporaryFolder } from '../support/temporary.ts';

metadataSuite('sqlite', async () => {
  const { path, remove } = await temporaryFolder();
  const one = await openSqliteMetadata(join(path, 'library.db'));
  await migrate(one, join(path, 'backups'), new Date());
  const two = await openSqliteMetadata(join(path, 'library.db'));
  return {
    one,
    two,
    together: [one, one],
    async close() {
      await two.close();
      await one.close();
      await remove();
    },
  };
});

describe('the library in a folder', () => {
  it('is brought up to this version after a backup of what it was, and a new one needs none', async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const fresh = await openStorage({ folder: path });
      expect(fresh.migrated.backup).to.equal(null);
      await putSetting(fresh.metadata.queries, 'kept', 'yes');
      await fresh.close();

      const again = await openSqliteMetadata(join(path, 'library.db'));
      const up = { up: async (db: typeof again.queries) => void (await db.schema.createTable('later').addColumn('id', 'text').execute()) };
      const done = await migrate(again, join(path, 'backups'), new Date(), { ...migrations, '999-later': up as never });
      expect(done.applied).to.deep.equal(['999-later']);
      const backups = readdirSync(join(path, 'backups'));
      expect(backups).to.have.length(1);
      const old = await openSqliteMetadata(join(path, 'backups', backups[0]!));
      expect(await setting(old.queries, 'kept')).to.equal('yes');
      await old.close();
      await again.close();
    } finally {
      await remove();
    }
  });

  it('two processes that open an old library at once: one migrates, both go on', async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const [a, b] = await Promise.all([openInProcess(path), openInProcess(path)]);
      expect([a, b].map((out) => JSON.parse(out).length).sort()).to.deep.equal([0, Object.keys(migrations).length]);
    } finally {
      await remove();
    }
  });
});

/** Opens the library in a process of its own and answers the migrations it applied. */
function openInProcess(folder: string): Promise<string> {
  const code = `import { openStorage } from ${JSON.stringify(new URL('../../storage/index.ts', import.meta.url).href)};
    const storage = await openStorage({ folder: process.argv[1] });
    console.log(JSON.stringify(storage.migrated.applied)); await storage.close();`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.on('exit', (status) => (status === 0 ? resolve(out) : reject(new Error(`exit ${status}`))));
  });
}
