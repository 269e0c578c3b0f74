import { expect } from 'chai';
import { foldText } from '../../../search/vietnamese/fold.ts';
import {
  betterWritten,
  leastCounted,
  mayBeCounted,
  openTypedQueries,
  sweepTypedQueries,
  weekOf,
} from '../../../server/discovery/query-counting.ts';
import { countTypedQuery } from '../../../storage/metadata/typed-queries.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { fromSchool, idOf, schoolOf, settled, shelve, statementsOf } from '../catalogue/shelf.ts';

interface Suggested {
  kind: string;
  text: string;
  code: string | null;
  recordId: string | null;
}

const suggested = async (who: Visitor, q: string): Promise<Suggested[]> => {
  const answer = await who.get(`/api/search/suggestions?q=${encodeURIComponent(q.toWellFormed())}`);
  expect(answer.status, answer.text).equal(200);
  return answer.body.suggestions;
};
const texts = (found: Suggested[], kind: string): string[] =>
  found.filter((one) => one.kind === kind).map(({ text }) => text);

describe('suggestions', function () {
  this.timeout(20_000);
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    const loop = app.work();
    const school_id = schoolOf(librarian);
    await shelve(app, {
      school_id,
      title: 'Đất rừng phương Nam',
      description: { agents: [{ name: 'Đoàn Giỏi', role: 'aut' }] },
    });
    await shelve(app, {
      school_id,
      title: 'Đất và người',
      scope: 'school',
      description: { agents: [{ name: 'Đoàn Kín', role: 'aut' }] },
    });
    await shelve(app, { school_id, title: 'Đất nháp', state: 'draft', created_by: idOf(librarian) });
    await settled(app);
    await loop.stop();
  });
  after(() => app.close());

  it('titles, people and terms by how they begin, without marks, of what the asker may read', async () => {
    expect(texts(await suggested(app.visitor(), 'dat'), 'title')).deep.equal(['Đất rừng phương Nam']);
    expect(texts(await suggested(librarian, 'dat'), 'title')).have.members([
      'Đất rừng phương Nam',
      'Đất và người',
      'Đất nháp',
    ]);
    expect(texts(await suggested(app.visitor(), 'doan'), 'person')).deep.equal(['Đoàn Giỏi']);
    expect(texts(await suggested(await fromSchool(app, 'KHAC', 'pupil', 'be'), 'doan'), 'person')).deep.equal([
      'Đoàn Giỏi',
    ]);
    const [term] = (await suggested(app.visitor(), 'gdcd')).filter(({ kind }) => kind === 'term');
    expect(term).include({ code: 'GDCD' });
  });

  it('of a record that has been withdrawn since nothing is offered', async () => {
    const { queries } = app.storage.metadata;
    const state = (to: 'withdrawn' | 'published') =>
      queries.updateTable('records').set({ state: to }).where('title', '=', 'Đất rừng phương Nam').execute();
    await state('withdrawn');
    expect(await suggested(app.visitor(), 'dat rung')).deep.equal([]);
    await state('published');
  });

  it('any input is answered, small and soon, and may be kept by one browser for a while', async () => {
    for (const q of [
      '',
      ' ',
      '"',
      '-',
      '\u0000',
      'đ\u0301'.repeat(3000),
      'a'.repeat(10_000),
      '👩‍🏫',
      "'; drop table records; --",
      '%',
      '_',
      'שלום',
      'đ ư ơ n g '.repeat(500),
    ]) {
      const answer = await app.visitor().get(`/api/search/suggestions?q=${encodeURIComponent(q)}`);
      expect(answer.status, q.slice(0, 20)).equal(200);
      expect(answer.text.length).below(10_000);
    }
    for (const raw of ['%ff', '%ed%a0%80', '%00'])
      expect((await app.visitor().get(`/api/search/suggestions?q=${raw}`)).status, raw).equal(200);
    expect((await app.visitor().get(`/api/search/suggestions?q=${'a'.repeat(10_001)}`)).body).include({
      status: 400,
      code: 'not-valid',
    });
    const answer = await app.visitor().get('/api/search/suggestions?q=dat');
    expect(answer.headers.get('cache-control')).match(/^private, max-age=\d+$/);
    const again = await app.visitor().get('/api/search/suggestions?q=dat', {
      'if-none-match': answer.headers.get('etag')!,
      'cache-control': 'max-age=0',
    });
    expect([again.status, again.text]).deep.equal([304, '']);
  });

  it('cost a bounded number of queries', async () => {
    expect(await statementsOf(app, () => app.visitor().get('/api/search/suggestions?q=dat'))).at.most(5);
  });

  describe('of what many people asked for', () => {
    const queries = () => app.storage.metadata.queries;
    const many = (text: string, count = leastCounted) =>
      countTypedQuery(queries(), { fold: foldText(text), text, count, week: weekOf(new Date()) }, betterWritten);
    const kept = () => queries().selectFrom('typed_queries').selectAll().orderBy('fold').execute();
    beforeEach(() => queries().deleteFrom('typed_queries').execute());

    it('offered from five on, and only what finds something whole for this reader', async () => {
      await many('đất rừng phương', leastCounted - 1);
      expect(texts(await suggested(app.visitor(), 'dat r'), 'query')).deep.equal([]);
      await many('đất rừng phương', 1);
      await many('đất và', 9);
      await many('đất mũi cà mau', 9);
      expect(texts(await suggested(app.visitor(), 'dat r'), 'query')).deep.equal(['đất rừng phương']);
      expect(texts(await suggested(app.visitor(), 'dat v'), 'query')).deep.equal([]);
      expect(texts(await suggested(librarian, 'dat v'), 'query')).deep.equal(['đất và']);
      expect(texts(await suggested(librarian, 'dat m'), 'query')).deep.equal([]);
    });

    it('a search that finds is counted once a week for one asker, with no word of who, when or where', async () => {
      const search = (who: Visitor, q: string) => who.get(`/api/search?q=${encodeURIComponent(q)}`);
      const teacher = await app.as('teacher');
      for (const who of [app.visitor(), app.visitor(), teacher, teacher, librarian]) await search(who, 'dat rung');
      await search(librarian, 'Đất rừng');
      await search(librarian, 'Đất lạ lùng');
      await search(teacher, '"đất rừng"');
      await app.app.settle();
      expect(await kept()).deep.equal([{ fold: 'dat rung', text: 'dat rung', count: 3, week: weekOf(new Date()) }]);
      await search(await app.as('pupil'), 'Đất rừng');
      await app.app.settle();
      expect(await kept()).deep.equal([{ fold: 'dat rung', text: 'Đất rừng', count: 4, week: weekOf(new Date()) }]);
      expect(app.logged.join('')).not.match(/dat rung|Đất rừng/);
    });

    it('another week counts anew; names of people with an account are never written', async () => {
      let now = new Date('2026-11-25T10:00:00Z');
      const typed = openTypedQueries(
        app.storage.metadata,
        (error) => expect.fail(String(error)),
        () => now,
      );
      const found = { foundBy: 'together', total: 1, corrected: null } as never;
      const guest = { kind: 'guest', language: null } as const;
      const note = (q: string, address = '10.0.0.1') => typed.note(guest, address, { q, drop: [] }, found);
      try {
        note('phân số');
        note('phân số');
        note('bài của Trần Thị Thư');
        await typed.flush();
        expect(await kept()).deep.equal([{ fold: 'phan so', text: 'phân số', count: 1, week: '2026-11-23' }]);
        now = new Date('2026-11-30T00:00:00Z');
        note('PHÂN SỐ');
        note('phân số', '10.0.0.2');
        await typed.flush();
        expect(await kept()).deep.equal([{ fold: 'phan so', text: 'phân số', count: 3, week: '2026-11-30' }]);
        await sweepTypedQueries(app.storage.metadata, true, new Date('2027-11-20T00:00:00Z'));
        expect(await kept()).length(1);
        await sweepTypedQueries(app.storage.metadata, true, new Date('2027-12-10T00:00:00Z'));
        expect(await kept()).length(0);
        await many('còn lại');
        await sweepTypedQueries(app.storage.metadata, false, new Date());
        expect(await kept()).length(0);
      } finally {
        typed.close();
      }
    });

    it('what looks like somebody, or is no plain words, may not be counted', () => {
      for (const text of ['gdcd 8 ck1', 'khtn6', 'Truyện Kiều', 'đề thi 2025', 'bài 12'])
        expect(mayBeCounted(text), text).equal(true);
      for (const text of [
        '0912345678',
        'gọi 091 234 5678',
        'an@truong.edu.vn',
        'www.abc.vn',
        'https://x.vn/a',
        '"tắt đèn"',
        'tắt -đèn',
        'tác giả: Nam Cao',
        '',
        '…',
        'a',
        'a\u0000bcd',
        'từ '.repeat(11),
        'x'.repeat(81),
      ])
        expect(mayBeCounted(text), text).equal(false);
    });

    it('of two ways to write it the one with its marks stays', () => {
      expect(betterWritten('phan so', 'phân số')).equal('phân số');
      expect(betterWritten('phân số', 'phan so')).equal('phân số');
      expect(betterWritten('PHÂN SỐ', 'phân số')).equal('phân số');
    });
  });

  it('switched off, nothing is counted and nothing that was is offered', async () => {
    const other = await openTestApp({ environment: { COUNT_QUERIES: '0' } });
    try {
      const loop = other.work();
      await shelve(other, { school_id: schoolOf(await other.as('librarian')), title: 'Đất rừng phương Nam' });
      await settled(other);
      await loop.stop();
      const { queries } = other.storage.metadata;
      await other.visitor().get('/api/search?q=dat+rung');
      await other.app.settle();
      expect(await queries.selectFrom('typed_queries').selectAll().execute()).deep.equal([]);
      await countTypedQuery(
        queries,
        { fold: 'dat rung', text: 'đất rừng', count: 9, week: '2026-11-23' },
        betterWritten,
      );
      expect(texts(await suggested(other.visitor(), 'dat r'), 'query')).deep.equal([]);
    } finally {
      await other.close();
    }
  });
});
