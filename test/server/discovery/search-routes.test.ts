import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { SearchUnavailable } from '../../../search/search-index.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { ago, fromSchool, idOf, schoolOf, settled, shelve } from '../catalogue/shelf.ts';

interface Run {
  text: string;
  marked: boolean;
}

describe('searching', function () {
  this.timeout(20_000);
  let app: TestApp;
  let librarian: Visitor;
  let teacher: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    teacher = await app.as('teacher');
    app.work();
  });
  after(() => app.close());

  const search = async (who: Visitor, query: Record<string, string>) => {
    const answer = await who.get(`/api/search?${new URLSearchParams(query)}`);
    expect(answer.status, answer.text).equal(200);
    return answer.body;
  };
  const ids = (answer: { records: { id: string }[] }) => answer.records.map((one) => one.id);
  const marked = (runs: Run[]) => runs.filter((run) => run.marked).map((run) => run.text);

  it('a word inside a book, typed without accents or in NFD, opens it at its page with the word marked', async () => {
    const { id, fileId } = await shelve(
      app,
      {
        school_id: schoolOf(librarian),
        title: 'Chuyện làng',
        description: { agents: [{ name: 'Ngô Tất Tố', role: 'aut' }], year: '1939' },
      },
      ['Trang mở đầu.', 'Cái đình làng Đông Xá thắp đèn sáng suốt đêm, hào lí ngồi chật.'],
    );
    await settled(app);
    for (const q of ['dinh lang dong xa', 'đình làng Đông Xá', 'đình làng Đông Xá'.normalize('NFD')]) {
      const answer = await search(app.visitor(), { q });
      expect(ids(answer), q).deep.equal([id]);
      const [hit] = answer.records;
      expect(hit).deep.include({ title: 'Chuyện làng', year: '1939', pagesTotal: 1, readable: { fileId, pages: 2 } });
      expect(hit.pages).length(1);
      expect(hit.pages[0]).deep.include({
        fileId,
        page: 2,
        label: 'tr. 2',
        url: `/read/${fileId}/page/2?q=${encodeURIComponent(q)}`,
      });
      expect(marked(hit.pages[0].snippet).join(' ')).equal('đình làng Đông Xá');
      expect(hit.cover).deep.equal({
        small: `/api/files/${fileId}/pages/1/thumbnail?size=small&v=1`,
        large: `/api/files/${fileId}/pages/1/thumbnail?size=large&v=1`,
        width: 480,
        height: 720,
      });
    }
  });

  it('marks the title, and finds by subject, grade, resource type, set, publisher and number as teachers write them', async () => {
    const { id } = await shelve(app, {
      school_id: schoolOf(librarian),
      title: 'Bài 5: Bảo vệ môi trường',
      description: {
        subjects: ['GDCD'],
        grades: ['8'],
        resourceType: 'KHBD',
        textbookSet: 'KNTT',
        publisher: 'Nhà in Hừng Đông',
        identifiers: [{ scheme: 'isbn', value: '978-604-0-00000-7' }],
        ddc: '172',
      },
    });
    await settled(app);
    for (const q of [
      'bao ve moi truong',
      'gdcd lop 8',
      'giao an gdcd',
      'kntt bao ve',
      'hung dong',
      '978-604-0-00000-7',
    ])
      expect(ids(await search(app.visitor(), { q })), q).include(id);
    const answer = await search(app.visitor(), { q: 'moi truong' });
    expect(marked(answer.records[0].markedTitle)).deep.equal(['môi trường']);
    expect(answer.records[0].markedTitle.map((run: Run) => run.text).join('')).equal('Bài 5: Bảo vệ môi trường');
  });

  it('a teacher’s draft is found by them and their librarian, and by nobody else in hits, counts, snippets, list or address', async () => {
    const colleague = await fromSchool(app, 'HOASEN', 'teacher', 'dong.nghiep');
    const stranger = await fromSchool(app, 'KHAC', 'librarian', 'thu.thu.khac');
    const { id, fileId } = await shelve(
      app,
      {
        school_id: schoolOf(teacher),
        created_by: idOf(teacher),
        state: 'draft',
        title: 'Bản nháp xyzzy',
        description: { subjects: ['GDQPAN'] },
      },
      ['trang kín plugh'],
    );
    await settled(app);
    for (const [who, seen] of [
      [teacher, true],
      [librarian, true],
      [colleague, false],
      [stranger, false],
      [app.visitor(), false],
    ] as const) {
      for (const q of ['xyzzy', 'plugh']) {
        const answer = await search(who, { q });
        expect([answer.total, answer.records.length, answer.facets.subject.length]).deep.equal(
          seen ? [1, 1, 1] : [0, 0, 0],
        );
      }
      const all = await search(who, { q: '', size: '100' });
      expect(all.facets.subject.some((facet: { code: string }) => facet.code === 'GDQPAN')).equal(seen);
      expect(ids(all).includes(id)).equal(seen);
      expect((await who.get(`/api/records/${id}`)).status).equal(seen ? 200 : 404);
      expect((await who.get(`/api/files/${fileId}`)).status).equal(seen ? 200 : 404);
      expect((await who.get('/api/records?size=100')).text).not.include(id);
      const drafts = await who.get('/api/records?list=drafts&size=100');
      expect(drafts.text.includes(id)).equal(seen);
    }
  });

  it('counts each facet under the other choices and the reader’s rights', async () => {
    const school_id = schoolOf(librarian);
    const made = (subjects: string[], scope: 'public' | 'school', grade: string) =>
      shelve(app, {
        school_id,
        scope,
        title: 'Đếm frobnitz',
        description: { subjects, grades: [grade], resourceType: 'PHT', languages: ['vi'] },
      });
    await made(['TOAN'], 'public', '6');
    await made(['TOAN', 'KHTN'], 'public', '7');
    await made(['TOAN'], 'school', '6');
    await made(['VAT_LI'], 'public', '10');
    await settled(app);
    const counts = (facet: { code: string; count: number }[]) =>
      Object.fromEntries(facet.map(({ code, count }) => [code, count]));

    const asGuest = await search(app.visitor(), { q: 'frobnitz', subject: 'TOAN' });
    expect(asGuest.total).equal(2);
    expect(counts(asGuest.facets.subject)).deep.equal({ TOAN: 2, KHTN: 1, VAT_LI: 1 });
    expect(counts(asGuest.facets.grade)).deep.equal({ 6: 1, 7: 1 });
    const asTeacher = await search(teacher, { q: 'frobnitz', subject: 'TOAN' });
    expect(asTeacher.total).equal(3);
    expect(counts(asTeacher.facets.grade)).deep.equal({ 6: 2, 7: 1 });
    const two = await app.visitor().get('/api/search?q=frobnitz&subject=KHTN&subject=VAT_LI');
    expect(two.body.total).equal(2);
    expect((await search(app.visitor(), { q: 'frobnitz', subject: 'KHTN,VAT_LI', grade: '10' })).total).equal(1);
  });

  it('sorts titles as a Vietnamese dictionary does and by what is newest, and pages through without gaps', async () => {
    const titles = ['Zơ grault', 'Ăn grault', 'Bài 10 grault', 'Đá grault', 'Bài 2 grault', 'Dạ grault'];
    for (const [place, title] of titles.entries())
      await shelve(app, { school_id: schoolOf(librarian), title, published_at: ago(100 - place) });
    await settled(app);
    const names = (answer: { records: { title: string }[] }) =>
      answer.records.map((one) => one.title.replace(' grault', ''));
    expect(names(await search(app.visitor(), { q: 'grault', sort: 'title' }))).deep.equal([
      'Ăn',
      'Bài 2',
      'Bài 10',
      'Dạ',
      'Đá',
      'Zơ',
    ]);
    expect(names(await search(app.visitor(), { q: 'grault', sort: 'newest' }))).deep.equal([
      'Dạ',
      'Bài 2',
      'Đá',
      'Bài 10',
      'Ăn',
      'Zơ',
    ]);
    const pages = [];
    for (const page of ['1', '2', '3', '4'])
      pages.push(names(await search(app.visitor(), { q: 'grault', sort: 'title', size: '2', page })));
    expect(pages).deep.equal([['Ăn', 'Bài 2'], ['Bài 10', 'Dạ'], ['Đá', 'Zơ'], []]);
  });

  it('what was withdrawn or binned is gone from the hits before the index knows, and afterwards', async () => {
    const { id } = await shelve(app, { school_id: schoolOf(librarian), title: 'Thu hồi waldo' }, ['waldo ở trang này']);
    await settled(app);
    expect((await search(app.visitor(), { q: 'waldo' })).total).equal(1);
    const { queries } = app.storage.metadata;
    await queries
      .updateTable('records')
      .set({ state: 'withdrawn', withdrawn_at: ago(0), withdrawn_reason: 'sai' })
      .where('id', '=', id)
      .execute();
    const logged = app.logged.length;
    const stale = await search(app.visitor(), { q: 'waldo' });
    expect([stale.total, stale.records]).deep.equal([0, []]);
    expect(app.logged.slice(logged).join('')).include(id).and.not.include('waldo');
    await queries.updateTable('records').set({ state: 'published' }).where('id', '=', id).execute();
    expect((await librarian.post(`/api/records/${id}/withdraw`, { version: 1, reason: 'sai' })).status).equal(200);
    await settled(app);
    const before = app.logged.length;
    expect((await search(librarian, { q: 'waldo' })).total).equal(0);
    expect(app.logged.length).equal(before);
  });

  it('an index that offers what it should not is not believed: neither record nor page of a removed file comes through', async () => {
    const { id, fileId } = await shelve(
      app,
      { school_id: schoolOf(teacher), created_by: idOf(teacher), state: 'draft', title: 'Kín thud' },
      ['thud kín'],
    );
    await settled(app);
    const document = {
      id,
      audience: ['public'],
      title: 'Kín thud',
      agents: [],
      keywords: [],
      abstract: '',
      facets: { subject: [], grade: [], type: [], language: [] },
      titleKey: '',
      publishedAt: 0,
      pages: [{ fileId, page: 1, text: 'thud kín' }],
    };
    await app.search.put([document, { ...document, id: uuid() }]);
    const answer = await app.visitor().get('/api/search?q=thud');
    expect(answer.body.records).deep.equal([]);
    expect(answer.text).not.include(fileId);
    await app.storage.metadata.queries
      .updateTable('files')
      .set({ removed_at: ago(0) })
      .where('id', '=', fileId)
      .execute();
    const own = await search(teacher, { q: 'thud' });
    expect(ids(own)).deep.equal(id ? [id] : []);
    expect(own.records[0].pages).deep.equal([]);
  });

  it('takes odd queries: empty, operators, long, marks alone', async () => {
    for (const q of [
      '',
      '   ',
      '"',
      '-',
      '*',
      'a'.repeat(9000),
      '\u0301\u0301',
      "'; drop table records; --",
      '%',
      'AND OR NOT',
      '😀',
    ])
      await search(app.visitor(), { q });
    for (const query of ['size=0', 'size=101', 'page=0', 'sort=best', `q=${'a'.repeat(10_001)}`])
      expect((await app.visitor().get(`/api/search?${query}`)).status, query.slice(0, 20)).equal(400);
  });

  it('says so when the index cannot answer, and that it is being built anew where it is damaged or of another version', async () => {
    const held = app.search.search;
    const { queries } = app.storage.metadata;
    const looks = async (): Promise<number> =>
      (await queries.selectFrom('jobs').select('id').where('kind', '=', 'check-index').execute()).length;
    try {
      for (const [reason, code, asked] of [
        ['down', 'search-unavailable', 0],
        ['damaged', 'search-rebuilding', 1],
        ['version', 'search-rebuilding', 1],
      ] as const) {
        await settled(app, ['check-index']);
        const before = await looks();
        app.search.search = () => Promise.reject(new SearchUnavailable(reason));
        for (const path of ['/api/search?q=a', '/api/browse', '/api/search/facet?facet=topic']) {
          const answer = await app.visitor().get(path);
          expect([answer.status, answer.body.code], path).deep.equal([503, code]);
        }
        expect((await looks()) - before, reason).at.least(asked);
      }
    } finally {
      app.search.search = held;
    }
  });
});
