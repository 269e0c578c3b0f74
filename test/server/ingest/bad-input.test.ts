import { expect } from 'chai';
import { StoreFull } from '../../../storage/objects/object-store.ts';
import {
  endlessPdf,
  explodingPdf,
  hugePng,
  makeJpeg,
  makePdf,
  makeZip,
  patched,
  rawPdf,
  resizedJpeg,
} from '../../fixtures/make-documents.ts';
import { type IngestLibrary, openIngestLibrary } from './ingest-library.ts';

describe('bad input ends with a permanent code', function () {
  this.timeout(60_000);
  let library: IngestLibrary;
  let jpeg: Buffer;
  before(async () => {
    library = await openIngestLibrary();
    jpeg = await makeJpeg(60, 80);
  });
  after(() => library.close());

  const zipOf = (...names: string[]): Promise<Buffer> => makeZip(names.map((name) => ({ name, bytes: jpeg })));

  const cases: [
    title: string,
    name: string,
    make: () => Promise<Buffer> | Buffer,
    state: string,
    code: string | null,
  ][] = [
    ['an empty file', 'rong.pdf', () => Buffer.alloc(0), 'failed', 'file-empty'],
    [
      'a PDF cut off after its first line',
      'cut.pdf',
      async () => (await makePdf([{}])).subarray(0, 60),
      'failed',
      'document-damaged',
    ],
    [
      'a PDF of zero pages',
      'zero.pdf',
      () => rawPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']),
      'failed',
      'document-has-no-pages',
    ],
    [
      'a PDF with an unknown password',
      'khoa.pdf',
      () => makePdf([{}], { userPassword: 'bi mat', pdfVersion: '1.7' }),
      'stopped',
      'document-needs-password',
    ],
    ['a picture of 35,000² pixels', 'to.png', () => hugePng(35_000, 35_000), 'failed', 'image-too-large'],
    [
      'a JPEG that claims 35,000² pixels',
      'to.jpg',
      () => resizedJpeg(jpeg, 35_000, 35_000),
      'failed',
      'image-too-large',
    ],
    [
      'a PDF page that is such a picture',
      'to.pdf',
      () => makePdf([{ jpeg: resizedJpeg(jpeg, 35_000, 35_000) }]),
      'failed',
      'image-too-large',
    ],
    [
      'a JPEG of rubbish',
      'rac.jpg',
      () => Buffer.concat([jpeg.subarray(0, 20), Buffer.alloc(500, 7)]),
      'failed',
      'image-damaged',
    ],
    [
      'a zip that is cut off',
      'cut.zip',
      async () => (await zipOf('a.jpg', 'b.jpg')).subarray(0, 1200),
      'failed',
      'archive-damaged',
    ],
    [
      'a zip with ../ in a name',
      'len.zip',
      async () => patched(await zipOf('aa/trang.jpg'), 'aa/', '../'),
      'failed',
      'archive-unsafe-name',
    ],
    [
      'a zip that inflates a thousandfold',
      'bom.zip',
      () => makeZip([{ name: 'a.png', bytes: Buffer.alloc(8_000_000), compress: true }]),
      'failed',
      'archive-too-large',
    ],
    [
      'a zip inside a zip',
      'hop.zip',
      async () => makeZip([{ name: 'trong.zip', bytes: await zipOf('a.jpg') }]),
      'failed',
      'archive-nested-too-deep',
    ],
    [
      'a zip without pictures',
      'chu.zip',
      () => makeZip([{ name: 'a.txt', bytes: Buffer.from('xin chào') }]),
      'failed',
      'archive-without-images',
    ],
    [
      'an encrypted zip',
      'khoa.zip',
      async () => encrypted(await makeZip([{ name: 'a.jpg', bytes: jpeg, compress: true }])),
      'failed',
      'archive-encrypted',
    ],
    ['a format that is not read', 'la.bin', () => Buffer.from([0, 1, 2, 3, 0, 0, 9, 8, 7, 0, 0]), 'ready', null],
    [
      'HTML, which is untrusted',
      'trang.html',
      () => Buffer.from('<!doctype html><script>alert(1)</script>'),
      'ready',
      null,
    ],
    [
      'SVG, which is untrusted',
      'hinh.svg',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'ready',
      null,
    ],
    [
      'a text in an encoding that nobody knows',
      'phap.txt',
      () => Buffer.from('Il \xe9tait une fois, \xe0 l\xe0-bas, une for\xeat tr\xe8s sombre', 'latin1'),
      'ready',
      'text-encoding-unknown',
    ],
    ['a picture with the wrong ending', 'anh.pdf', () => jpeg, 'ready', null],
    ['a name of 255 accented bytes', `${'ế'.repeat(83)}.jpg`, () => jpeg, 'ready', null],
  ];
  for (const [title, name, make, state, code] of cases) {
    it(title, async () => {
      const bytes = await make();
      const id = await library.put(name, bytes);
      const outcome = await library.ingest(id);
      const file = await library.file(id);
      expect({ state: file.state, code: file.code }).to.deep.equal({ state, code });
      expect(outcome.state).to.equal(state === 'failed' ? 'failed' : 'done');
      expect((await library.storage.objects.read(file.object_key)).equals(bytes), 'the original is kept').to.equal(
        true,
      );
      const jobs = await library.storage.metadata.queries
        .selectFrom('jobs')
        .select('key')
        .where('key', '=', `index-record:${file.record_id}`)
        .execute();
      expect(jobs, 'the record can be found').to.have.length(1);
    });
  }

  it('files that are not read say so at their steps', async () => {
    const id = await library.put('sach.docx', Buffer.from([0, 1, 2, 3, 0, 0]));
    await library.ingest(id);
    const steps = await library.steps(id);
    expect(steps['pages']).to.include({ state: 'skipped', code: 'format-not-read' });
    expect(steps['text']).to.include({ state: 'skipped', code: 'format-not-read' });
    expect(steps['index']).to.include({ state: 'done' });
  });

  it('a PDF whose table of objects is wrong is read all the same, and says so', async () => {
    const whole = rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
      '<< /Length 62 >>\nstream\nBT /F 12 Tf 40 200 Td (ba con ga an co va hai con bo to) Tj ET\nendstream',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ]).toString('latin1');
    const lines = whole.split('\n');
    const table = lines.indexOf('xref');
    // The page and its contents change places in the table: PDFium then finds no page.
    [lines[table + 5], lines[table + 6]] = [lines[table + 6]!, lines[table + 5]!];
    const id = await library.put('lech.pdf', Buffer.from(lines.join('\n'), 'latin1'));
    await library.ingest(id);
    expect(await library.file(id)).to.include({ state: 'ready', code: 'document-repaired', page_count: 1 });
    expect((await library.pages(id)).map((page) => page.text)).to.deep.equal(['ba con ga an co va hai con bo to']);
  });

  it('a password opens the document; a wrong one is told', async () => {
    const id = await library.put(
      'khoa.pdf',
      await makePdf([{ words: [{ text: 'xin', x: 50, y: 50 }] }], { userPassword: 'Mở', pdfVersion: '1.7ext3' }),
    );
    await library.ingest(id, { passwordOf: () => 'sai' });
    expect(await library.file(id)).to.include({ state: 'stopped', code: 'document-password-wrong' });
    await library.ingest(id, { passwordOf: () => 'Mở' });
    expect(await library.file(id)).to.include({ state: 'ready', code: null, page_count: 1 });
  });

  it('a document that only its owner has locked opens silently', async () => {
    const id = await library.put('chu.pdf', await makePdf([{}], { ownerPassword: 'chu', pdfVersion: '1.7' }));
    await library.ingest(id);
    expect(await library.file(id)).to.include({ state: 'ready', code: null });
  });

  it('a page that never ends loses itself, not the book', async () => {
    const id = await library.put('mai.pdf', endlessPdf());
    const started = Date.now();
    await library.ingest(id, { limits: { ...library.parts.limits, requestSeconds: 3 } });
    expect(Date.now() - started).to.be.below(30_000);
    const pages = await library.pages(id);
    expect(pages.map((page) => page.code)).to.deep.equal([null, 'document-too-slow', null]);
    expect(pages.map((page) => page.state)).to.deep.equal(['text', 'failed', 'text']);
    expect(await library.file(id)).to.include({ state: 'ready' });
  });

  it('a page that explodes loses itself, not the book', async () => {
    const id = await library.put('no.pdf', explodingPdf());
    await library.ingest(id, { limits: { ...library.parts.limits, memoryMegabytes: 400 } });
    expect((await library.pages(id)).map((page) => page.code)).to.deep.equal([null, 'document-too-much-memory', null]);
    expect(await library.file(id)).to.include({ state: 'ready' });
  });

  it('a document that grows past its memory is killed', async () => {
    const id = await library.put('lon.pdf', await makePdf([{ jpeg }]));
    await library.ingest(id, { limits: { ...library.parts.limits, memoryMegabytes: 40 } });
    expect(await library.file(id)).to.include({ state: 'failed', code: 'document-too-much-memory' });
  });

  it('more pages than the limit are refused', async () => {
    const id = await library.put('day.pdf', await makePdf([{}, {}, {}]));
    await library.ingest(id, { limits: { ...library.parts.limits, pages: 2 } });
    expect(await library.file(id)).to.include({ state: 'failed', code: 'document-too-many-pages' });
  });

  it('a disk that is full fails with its code, and the next run goes on', async () => {
    const id = await library.put('day.pdf', await makePdf([{ words: [{ text: 'đầy', x: 50, y: 50 }] }, {}]));
    const { objects } = library.storage;
    let room = 3;
    const small = {
      ...objects,
      put: ((...args) => (room-- > 0 ? objects.put(...args) : Promise.reject(new StoreFull()))) as typeof objects.put,
    };
    const outcome = await library.ingest(id, { objects: small });
    expect(outcome).to.deep.equal({ state: 'failed', code: 'storage-full' });
    expect(await library.file(id)).to.include({ state: 'failed', code: 'storage-full' });
    await library.ingest(id);
    expect(await library.file(id)).to.include({ state: 'ready', code: null });
  });
});

/** Sets the bit that says so, in the local header and in the directory (APPNOTE 4.4.4). */
function encrypted(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  for (const [signature, offset] of [
    ['PK\x03\x04', 6],
    ['PK\x01\x02', 8],
  ] as const) {
    const at = bytes.indexOf(signature, 0, 'latin1') + offset;
    bytes.writeUInt16LE(bytes.readUInt16LE(at) | 1, at);
  }
  return bytes;
}
