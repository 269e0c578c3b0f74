import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { sql } from 'kysely';
import { openStorage } from '../../storage/index.ts';
import { openMetadata } from '../../storage/metadata/open-metadata.ts';
import { migrate } from '../../storage/metadata/migrate.ts';
import { migrations } from '../../storage/metadata/migrations/all.ts';
import { putSetting } from '../../storage/metadata/organisations.ts';
import { metadataRowsSuite } from '../suites/metadata-rows.suite.ts';
import { metadataSuite, type OpenedMetadata } from '../suites/metadata.suite.ts';
import { migratedInProcess } from '../support/in-process.ts';
import { describeOn, givenServers, placeOnServers } from '../support/servers.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function place(): Promise<{ folder: string; url: string; remove(): Promise<void> }> {
  const onServer = placeOnServers({ ...givenServers(), objectStoreUrl: null, searchUrl: null });
  const { path, remove } = await temporaryFolder();
  return {
    folder: path,
    url: onServer.databaseUrl!,
    async remove() {
      await onServer.remove();
      await remove();
    },
  };
}

const open = async (): Promise<OpenedMetadata> => {
  const config = await place();
  const one = await openMetadata(config);
  await migrate(one, config.folder, new Date());
  const two = await openMetadata(config);
  return {
    one,
    two,
    together: [one, two],
    config: { folder: config.folder, url: config.url },
    async close() {
      await two.close();
      await one.close();
      await config.remove();
    },
  };
};

describeOn('databaseUrl', 'PostgreSQL', function () {
  metadataSuite('postgres', open);
  metadataRowsSuite('postgres', open);

  it('every column that the migrations make compares by bytes, holds 64 bits, or is double', async () => {
    const { one, config, close } = await open();
    try {
      const schema = new URL(config.url!).searchParams.get('schema')!;
      const { rows } = await sql<{ type: string; collation: string | null; count: number }>`
        select data_type as type, collation_name as collation, count(*) from information_schema.columns
        where table_schema = ${schema} and table_name not like 'kysely%' group by 1, 2 order by 1`.execute(one.queries);
      expect(rows.map(({ type, collation }) => [type, collation])).to.deep.equal([
        ['bigint', null],
        ['double precision', null],
        ['text', 'C'],
      ]);
      expect(rows[2]!.count).to.be.greaterThan(100);
    } finally {
      await close();
    }
  });

  it('is brought up to this version after a copy of every row, and a new one needs none', async () => {
    const at = await place();
    try {
      const fresh = await openStorage({ folder: at.folder, databaseUrl: at.url });
      expect(fresh.migrated.backup).to.equal(null);
      for (let number = 0; number < 1100; number++) await putSetting(fresh.metadata.queries, `kept ${number}`, `được giữ ${number}`);
      await fresh.close();

      const again = await openMetadata(at);
      const up = { up: async (db: typeof again.queries) => void (await db.schema.createTable('later').addColumn('id', 'text').execute()) };
      const done = await migrate(again, join(at.folder, 'backups'), new Date(), { ...migrations, '999-later': up as never });
      await again.close();
      expect(done.applied).to.deep.equal(['999-later']);
      const lines = gunzipSync(readFileSync(done.backup!)).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
      const tables = lines.filter((line) => !Array.isArray(line)).map((line) => (line as { table: string }).table);
      expect(tables).to.include.members(['people', 'records', 'settings', 'kysely_migration']).and.not.include('later');
      const kept = lines.filter((line) => Array.isArray(line) && String(line[0]).startsWith('kept '));
      expect(kept).to.have.length(1100);
      expect(kept).to.deep.include(['kept 7', '"được giữ 7"']);
    } finally {
      await at.remove();
    }
  });

  it('two processes that open an old library at once: one migrates, both go on', async () => {
    const at = await place();
    try {
      const config = { folder: at.folder, databaseUrl: at.url };
      const [a, b] = await Promise.all([migratedInProcess(config), migratedInProcess(config)]);
      expect([a.length, b.length].sort()).to.deep.equal([0, Object.keys(migrations).length]);
    } finally {
      await at.remove();
    }
  });

  it('what is wrong with an address is said without its password', async () => {
    const given = new URL(givenServers().databaseUrl!);
    const wrong = (change: (url: URL) => void): string => {
      const url = new URL(given);
      url.password = 'mat-khau-bi-mat';
      change(url);
      return url.href;
    };
    const addresses = [
      wrong((url) => (url.pathname = '/khong-co')),
      wrong((url) => url.searchParams.set('schema', 'Không được')),
      wrong((url) => url.searchParams.set('query_timeout', 'soon')),
      wrong((url) => (url.port = '1')),
    ];
    for (const url of addresses) {
      const error: unknown = await openMetadata({ folder: '', url }).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error);
      const { stack, message, cause } = error as Error;
      expect(`${message} ${stack} ${JSON.stringify(error)} ${String(cause)} ${JSON.stringify(cause)}`).not.to.include('bi-mat');
    }
  });
});
