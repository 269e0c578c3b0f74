import { expect } from 'chai';
import { Client } from 'pg';
import { DatabaseUnavailable, type Metadata } from '../../storage/metadata/database.ts';
import { openMetadata } from '../../storage/metadata/open-metadata.ts';
import { migrate } from '../../storage/metadata/migrate.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';
import { saveTerm } from '../../storage/metadata/terms.ts';
import { need } from '../support/need.ts';
import { ownPostgres, type OwnPostgres, postgresPrograms } from '../support/own-postgres.ts';
import { temporaryFolder, until } from '../support/temporary.ts';

describe('a PostgreSQL server of its own', function () {
  this.timeout(30_000);
  let server: OwnPostgres;
  let metadata: Metadata;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async function () {
    const programs = postgresPrograms();
    need(this, programs, 'initdb and pg_ctl');
    server = await ownPostgres(programs!, { max_connections: 12, superuser_reserved_connections: 0 });
    await server.start();
    folder = await temporaryFolder();
    metadata = await openMetadata({ folder: folder.path, url: `${server.url}?schema=thu_vien` });
    await migrate(metadata, folder.path, new Date());
  });
  after(async () => {
    await metadata?.close();
    await server?.remove();
    await folder?.remove();
  });

  /** Writes one setting after the other; answers those that were acknowledged. */
  function writing(writer: string): { acknowledged: string[]; faults: unknown[]; stop(): Promise<void> } {
    const acknowledged: string[] = [];
    const faults: unknown[] = [];
    let going = true;
    const writes = (async () => {
      for (let number = 0; going; number++) {
        const key = `${writer} ${number}`;
        await metadata
          .transaction((queries) => putSetting(queries, key, number))
          .then(
            () => acknowledged.push(key),
            (error: unknown) => faults.push(error),
          );
      }
    })();
    return {
      acknowledged,
      faults,
      async stop() {
        going = false;
        await writes;
      },
    };
  }

  const ways = [
    { how: 'fast', seconds: 8 },
    { how: 'immediate', seconds: 4 },
  ] as const;
  for (const { how, seconds } of ways)
    it(`is stopped for ${seconds} seconds (${how}) and started: no acknowledged write is missing, and nobody had to start anew`, async () => {
      const writers = [writing(`${how} a`), writing(`${how} b`), writing(`${how} c`)];
      const written = (): number => writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
      const refused = (): unknown[] => writers.flatMap(({ faults }) => faults);
      try {
        await until('some are written', () => written() > 20);
        await server.stop(how);
        const gone = performance.now();
        await until(`some are refused for ${seconds} seconds`, () => performance.now() - gone > seconds * 1000 && refused().length > 5, seconds + 5);
        await server.start();
        const before = written();
        await until('some are written again', () => written() > before + 20);
      } finally {
        await Promise.all(writers.map((writer) => writer.stop()));
      }
      expect(refused().filter((error) => !(error instanceof DatabaseUnavailable))).to.deep.equal([]);
      const keys = writers.flatMap(({ acknowledged }) => acknowledged);
      const rows = await metadata.queries.selectFrom('settings').select('key').where('key', 'in', keys).execute();
      expect(rows.length).to.equal(keys.length);
    });

  it('has no connection left: that is told, and one that is free again is used', async () => {
    const others: Client[] = [];
    try {
      for (;;) {
        const client = new Client({ connectionString: server.url });
        client.on('error', () => {});
        const full = await client.connect().then(
          () => null,
          (error: Error) => error.message,
        );
        if (full !== null) {
          expect(full).to.match(/too many clients/);
          break;
        }
        others.push(client);
      }
      const error: unknown = await metadata.snapshot((queries) => setting(queries, 'x')).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(DatabaseUnavailable);
    } finally {
      await Promise.all(others.map((client) => client.end()));
    }
    await until('connections are free', () =>
      metadata
        .snapshot((queries) => setting(queries, 'x'))
        .then(
          () => true,
          () => false,
        ),
    );
  });

  it('sorts as Vietnamese does by itself, and a library by bytes all the same', async () => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const own = await client.query(`select code from (values ('b'), ('Z'), ('á'), ('A'), ('đ')) as t (code) order by code`);
    await client.end();
    const codes = ['A', 'Z', 'b', 'á', 'đ'];
    expect((own.rows as { code: string }[]).map(({ code }) => code)).not.to.deep.equal(codes);
    for (const code of codes) await saveTerm(metadata.queries, { vocabulary: 'v', code, vi: '', en: null, parent: null, aliases_json: '[]', position: 0, active: 1, extra_json: '{}' });
    const rows = await metadata.queries.selectFrom('terms').select('code').orderBy('code').execute();
    expect(rows.map(({ code }) => code)).to.deep.equal(codes);
    const later = await metadata.queries.selectFrom('terms').select('code').where('code', '>', 'b').orderBy('code', 'desc').execute();
    expect(later.map(({ code }) => code)).to.deep.equal(['đ', 'á']);
  });
});
