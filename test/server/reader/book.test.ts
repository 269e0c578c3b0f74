import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { guest } from '../../../server/access/actor.ts';
import { person, readingLibrary, type ReadingLibrary, school, otherSchool } from './reading-library.ts';

describe('reading a book', () => {
  let library: ReadingLibrary;
  let kieu: { fileId: string; recordId: string };
  const get = (path: string) => request(library.app).get(path);

  before(async () => {
    library = await readingLibrary();
    kieu = await library.add(
      {},
      { page_count: 3, contents_json: JSON.stringify([{ title: 'Mở đầu', page: 1, depth: 0 }]) },
      [
        { label: 'i', lines: ['Trăm năm trong cõi người ta', 'Chữ tài chữ mệnh khéo là ghét nhau'] },
        { label: 'ii', lines: ['Trải qua một cuộc bể dâu'] },
        { lines: ['Người ta nói trăm điều', 'đã một năm rồi'] },
      ],
    );
  });
  after(() => library.end());
  beforeEach(() => library.as(guest()));

  it('is one answer with all pages, their labels, sizes and the contents, in two queries', async () => {
    const before = library.metadata.statements();
    const { body } = await get(`/api/files/${kieu.fileId}/book`).expect(200);
    expect(library.metadata.statements() - before).to.equal(2);
    expect(body).to.include({
      title: 'Truyện Kiều',
      recordId: kieu.recordId,
      complete: true,
      downloadable: true,
      revision: 1,
    });
    expect(body.pages[0]).to.eql({ index: 1, label: 'i', width: 800, height: 1200, ready: true, hasText: true });
    expect(body.contents).to.eql([{ title: 'Mở đầu', page: 1, depth: 0 }]);
    await get(`${body.thumbnail}/2/thumbnail?size=small`).expect(200);
    await get(`${body.text}/2/text`).expect(200);
    await get(`${body.image}/2/info.json`).expect(200);
    await get(body.manifest).expect(200);
  });

  it('lists pages that are still to come, so that numbers stay put', async () => {
    const coming = await library.add({}, { state: 'reading', page_count: 4 }, [{}, { image: null }]);
    const { body } = await get(`/api/files/${coming.fileId}/book`).expect(200);
    expect(body.complete).to.equal(false);
    expect(body.pages.map((page: { ready: boolean }) => page.ready)).to.eql([true, false, false, false]);
    const missing = await get(`/api/files/${coming.fileId}/pages/2/thumbnail`).expect(404);
    expect(missing.body.code).to.equal('page-not-ready');
  });

  it('says so when there is nothing to read and nothing to wait for', async () => {
    const sound = await library.add({}, { format: 'audio', media_type: 'audio/mpeg', page_count: 0 }, []);
    const { body } = await get(`/api/files/${sound.fileId}/book`).expect(409);
    expect(body.code).to.equal('file-not-readable');
  });

  it('gives the words of a page with their boxes', async () => {
    const { body } = await get(`/api/files/${kieu.fileId}/pages/2/text`).expect(200);
    expect(body).to.include({ index: 2, width: 800, height: 1200, source: 'ocr' });
    expect(body.words[1]).to.eql({ text: 'qua', box: [160, 40, 100, 40], line: 0 });
    await get(`/api/files/${kieu.fileId}/pages/9/text`).expect(404);
    await get(`/api/files/${kieu.fileId}/pages/0/text`).expect(400);
  });

  describe('search inside', () => {
    const inside = async (q: string) =>
      (await get(`/api/files/${kieu.fileId}/search?q=${encodeURIComponent(q)}`).expect(200)).body;

    it('finds words typed without marks, in page order, with the words marked in a snippet', async () => {
      const found = await inside('tram nam');
      expect(found.total).to.equal(2);
      expect(found.hits.map((hit: { page: number }) => hit.page)).to.eql([1, 3]);
      expect(found.hits[0].label).to.equal('i');
      expect(found.hits[0].snippet.filter((run: { marked: boolean }) => run.marked)).to.eql([
        { text: 'Trăm năm', marked: true },
      ]);
    });

    it('boxes the words together where they stand together, and each alone where they do not', async () => {
      const found = await inside('tram nam');
      expect(found.hits[0].boxes).to.eql([[40, 40, 220, 40]]);
      expect(found.hits[1].boxes).to.eql([
        [400, 40, 100, 40],
        [280, 100, 100, 40],
      ]);
    });

    it('boxes a phrase that runs over the end of a line once for each line', async () => {
      expect((await inside('người ta chữ tài')).hits[0].boxes).to.eql([
        [520, 40, 220, 40],
        [40, 100, 220, 40],
      ]);
    });

    it('costs two queries however many pages match, and none of the index for an empty question', async () => {
      const before = library.metadata.statements();
      expect((await inside('nguoi ta')).total).to.equal(2);
      expect(library.metadata.statements() - before).to.equal(2);
      expect(await inside('   ')).to.eql({ q: '   ', total: 0, hits: [] });
      expect((await inside('zzz')).hits).to.eql([]);
    });
  });

  describe('thumbnails', () => {
    it('are kept for ever under their revision, and answered 304 to those who have them', async () => {
      const path = `/api/files/${kieu.fileId}/pages/1/thumbnail?size=large`;
      const first = await get(`${path}&v=1`).expect(200).expect('content-type', 'image/webp');
      expect(first.headers['cache-control']).to.equal('public, max-age=31536000, s-maxage=3600, immutable');
      expect(first.headers['etag']).to.match(/^"[^"]+"$/);
      await get(`${path}&v=1`).set('if-none-match', first.headers['etag']!).expect(304);
      expect((await get(`${path}&v=7`)).headers['cache-control']).to.equal('public, max-age=600');
      await get(`${path.replace('large', 'huge')}`).expect(400);
    });

    it('of what is not public stay out of shared caches', async () => {
      const { fileId } = await library.add({ scope: 'school' }, {}, [{}]);
      library.as(person('pupil'));
      const { headers } = await get(`/api/files/${fileId}/pages/1/thumbnail?v=1`).expect(200);
      expect(headers['cache-control']).to.match(/^private/);
      expect(headers['vary']).to.include('Cookie');
    });
  });

  describe('who may read', () => {
    const paths = (id: string) =>
      ['book', 'pages/1/text', 'pages/1/thumbnail', 'search?q=a'].map((rest) => `/api/files/${id}/${rest}`);
    const all = async (id: string, status: number, code?: string) => {
      for (const path of paths(id)) {
        const { body } = await get(path).expect(status);
        if (code) expect(body.code, path).to.equal(code);
      }
    };

    it('a guest learns nothing of what is not public: it looks like what is not there', async () => {
      const hidden = await library.add({ scope: 'school' }, {}, [{ lines: ['a'] }]);
      const draft = await library.add({ state: 'draft' }, {}, [{ lines: ['a'] }]);
      for (const id of [hidden.fileId, draft.fileId, randomUUID()]) await all(id, 404, 'file-not-found');
    });

    it('people of the school read what is for the school; others do not', async () => {
      const { fileId } = await library.add({ scope: 'school' }, {}, [{ lines: ['a'] }]);
      library.as(person('pupil'));
      await all(fileId, 200);
      library.as(person('teacher', otherSchool));
      await all(fileId, 404);
    });

    it('a draft is for its school’s librarian and not for a pupil', async () => {
      const { fileId } = await library.add({ state: 'draft' }, {}, [{ lines: ['a'] }]);
      library.as(person('pupil'));
      await all(fileId, 404);
      library.as(person('librarian'));
      await all(fileId, 200);
      library.as(person('librarian', otherSchool));
      await all(fileId, 404);
    });

    it('a withdrawn book says so to those who could read it, and to nobody else', async () => {
      const gone = {
        state: 'withdrawn' as const,
        withdrawn_at: '2026-01-01T00:00:00.000Z',
        withdrawn_reason: 'Sai kiến thức',
      };
      const open = await library.add(gone, {}, [{ lines: ['a'] }]);
      const closed = await library.add({ ...gone, scope: 'school' }, {}, [{ lines: ['a'] }]);
      await all(open.fileId, 410, 'record-withdrawn');
      await all(closed.fileId, 404, 'file-not-found');
      library.as(person('librarian'));
      await all(open.fileId, 200);
    });

    it('what lies in the bin, and a removed file, is not there even for the librarian', async () => {
      const binned = await library.add({ state: 'draft', deleted_at: '2026-01-01T00:00:00.000Z' }, {}, [
        { lines: ['a'] },
      ]);
      const removed = await library.add({}, { removed_at: '2026-01-01T00:00:00.000Z' }, [{ lines: ['a'] }]);
      library.as(person('librarian', school));
      for (const { fileId } of [binned, removed]) await all(fileId, 404, 'file-not-found');
    });
  });
});
