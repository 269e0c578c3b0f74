import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect } from 'chai';
import { openEmbedded } from '../../search/engines/embedded.ts';
import { SearchUnavailable, type SearchIndex } from '../../search/index.ts';
import { searchDocument, searchQuery } from './search-documents.ts';

describe('files of the embedded search index', () => {
  let folder: string;
  const opened: SearchIndex[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tu-sach-search-'));
  });
  afterEach(async () => {
    for (const index of opened.splice(0)) await index.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async (role: 'reader' | 'writer'): Promise<SearchIndex> => {
    const index = await openEmbedded({ folder, role });
    opened.push(index);
    return index;
  };
  const current = (): string => join(folder, readFileSync(join(folder, 'current'), 'utf8'));
  const found = async (index: SearchIndex, text: string): Promise<string[]> =>
    (await index.search(searchQuery(text))).hits.map(({ id }) => id);
  const reasonOf = async (run: () => Promise<unknown>): Promise<string> => {
    try {
      await run();
    } catch (cause) {
      if (cause instanceof SearchUnavailable) return cause.reason;
      throw cause;
    }
    return 'none';
  };

  it('is empty, not down, where nothing was written yet', async () => {
    const reader = await open('reader');
    expect(await reader.state()).to.eql({ state: 'empty', records: 0, pages: 0, detail: null });
    expect((await reader.search(searchQuery('sách'))).total).to.equal(0);
    const writer = await open('writer');
    await writer.put([searchDocument('a', { title: 'Sách' })]);
    expect(await found(reader, 'sách')).to.eql(['a']);
  });

  it('keeps what was put when it is opened again', async () => {
    const writer = await open('writer');
    await writer.put([searchDocument('a', { title: 'Sách', texts: ['trang'] })]);
    await writer.close();
    expect(await found(await open('reader'), 'trang')).to.eql(['a']);
  });

  it('is before or after a put, never half, however its writer is killed', async function () {
    this.timeout(60_000);
    const records = 40;
    let generation = 0;
    for (const wanted of [1, 2, 4, 7]) {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', 'test/search/search-writer.ts', folder, String(generation + 1), String(records)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let acknowledged = 0;
      let said = '';
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (part: Buffer) => {
          said += part.toString();
          acknowledged = said.split('\n').length - 1;
          if (acknowledged >= wanted) resolve();
        });
        child.on('exit', () => resolve());
      });
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      acknowledged = said.split('\n').length - 1;
      expect(acknowledged).to.be.at.least(wanted);
      const last = generation + acknowledged;

      const reader = await open('reader');
      const held = await Promise.all(
        [last, last + 1].map((n) => reader.search(searchQuery(`"đời n${n}"`, { limit: 100 }))),
      );
      expect(
        held.map(({ total }) => total).sort((a, b) => a - b),
        `acknowledged ${last}`,
      ).to.eql([0, records]);
      const shown = held.findIndex(({ total }) => total === records);
      const pages = ((last + shown) % 3) + 1;
      for (const hit of held[shown]!.hits) expect(hit.pagesTotal).to.equal(pages);
      expect(await reader.state()).to.deep.include({ state: 'ok', records, pages: records * pages });
      generation = last + shown;
    }
  });

  it('says that it is damaged, and a rebuild replaces it for readers that are open', async () => {
    const writer = await open('writer');
    const reader = await open('reader');
    await writer.put([searchDocument('a', { title: 'Sách' })]);
    await writer.close();
    expect(await found(reader, 'sách')).to.eql(['a']);
    await reader.close();

    for (const damage of [
      (): void => writeFileSync(current(), 'this is no database at all'.repeat(1000)),
      (): void => truncateSync(current(), 20_000),
      (): void => writeFileSync(current(), ''),
      (): void => writeFileSync(join(folder, 'current'), '../../etc/passwd'),
    ]) {
      damage();
      const again = await open('writer');
      const asked = await open('reader');
      expect(await reasonOf(() => asked.search(searchQuery('sách')))).to.equal('damaged');
      expect(await asked.state()).to.eql({ state: 'down', records: 0, pages: 0, detail: 'damaged' });
      const rebuild = await again.rebuild();
      await rebuild.put([searchDocument('b', { title: 'Sách mới' })]);
      await rebuild.commit();
      expect(await found(asked, 'sách')).to.eql(['b']);
      await asked.close();
      await again.close();
    }
  });

  it('says so when its file is gone or of another version', async () => {
    const writer = await open('writer');
    await writer.put([searchDocument('a', { title: 'Sách' })]);
    await writer.close();
    const db = new DatabaseSync(current());
    db.exec('pragma user_version = 999');
    db.close();
    const reader = await open('reader');
    expect(await reasonOf(() => reader.search(searchQuery('sách')))).to.equal('version');
    expect((await reader.state()).detail).to.equal('version');
    const file = readFileSync(join(folder, 'current'), 'utf8');
    rmSync(join(folder, file));
    await reader.close();
    const later = await open('reader');
    expect(await reasonOf(() => later.search(searchQuery('sách')))).to.equal('down');
    expect(readdirSync(folder)).to.not.include(file);
  });

  it('finds damage inside by what does not add up', async () => {
    const writer = await open('writer');
    await writer.put([searchDocument('a', { title: 'Sách', texts: ['một', 'hai'] })]);
    await writer.close();
    for (const harm of [
      // a number that does not end, a spot that is not there, a document beyond the last
      `update postings set bytes = x'ff' where term = 'w:sach'`,
      `update postings set bytes = x'0100' where term = 'w:sach'`,
      `update postings set bytes = x'140001' where term = 'w:sach'`,
      `update entries set facets = x'00'`,
      `update entries set entry = entry + 1000`,
      `update runs set lengths = x'00'`,
      `update runs set first = first + 1000`,
      `delete from meta`,
      `drop table postings`,
    ]) {
      const before = readFileSync(current());
      const db = new DatabaseSync(current());
      db.exec(harm);
      db.close();
      const reader = await open('reader');
      expect(await reasonOf(() => reader.search(searchQuery('sách'))), harm).to.equal('damaged');
      await reader.close();
      writeFileSync(current(), before);
    }
  });

  it('removes what a killed rebuild left behind, once nobody writes to it', async () => {
    const writer = await open('writer');
    await writer.rebuild();
    const left = readFileSync(join(folder, 'next'), 'utf8');
    const other = await open('writer');
    const rebuild = await other.rebuild();
    await rebuild.commit();
    expect(readdirSync(folder)).to.include(left);
    for (const name of readdirSync(folder)) if (name.startsWith(left)) utimesSync(join(folder, name), 0, 0);
    await (await (await open('writer')).rebuild()).abort();
    expect(readdirSync(folder).filter((name) => name.startsWith(left))).to.eql([]);
  });

  it('sweeps what was replaced, and readers see the same as before', async function () {
    this.timeout(20_000);
    const writer = await open('writer');
    const reader = await open('reader');
    await writer.put([searchDocument('kept', { title: 'Giữ lại', texts: ['một trang giữ lại', 'hai'] })]);
    const pages = (n: number): string[] => Array.from({ length: 1000 }, (_, page) => `lần n${n} trang ${page}`);
    const next = (): number => {
      const db = new DatabaseSync(current());
      const row = db.prepare('select next_page as next from meta').get() as { next: number };
      db.close();
      return row.next;
    };
    let swept = 0;
    for (let n = 1, most = 0; n <= 12; n++) {
      await writer.put([searchDocument('changing', { title: 'Đổi', texts: pages(n) })]);
      most = Math.max(most, next());
      if (next() < most) swept++;
      const { hits } = await reader.search(searchQuery(`"lần n${n}"`));
      expect(hits.map(({ id, pagesTotal }) => [id, pagesTotal])).to.eql([['changing', 1000]]);
      const kept = await reader.search(searchQuery('trang giữ lại'));
      expect(kept.hits[0]).to.deep.include({ id: 'kept', pagesTotal: 1 });
      expect(kept.hits[0]!.pages[0]).to.deep.include({ fileId: 'kept-file', page: 1 });
      expect(await reader.state()).to.deep.include({ records: 2, pages: 1002 });
    }
    expect(swept).to.be.greaterThan(0);
  });

  it('refuses to write through a reader', async () => {
    const reader = await open('reader');
    let said = '';
    await reader.put([searchDocument('a')]).catch((cause: Error) => (said = cause.message));
    expect(said).to.match(/opened to read/);
  });
});
