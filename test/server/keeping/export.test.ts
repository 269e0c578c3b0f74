import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { exportLibrary } from '../../../server/keeping/export.ts';
import { csvCell, freeName, safeName } from '../../../server/keeping/export-names.ts';
import { addRecord, emptyPlace, faultOf, keptLibrary, type KeptLibrary, still } from './kept-library.ts';

describe('keeping: export', () => {
  let library: KeptLibrary;
  let place: Awaited<ReturnType<typeof emptyPlace>>;
  beforeEach(async () => {
    library = await keptLibrary({ records: 0 });
    place = await emptyPlace();
  });
  afterEach(async () => {
    await library.close();
    await place.remove();
  });

  it('files lie under readable names, byte for byte, and the lists name them', async () => {
    const one = await addRecord(library.storage, { title: 'Truyện Kiều', pages: 1 });
    await addRecord(library.storage, { title: 'truyện kiều', pages: 0, description: { abstract: '=HYPERLINK("x")', keywords: ['thơ'] } });
    const deleted = await addRecord(library.storage, { title: 'Đã xoá', pages: 0 });
    await library.storage.metadata.queries.updateTable('records').set({ deleted_at: new Date().toISOString() }).where('id', '=', deleted.recordId).execute();
    const outcome = await exportLibrary(library.storage, place.folder, { signal: still() });
    expect(outcome).to.deep.include({ records: 2, files: 2, missing: [], damaged: [] });
    expect((await readdir(join(place.folder, 'tệp'))).sort()).to.deep.equal(['Truyện Kiều', 'truyện kiều (2)']);
    expect(await readFile(join(place.folder, 'tệp', 'Truyện Kiều', 'truyện kiều.pdf'))).to.deep.equal(one.bytes);
    const sums = await readFile(join(place.folder, 'sha256sums.txt'), 'utf8');
    expect(sums).to.include(`${createHash('sha256').update(one.bytes).digest('hex')}  tệp/Truyện Kiều/truyện kiều.pdf\n`);
    for (const line of sums.trim().split('\n')) {
      const [sha256, name] = line.split('  ');
      expect(createHash('sha256').update(await readFile(join(place.folder, name!))).digest('hex'), name).to.equal(sha256);
    }
    if (process.platform === 'linux') execFileSync('sha256sum', ['-c', '--quiet', 'sha256sums.txt'], { cwd: place.folder });
    const csv = await readFile(join(place.folder, 'bieu-ghi.csv'), 'utf8');
    expect(csv.startsWith('\ufeff')).to.equal(true);
    expect(csv.trimEnd().split('\r\n')).to.have.length(3);
    expect(csv).to.include(`"'=HYPERLINK(""x"")"`).and.not.include('Đã xoá');
    expect(await readFile(join(place.folder, 'bieu-ghi-marc21.xml'), 'utf8')).to.include(`<subfield code="u">${['tệp', 'Truyện Kiều', 'truyện kiều.pdf'].map(encodeURIComponent).join('/')}</subfield>`);
    expect(await readFile(join(place.folder, 'README.txt'), 'utf8')).to.include('2 biểu ghi và 2 tệp');
    for (const name of await readdir(place.folder, { recursive: true })) expect(name).to.not.include('librarian');
  });

  it('a folder that holds something, and a school that is none, are refused; a lost file is told', async () => {
    const added = await addRecord(library.storage, { title: 'Thơ', pages: 0 });
    await library.storage.objects.remove(added.key);
    expect((await faultOf(exportLibrary(library.storage, library.folder, { signal: still() }))).code).to.equal('folder-not-empty');
    expect((await faultOf(exportLibrary(library.storage, place.folder, { schoolCode: 'KHONG', signal: still() }))).code).to.equal('school-unknown');
    expect((await exportLibrary(library.storage, place.folder, { schoolCode: 'HOASEN', signal: still() })).missing).to.have.length(1);
  });

  it('names are such that every system takes them, and none is taken twice', () => {
    const taken = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('CON', 'nul.txt', '../..', '...', '  ', 'ệ'.repeat(200), 'a/b\\c:d')), (text) => {
        const name = freeName(taken, text, '.pdf');
        expect(name).to.match(/^[^<>:"/\\|?*\p{C}]+\.pdf$/u);
        expect(Buffer.byteLength(name)).to.be.at.most(121);
        expect(name.startsWith('.') || /[ .]$/.test(name)).to.equal(false);
      }),
    );
    expect(new Set(taken).size).to.equal(taken.size);
    expect(safeName('CON')).to.equal('_CON');
    expect(safeName('Toán 6: “Số học” / Tập 1')).to.equal('Toán 6 “Số học” Tập 1');
    expect(['=1', '+1', '-1', '@x', '\t=1', 'a,b', 'a"b'].map(csvCell)).to.deep.equal(["'=1", "'+1", "'-1", "'@x", "'\t=1", '"a,b"', '"a""b"']);
  });
});
