import { expect } from 'chai';
import { openStorage } from '../../storage/index.ts';
import { dumpLibrary, lineOf } from '../../storage/metadata/dump.ts';
import { loadTable } from '../../storage/metadata/dump-loading.ts';
import { libraryTables, migrationTables } from '../../storage/metadata/library-tables.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function* each(lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

describe('storage: rows as lines', () => {
  it('no table is forgotten', async () => {
    const { path: folder, remove } = await temporaryFolder();
    const storage = await openStorage({ folder });
    const tables = await storage.metadata.queries.introspection.getTables({ withInternalKyselyTables: true });
    expect(tables.map(({ name }) => name).sort()).to.deep.equal([...libraryTables.map(({ name }) => name), ...migrationTables].sort());
    await storage.close();
    await remove();
  });

  it('a load that was cut off goes on, and gives the same lines again, whatever form the text has', async () => {
    const { path: folder, remove } = await temporaryFolder();
    const storage = await openStorage({ folder });
    const term = (code: string, vi: string): string =>
      lineOf({ vocabulary: 'subject', code, vi, en: null, parent: null, aliases_json: '[]', position: 1, active: 1, extra_json: '{"a":0.1}' }).trimEnd();
    const lines = [term('A', 'Tiếng Việt'), term('B', 'Tiê\u0301ng Viê\u0323t'.normalize('NFD')), term('C', 'a\u0000b\u2028"\\\n')];
    expect(await loadTable(storage.metadata, 'terms', each(lines.slice(0, 2)))).to.equal(2);
    expect(await loadTable(storage.metadata, 'terms', each(lines))).to.equal(3);
    let dumped = '';
    await dumpLibrary(storage.metadata, 'move', { lines: async (table, some) => void (dumped += table === 'terms' ? some : '') });
    expect(dumped.trimEnd().split('\n')).to.deep.equal(lines);
    expect(lines[2]).to.include('a\ufffdb');
    await storage.close();
    await remove();
  });

  it('lines that are no rows of the table are refused with their place', async () => {
    const { path: folder, remove } = await temporaryFolder();
    const storage = await openStorage({ folder });
    for (const line of ['', '[]', '{}', '{"key":{}}', '{"no_such":"x"}', '{"key\\"":"x"}', '{"key":"x"}', '{"key":"x","value_json":true}']) {
      const error: unknown = await loadTable(storage.metadata, 'settings', each([line])).then(() => null, (thrown: unknown) => thrown);
      expect((error as Error | null)?.name, line).to.equal('DumpDamaged');
    }
    await storage.close();
    await remove();
  });
});
