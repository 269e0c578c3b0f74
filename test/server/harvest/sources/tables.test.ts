import { expect } from 'chai';
import { csvRows, delimiterOf } from '../../../../server/harvest/sources/tables/csv-cells.ts';
import { columnNames, fieldNamed, guessMapping, headAt } from '../../../../server/harvest/sources/tables/csv-columns.ts';
import { firstRows, readTable, tellRows } from '../../../../server/harvest/sources/tables/csv-table.ts';
import { isAside } from '../../../../server/harvest/sources/told-records.ts';
import { openSiteLibrary, type SiteLibrary } from '../../../support/site-library.ts';

/** One byte a letter, as Windows computers wrote Vietnamese before Unicode; tones follow their vowel. */
const inWindows1258 = (text: string): Buffer => {
  const decoder = new TextDecoder('windows-1258');
  const bytes = new Map(Array.from({ length: 256 }, (_, byte): [string, number] => [decoder.decode(new Uint8Array([byte])), byte]));
  const tone = /[\u0300\u0301\u0303\u0309\u0323]/g;
  const letters = [...text.normalize('NFC')].flatMap((letter) => {
    const spread = letter.normalize('NFD');
    return bytes.has(letter) ? [letter] : [spread.replace(tone, '').normalize('NFC'), ...(spread.match(tone) ?? [])];
  });
  return Buffer.from(letters.map((letter) => bytes.get(letter) ?? 0x3f));
};

describe('reading tables', () => {
  it('cells are what programs write: quoted line breaks and marks, every kind of line end, marks that nobody closes', () => {
    expect(csvRows('a,b\r\n"x\ny","nói ""thế"""\r1,\n\n , \nend', ',')).to.eql([['a', 'b'], ['x\ny', 'nói "thế"'], ['1', ''], ['end']]);
    expect(csvRows('5" ống,"hở\nsau,2', ',')).to.eql([['5" ống', '"hở'], ['sau', '2']]);
    expect(csvRows('"a" b,c', ',')).to.eql([['"a" b', 'c']]);
    expect(csvRows('a,', ',')).to.eql([['a', '']]);
    expect(csvRows('"a",', ',')).to.eql([['a', '']]);
    expect(csvRows('', ',')).to.eql([]);
    const stray = '"x\n'.repeat(200_001);
    const begun = performance.now();
    expect(csvRows(stray, ',').length).to.be.above(100_000);
    expect(performance.now() - begun).to.be.below(2_000);
  });

  it('what divides the cells is found, also where the cells hold the others', () => {
    expect(delimiterOf('Nhan đề;Tác giả\nToán, Lý, Hoá;A, B\nVăn, Sử;C')).to.equal(';');
    expect(delimiterOf('Nhan đề\tTác giả\nx\ty')).to.equal('\t');
    expect(delimiterOf('"a;b","c;d"\n"e;f;g","h"')).to.equal(',');
    expect(delimiterOf('sep=|\nx,y|z')).to.equal('|');
  });

  it('columns are known by the names that schools give them', () => {
    const known = ['Nhan đề', 'TÊN SÁCH', 'Tác giả chính', 'NXB', 'Nhà Xuất Bản', 'Năm XB', 'Năm xuất bản (dương lịch)', 'Số ISBN', 'Môn học', 'Khối lớp', 'Thể loại', 'Bộ sách', 'Từ khoá', 'Liên kết', 'Mã sách', 'Số ĐKCB', 'Tập', 'Title', 'Author', 'Giá tiền', 'STT'];
    expect(known.map(fieldNamed)).to.eql(['title', 'title', 'people', 'publisher', 'publisher', 'year', 'year', 'isbn', 'subject', 'grade', 'type', 'set', 'keywords', 'link', 'identifier', 'identifier', 'volume', 'title', 'people', null, null]);
    expect(columnNames(['Tác giả', 'Tác giả', '', ' x  y '])).to.eql(['Tác giả', 'Tác giả (2)', '(3)', 'x y']);
    expect(guessMapping(['Tên sách', 'Nhan đề', 'Tác giả', 'Tác giả (2)'])).to.eql({ 'Tên sách': 'title', 'Nhan đề': null, 'Tác giả': 'people', 'Tác giả (2)': 'people' });
    expect(headAt([['TRƯỜNG THCS HOA SEN', '', ''], ['Danh mục', 'năm học 2024', ''], ['STT', 'Nhan đề', 'Tác giả'], ['1', 'x', 'y']], null)).to.equal(2);
  });

  it('a table is read in whatever its letters are written', () => {
    const text = 'Nhan đề;Tác giả;Năm xuất bản\nTruyện Kiều;Nguyễn Du;1820\nLược sử thời gian;Hà Huy Khoái;1999\nĐường vào tiếng Việt;Phạm Thị Thuỷ;2001\n';
    const titles = (bytes: Buffer, type?: string): string[] => firstRows(readTable(bytes, type, null), 9).map(([title]) => title!);
    const wanted = ['Truyện Kiều', 'Lược sử thời gian', 'Đường vào tiếng Việt'];
    const mark = Buffer.from([0xff, 0xfe]);
    const swapped = Buffer.from(text, 'utf16le').swap16();
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), Buffer.concat([mark, Buffer.from(text, 'utf16le')]), Buffer.from(text, 'utf16le'), swapped, inWindows1258(text)]) expect(titles(bytes)).to.eql(wanted);
    // TCVN3, as bytes and as the letters that Windows made of them.
    const tcvn = 'Nhan ®Ò;T¸c gi¶;N¨m xuÊt b¶n\nTruyÖn KiÒu;NguyÔn Du;1820\nL\u00adîc sö thêi gian;Hµ Huy Kho¸i;1999\n';
    expect(titles(Buffer.from(tcvn, 'latin1'))).to.eql(wanted.slice(0, 2));
    expect(titles(Buffer.from(tcvn, 'utf8'))).to.eql(wanted.slice(0, 2));
    expect(titles(Buffer.from('Title;Author\nL\u00e9on;Zo\u00eb\n', 'latin1'), 'text/csv; charset=iso-8859-1')).to.eql(['L\u00e9on']);
    for (const none of ['<!doctype html><title>Đăng nhập</title>', 'một cột\nhai\nba', '', '\0\0\0\0']) expect(() => readTable(Buffer.from(none), 'text/csv', null), none).to.throw('source-not-known');
  });

  it('rows that are uneven are set aside, unless that is how the whole table is written', () => {
    const table = (rows: string) => tellRows(readTable(Buffer.from(`Nhan đề,Tác giả,Năm\n${rows}`), 'text/csv', null));
    const twelve = Array.from({ length: 12 }, (_, at) => `Sách ${at},A,2000\n`).join('');
    const told = table(`${twelve}đứt\nThừa,A,2000,x,y\nThừa trống,A,2000,,\n`);
    expect(told.filter(isAside).map(({ reason, detail }) => [reason, detail])).to.eql([['row-uneven', '1 / 3'], ['row-uneven', '5 / 3']]);
    expect(told).to.have.length(15);
    expect(table('A\nB,C\nD,E,2000\n').filter(isAside)).to.eql([]);
  });

  it('a row has the number that its table gives, else its ISBN, else what it says; one ISBN on two titles names neither', () => {
    const table = (text: string) => tellRows(readTable(Buffer.from(text), 'text/csv', null)).map(({ identifier }) => identifier);
    expect(table('Mã,Nhan đề,ISBN\nM1,A,978-604-0-25078-5\n,B,978-604-0-25078-6\n,C,\n').map((one) => one!.replace(/row:.*/, 'row'))).to.eql(['M1', 'isbn:9786040250786', 'row']);
    const twice = table('Nhan đề,Tập,ISBN\nToán 6,1,978-604-0-25078-5\nToán 6,2,978-604-0-25078-5\nToán 6,2,978-604-0-25078-5\n');
    expect(twice[0]).to.match(/^row:/);
    expect(twice[1]).to.equal(twice[2]).and.not.to.equal(twice[0]);
    expect(table('Nhan đề,Tác giả\nĐịa lý,a\nĐịa  LÍ,A\n')[0]).to.match(/^row:/);
  });
});

describe('harvesting a table', function () {
  this.timeout(30_000);
  let library: SiteLibrary;

  before(async () => {
    library = await openSiteLibrary();
  });
  after(() => library.close());

  const type = 'text/csv';
  const head = 'Mã sách,Tên sách,Tập,Tác giả,NXB,Năm,ISBN,Môn,Lớp,Loại,Bộ sách,Từ khoá,Liên kết\n';

  it('a row becomes a record in words of ours; a row that is there no more is gone, unless most are', async () => {
    const site = await library.site();
    const row = 'S1,Toán 6,1,"Hà Huy Khoái (Tổng chủ biên), Cung Thế Anh; Người dịch: Lê Hà",NXB Giáo dục,2021.0,978-604-0-25078-5,Toán,6,Sách giáo khoa,Cánh Diều,"số nguyên tố, chia hết",https://ban.example/1\n';
    site.pages.set('/sach.csv', { type, body: `${head}${row}S2,Hai,,,,,9.78604E+12,,,,,,\n` });
    const id = await library.add(site.at('/sach.csv'), 'csv');
    expect((await library.run(id)).run).to.include({ state: 'done', taken: 2, whole: true, listSize: 2 });
    const [first, second] = await library.rows(id);
    expect(first!.said).to.deep.include({
      ...{ title: 'Toán 6. Tập 1', publisher: 'NXB Giáo dục', year: '2021', subjects: ['TOAN'], grades: ['6'], resourceType: 'SGK', textbookSet: 'CD', keywords: ['số nguyên tố', 'chia hết'], link: 'https://ban.example/1' },
      agents: [{ name: 'Hà Huy Khoái', role: 'edt' }, { name: 'Cung Thế Anh', role: 'aut' }, { name: 'Lê Hà', role: 'trl' }],
      identifiers: [{ scheme: 'isbn', value: '9786040250785' }],
    });
    expect(second!.said).to.deep.include({ identifiers: [] });
    site.pages.set('/sach.csv', { type, body: `${head}${row}S3,Ba,,,,,,,,,,,\n` });
    expect((await library.run(id)).run).to.include({ taken: 1, unchanged: 1, deleted: 1 });
    expect((await library.rows(id)).map(({ title, state }) => [title, state])).to.eql([['Toán 6. Tập 1', 'published'], ['Hai', 'withdrawn'], ['Ba', 'published']]);
    const many = Array.from({ length: 40 }, (_, at) => `N${at},Sách ${at},,,,,,,,,,,\n`).join('');
    site.pages.set('/sach.csv', { type, body: `${head}${many}` });
    await library.run(id);
    site.pages.set('/sach.csv', { type, body: `${head}N1,Sách 1,,,,,,,,,,,\n` });
    expect((await library.run(id)).run).to.include({ state: 'done', deleted: 0, code: 'source-mostly-gone' });
  });

  it('columns are what a person has said they are; a table that has no titles any more says so', async () => {
    const site = await library.site();
    site.pages.set('/x', { type: 'application/octet-stream', body: 'Cuốn;Ai viết;Nhan đề\nKhông phải tên;Người;Tên thật\n', headers: { 'content-disposition': 'attachment; filename="ds.csv"' } });
    const mapping = { Cuốn: 'title', 'Ai viết': 'people', 'Nhan đề': 'subtitle' };
    const preview = await library.librarian.post('/api/harvest/preview', { address: site.at('/x'), kind: 'csv', mapping });
    expect(preview.body.records.map(({ title, agents }: { title: string; agents: unknown }) => [title, agents])).to.eql([['Không phải tên', [{ name: 'Người', role: 'aut' }]]]);
    expect((await library.librarian.post('/api/harvest/preview', { address: site.at('/x'), kind: 'csv', mapping: { Cuốn: null, 'Ai viết': 'people', 'Nhan đề': null } })).body.code).to.equal('source-columns-gone');
    const id = await library.add(site.at('/x'), 'csv', { mapping });
    await library.run(id);
    expect((await library.rows(id)).map(({ title, said }) => [title, said['subtitle']])).to.eql([['Không phải tên', 'Tên thật']]);
    site.pages.set('/x', { type, body: 'Ai viết;Nhan đề;Cuốn\nNgười;Phụ;Đổi chỗ\n' });
    await library.run(id);
    expect((await library.rows(id)).map(({ title, state }) => [title, state])).to.eql([['Không phải tên', 'withdrawn'], ['Đổi chỗ', 'published']]);
    site.pages.set('/x', { type, body: 'Sách;Ai viết\nMột;Người\n' });
    expect((await library.run(id)).run).to.include({ state: 'failed', code: 'source-columns-gone', deleted: 0 });
    site.pages.set('/x', { type: 'text/html', body: '<!doctype html><title>Đăng nhập</title>' });
    expect((await library.run(id)).run).to.include({ state: 'waiting', code: 'source-not-known', deleted: 0 });
  });

  it('a large table is taken in parts, goes on in the middle, and costs nothing when it is as it was', async () => {
    const site = await library.site();
    const body = head + Array.from({ length: 1_203 }, (_, at) => `L${at},Sách ${at},,,,,,,,,,,\n`).join('');
    let sent = 0;
    site.pages.set('/lon.csv', (response, request) => {
      const modified = 'Wed, 01 May 2024 00:00:00 GMT';
      if (request.headers['if-modified-since'] === modified) return void response.writeHead(304).end();
      sent++;
      response.writeHead(200, { 'content-type': type, 'last-modified': modified }).end(body);
    });
    const id = await library.add(site.at('/lon.csv'), 'csv');
    sent = 0;
    await library.librarian.post(`/api/harvest/sources/${id}/run`, {});
    await library.onePage(id);
    expect(await library.run(id)).to.deep.include({ held: 1_203 });
    expect(sent).to.equal(2);
    expect((await library.run(id)).run).to.include({ state: 'done', unchanged: 1_203, taken: 0, deleted: 0 });
    expect(sent).to.equal(2);
  });
});
