import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openMetadata } from '../../storage/metadata/open-metadata.ts';
import { openSqliteMetadata } from '../../storage/metadata/sqlite-metadata.ts';
import { migrate } from '../../storage/metadata/migrate.ts';
import { migrations } from '../../storage/metadata/migrations/all.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';
import { openStorage } from '../../storage/index.ts';
import { metadataRowsSuite } from '../suites/metadata-rows.suite.ts';
import { metadataSuite, type OpenedMetadata } from '../suites/metadata.suite.ts';
import { migratedInProcess } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const open = async (): Promise<OpenedMetadata> => {
  const { path, remove } = await temporaryFolder();
  const config = { folder: path, url: null };
  const one = await openMetadata(config);
  await migrate(one, join(path, 'backups'), new Date());
  const two = await openMetadata(config);
  return {
    one,
    two,
    together: [one, one],
    config,
    async close() {
      await two.close();
      await one.close();
      await remove();
    },
  };
};

metadataSuite('sqlite', open);
metadataRowsSuite('sqlite', open);

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

  it('a step that came to be after a later one had run is caught up on', async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const library = await openSqliteMetadata(join(path, 'library.db'));
      const { '003-page-confidence': _confidence, '004-saved-searches': _searches, ...before } = migrations;
      await migrate(library, join(path, 'backups'), new Date(), before);
      await putSetting(library.queries, 'kept', 'yes');
      const { applied, backup } = await migrate(library, join(path, 'backups'), new Date());
      expect(applied).to.deep.equal(['003-page-confidence', '004-saved-searches']);
      expect(backup).to.be.a('string');
      expect(await library.queries.selectFrom('saved_searches').selectAll().execute()).to.deep.equal([]);
      expect(await setting(library.queries, 'kept')).to.equal('yes');
      await library.close();
    } finally {
      await remove();
    }
  });

  it('two processes that open an old library at once: one migrates, both go on', async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const [a, b] = await Promise.all([migratedInProcess({ folder: path }), migratedInProcess({ folder: path })]);
      expect([a.length, b.length].sort()).to.deep.equal([0, Object.keys(migrations).length]);
    } finally {
      await remove();
    }
  });
});
