import { expect } from 'chai';
import sharp from 'sharp';
import { countsOfLastRun } from '../../../server/ingest/ingest-run.ts';
import { decodePageWords } from '../../../server/ingest/page-words.ts';
import { makeJpeg, makePdf, makePicture, makeTiff, makeZip } from '../../fixtures/make-documents.ts';
import { type IngestLibrary, openIngestLibrary } from './ingest-library.ts';

const poem = 'Trăm năm trong cõi người ta, chữ tài chữ mệnh khéo là ghét nhau. Trải qua một cuộc bể dâu.';

describe('a file becomes pages', function () {
  this.timeout(60_000);
  let library: IngestLibrary;
  before(async () => {
    library = await openIngestLibrary();
  });
  after(() => library.close());

  const read = (key: string | null): Promise<Buffer> => library.storage.objects.read(key as string);
  async function ingest(name: string, bytes: Uint8Array) {
    const id = await library.put(name, bytes);
    expect(await library.ingest(id)).to.deep.equal({ state: 'done' });
    const file = await library.file(id);
    expect(file).to.include({ state: 'ready', code: null });
    return { id, file, pages: await library.pages(id) };
  }
  async function derived(id: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of library.storage.objects.list(`derived/${id.slice(-2)}/${id}/`)) keys.push(key);
    return keys;
  }

  it('a born-digital PDF: images at 150 dpi, its own text, its own labels', async () => {
    const { file, pages, id } = await ingest('kieu.pdf', await makePdf([{ paragraph: poem }, { paragraph: poem }]));
    expect(file).to.include({ format: 'pdf', media_type: 'application/pdf', page_count: 2 });
    for (const page of pages) {
      expect(page).to.include({ state: 'text', text_source: 'layer', width: 1240, height: 1754 });
      expect(page.text.replace(/\s+/g, ' ')).to.equal(poem);
    }
    expect(countsOfLastRun(), 'one decode a page, one process').to.deep.equal({ decodes: 2, processes: 1 });
    expect(await derived(id), 'image, two thumbnails and words a page').to.have.length(8);
  });

  it('thumbnails of 200 and 480 pixels across, of every page', async () => {
    const { pages } = await ingest('hai.pdf', await makePdf([{}, { size: [842, 595] }]));
    for (const page of pages) {
      const [small, large] = await Promise.all(
        [page.thumb_small_key, page.thumb_large_key].map(async (key) => sharp(await read(key)).metadata()),
      );
      expect(small).to.include({ format: 'webp', width: 200 });
      expect(large).to.include({ format: 'webp', width: 480 });
    }
  });

  it('a scan’s JPEG is taken byte for byte, and not decoded but for its thumbnails', async () => {
    const jpegs = await Promise.all([1, 2, 3].map((seed) => makeJpeg(620, 877, seed)));
    const { pages } = await ingest('quet.pdf', await makePdf(jpegs.map((jpeg) => ({ jpeg }))));
    for (const [index, page] of pages.entries()) {
      expect(page).to.include({ image_type: 'image/jpeg', width: 620, height: 877 });
      expect((await read(page.image_key)).equals(jpegs[index] as Buffer)).to.equal(true);
    }
    expect(countsOfLastRun().decodes).to.equal(3);
  });

  it('what is more than its picture is rendered: text above it, a part of the page, a turned page', async () => {
    const jpeg = await makeJpeg(620, 877);
    const { pages } = await ingest(
      'tron.pdf',
      await makePdf([
        { jpeg, words: [{ text: 'Đè lên', x: 100, y: 100 }] },
        { jpeg, box: [0, 0, 595, 600] },
        { jpeg, rotate: 90 },
        { jpeg },
      ]),
    );
    const same = await Promise.all(pages.map(async (page) => (await read(page.image_key)).equals(jpeg)));
    expect(same).to.deep.equal([false, false, false, true]);
    expect([pages[2]?.width, pages[2]?.height], 'turned').to.deep.equal([1754, 1240]);
  });

  it('a page of any size stays within its pixels', async () => {
    const { pages } = await ingest('to.pdf', await makePdf([{ size: [14_400, 14_400] }, { size: [3, 3] }]));
    expect(pages[0]).to.include({ width: 2400, height: 2400 });
    expect(pages[1]).to.include({ width: 6, height: 6 });
  });

  it('an upright JPEG is its own page image; the original is not copied', async () => {
    const { file, pages, id } = await ingest('anh.jpg', await makeJpeg(300, 400));
    expect(pages).to.have.length(1);
    expect(pages[0]).to.include({ image_key: file.object_key, image_type: 'image/jpeg', width: 300, height: 400 });
    expect((await derived(id)).filter((key) => key.includes('/pages/'))).to.deep.equal([]);
  });

  it('a JPEG that lies on its side is turned, a CMYK one becomes RGB', async () => {
    const lying = await makePicture(300, 200).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect((await ingest('nam.jpg', lying)).pages[0]).to.include({ width: 200, height: 300 });
    const cmyk = await makePicture(300, 200).toColourspace('cmyk').jpeg().toBuffer();
    const { pages } = await ingest('cmyk.jpg', cmyk);
    expect((await sharp(await read(pages[0]?.image_key ?? '')).metadata()).space).to.equal('srgb');
  });

  it('PNG and WebP become JPEG, on white where they are clear; an animation is its first picture', async () => {
    const clear = await sharp({
      create: { width: 40, height: 30, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const { pages } = await ingest('trong.png', clear);
    const { data } = await sharp(await read(pages[0]?.image_key ?? ''))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).to.equal(255);
    const frames = Buffer.concat([Buffer.alloc(20 * 20 * 3, 200), Buffer.alloc(20 * 20 * 3, 20)]);
    const animation = await sharp(frames, { raw: { width: 20, height: 40, channels: 3, pageHeight: 20 } as never })
      .webp({ loop: 0 })
      .toBuffer();
    expect((await ingest('dong.webp', animation)).pages.map((page) => [page.width, page.height])).to.deep.equal([
      [20, 20],
    ]);
  });

  it('a picture of one bit stays one', async () => {
    const bits = await makePicture(200, 200)
      .threshold(128)
      .toColourspace('b-w')
      .tiff({ bitdepth: 1, compression: 'ccittfax4' })
      .toBuffer();
    const { pages } = await ingest('den-trang.tif', bits);
    const image = await read(pages[0]?.image_key ?? '');
    expect(pages[0]?.image_type).to.equal('image/png');
    expect((await sharp(image).metadata()).bitsPerSample).to.equal(1);
  });

  it('a TIFF of several pages', async () => {
    const { pages } = await ingest('sach.tif', await makeTiff(3, 120, 160));
    expect(pages.map((page) => [page.number, page.width, page.height])).to.deep.equal([
      [1, 120, 160],
      [2, 120, 160],
      [3, 120, 160],
    ]);
  });

  it('a zip of pictures is one book, counted as people count', async () => {
    const names = [
      'sách/trang-10.jpg',
      'sách/trang-2.jpg',
      '__MACOSX/sách/._trang-2.jpg',
      'sách/trang-1.jpg',
      'sách/.DS_Store',
    ];
    const entries = await Promise.all(
      names.map(async (name, index) => ({ name, bytes: await makeJpeg(100 + index, 100) })),
    );
    const { file, pages } = await ingest('sach.zip', await makeZip(entries));
    expect(file).to.include({ format: 'image-archive', media_type: 'application/zip' });
    expect(
      pages.map((page) => page.width),
      'trang-1, trang-2, trang-10',
    ).to.deep.equal([103, 101, 100]);
  });

  for (const [encoding, bytes] of [
    ['UTF-8', Buffer.from(poem)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${poem}`, 'utf16le')],
    ['decomposed letters', Buffer.from(poem.normalize('NFD'))],
  ] as const) {
    it(`a plain text in ${encoding}, set as pages`, async () => {
      const { pages } = await ingest('tho.txt', bytes);
      expect(pages.map((page) => page.text.replace(/\s+/g, ' '))).to.deep.equal([poem]);
      expect(pages[0]).to.include({ text_source: 'layer', width: 1240, height: 1754 });
    });
  }

  it('a long text breaks between paragraphs, and every word is somewhere', async () => {
    const text = Array.from({ length: 120 }, (_, index) => `Đoạn ${index}. ${poem}`).join('\n\n');
    const { pages } = await ingest('dai.txt', Buffer.from(text));
    expect(pages.length).to.be.within(5, 10);
    expect(
      pages
        .map((page) => page.text)
        .join(' ')
        .split(/\s+/),
    ).to.deep.equal(text.split(/\s+/));
    for (const page of pages) expect(page.text).to.match(/^Đoạn \d+\./);
    for (const [text, x, y, w, h] of decodePageWords(await read(pages[0]?.words_key ?? '')).words) {
      expect(x >= 0 && y >= 0 && x + w <= 1240 && y + h <= 1754, text).to.equal(true);
    }
  });

  it('page 1 can be read, thumbnails and all, before page 2 is made', async () => {
    const id = await library.put('dau.pdf', await makePdf(Array.from({ length: 4 }, () => ({ paragraph: poem }))));
    const order: string[] = [];
    const { objects } = library.storage;
    const put: typeof objects.put = (key, ...rest) => {
      order.push(key.split('/').slice(-2).join('/'));
      return objects.put(key, ...rest);
    };
    await library.ingest(id, { objects: { ...objects, put } });
    expect(order.slice(0, 4)).to.deep.equal([
      'pages/00001.jpg',
      'thumbnails/00001-small.webp',
      'thumbnails/00001-large.webp',
      'pages/00002.jpg',
    ]);
    const kinds = order.slice(3).map((key) => key.split('/')[0]);
    expect(kinds, 'all images, then thumbnails, then words').to.deep.equal([
      ...Array<string>(3).fill('pages'),
      ...Array<string>(6).fill('thumbnails'),
      ...Array<string>(4).fill('words'),
    ]);
  });

  it('a second run finds nothing to do', async () => {
    const { id } = await ingest('lai.pdf', await makePdf([{ paragraph: poem }]));
    const before = await library.pages(id);
    await library.ingest(id);
    expect(countsOfLastRun()).to.deep.equal({ decodes: 0, processes: 0 });
    expect(await library.pages(id)).to.deep.equal(before);
  });

  it('a removed file is skipped; one replaced under way is left to the next run', async () => {
    const id = await library.put('thay.pdf', await makePdf([{ paragraph: poem }, {}]));
    const { queries } = library.storage.metadata;
    const describeRecord = async (): Promise<void> => {
      await queries.updateTable('files').set({ revision: 2 }).where('id', '=', id).execute();
    };
    expect(await library.ingest(id, { describeRecord })).to.include({ state: 'skipped' });
    await queries.updateTable('files').set({ removed_at: new Date().toISOString() }).where('id', '=', id).execute();
    expect(await library.ingest(id)).to.deep.equal({ state: 'skipped', why: 'file removed' });
  });

  it('stops at once when told to, and goes on later', async () => {
    const id = await library.put('dung.pdf', await makePdf(Array.from({ length: 6 }, () => ({ paragraph: poem }))));
    const stop = new AbortController();
    const { objects } = library.storage;
    const put: typeof objects.put = async (key, ...rest) => {
      if (key.includes('/00003.')) stop.abort();
      return objects.put(key, ...rest);
    };
    const fault = await library.ingest(id, { objects: { ...objects, put } }, stop.signal).then(
      () => null,
      (error: unknown) => error,
    );
    expect(fault).to.have.property('name', 'AbortError');
    await library.ingest(id);
    expect((await library.pages(id)).map((page) => page.state)).to.deep.equal(Array(6).fill('text'));
  });
});
