import { expect } from 'chai';
import { reindexAll } from '../../../server/discovery/reindex.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { ago, idOf, schoolOf, shelve, statementsOf, stock } from '../catalogue/shelf.ts';

describe('queries per request', function () {
  this.timeout(40_000);
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
  });
  after(() => app.close());

  const put = async (count: number, word: string): Promise<void> => {
    const [school_id, created_by] = [schoolOf(librarian), idOf(librarian)];
    await stock(app, count, (n) => ({
      row: {
        school_id,
        created_by,
        published_at: ago(1000 + n),
        title: `Cuốn ${word} ${n}`,
        description: { subjects: ['TOAN'] },
      },
      pages: [`${word} trang một`, `${word} trang hai`],
    }));
    await reindexAll({ metadata: app.storage.metadata, search: app.search }, { signal: new AbortController().signal });
  };

  it('are as many for two hundred records as for five: search, list, record, head', async () => {
    const cost = (who: Visitor, path: string) => statementsOf(app, () => who.get(path));
    const paths = (word: string, size: number) => [
      `/api/search?q=${word}&size=${size}`,
      `/api/records?size=${size}`,
      `/api/search/suggestions?q=cuon`,
      `/api/browse?grade=6`,
      `/api/search/facet?q=${word}&facet=subject`,
    ];
    const guest = app.visitor();
    await put(5, 'fivefold');
    const few = [];
    for (const who of [guest, librarian]) for (const path of paths('fivefold', 5)) few.push(await cost(who, path));
    await put(200, 'manifold');
    expect((await guest.get('/api/search?q=manifold&size=100')).body.records).length(100);
    expect((await guest.get('/api/records?size=100')).body.records).length(100);
    const many = [];
    for (const who of [guest, librarian]) for (const path of paths('manifold', 100)) many.push(await cost(who, path));
    expect(many).deep.equal(few);
    expect(
      few.slice(0, 5).every((count) => count <= 6),
      `${few}`,
    ).equal(true);

    const { id } = await shelve(
      app,
      { school_id: schoolOf(librarian), title: 'Một' },
      Array.from({ length: 40 }, (_, n) => `trang ${n}`),
    );
    expect(await cost(guest, `/api/records/${id}`)).at.most(7);
    expect(await cost(guest, `/api/records/${id}/similar`)).at.most(6);
  });
});
