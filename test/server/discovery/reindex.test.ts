import { expect } from 'chai';
import { indexRecords } from '../../../server/discovery/index-record.ts';
import { reindexAll } from '../../../server/discovery/reindex.ts';
import type { SearchQuery } from '../../../search/search-index.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { ago, schoolOf, shelve } from '../catalogue/shelf.ts';

const everything: SearchQuery = {
  text: '',
  audience: ['public'],
  facets: {},
  sort: 'title',
  offset: 0,
  limit: 50,
  pagesPerRecord: 0,
};

describe('indexing anew', function () {
  this.timeout(20_000);
  let app: TestApp;
  let librarian: Visitor;
  const never = new AbortController().signal;
  const find = async (q: string) =>
    (await librarian.get(`/api/search?q=${q}&size=100`)).body.records.map((one: { id: string }) => one.id) as string[];
  const parts = () => ({ metadata: app.storage.metadata, search: app.search });

  beforeEach(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
  });
  afterEach(() => app.close());

  const shelf = (title: string, pages: string[] = [], state: 'published' | 'withdrawn' = 'published') =>
    shelve(app, { school_id: schoolOf(librarian), title, state }, pages);

  it('brings back from the catalogue whatever an index has lost, and drops what the catalogue has not', async () => {
    const made = [];
    for (let n = 0; n < 12; n++) made.push((await shelf(`Sách ${n}`, [`chung trang ${n}`])).id);
    await shelf('Sách chung đã thu hồi', [], 'withdrawn');
    await app.search.put([
      {
        id: crypto.randomUUID(),
        audience: ['public'],
        title: 'chung',
        agents: [],
        keywords: [],
        abstract: '',
        facets: { subject: [], grade: [], type: [], language: [] },
        titleKey: '',
        publishedAt: 0,
        pages: [],
      },
    ]);
    const seen: [number, number][] = [];
    await reindexAll(parts(), { signal: never, onProgress: (done, total) => seen.push([done, total]) });
    expect(await find('chung')).have.members(made);
    expect((await app.search.search(everything)).total).equal(12);
    expect(seen.at(-1)).deep.equal([13, 13]);
  });

  it('readers keep the old index until the new one stands, and changes made meanwhile are in it', async () => {
    const edited = await shelf('Trước khi sửa');
    const removed = await shelf('Trước khi rút');
    await indexRecords(parts(), [edited.id, removed.id], never);
    const { queries } = app.storage.metadata;
    let meanwhile: Promise<[unknown, unknown, { id: string }]> | null = null;
    await reindexAll(parts(), {
      signal: never,
      onProgress: () => {
        if (meanwhile !== null) return;
        // Runs when the last batch is in the new index and before it is swapped in.
        const at = ago(-1);
        meanwhile = Promise.all([
          queries
            .updateTable('records')
            .set({ title: 'Sau garply', description_json: '{"title":"Sau garply"}', updated_at: at })
            .where('id', '=', edited.id)
            .execute(),
          queries
            .updateTable('records')
            .set({ state: 'withdrawn', updated_at: at })
            .where('id', '=', removed.id)
            .execute(),
          shelf('Thêm garply'),
        ]);
      },
    });
    const [, , added] = await meanwhile!;
    expect(await find('garply')).have.members([edited.id, added.id]);
    const truoc = await app.search.search({ ...everything, text: 'truoc' });
    expect(truoc.hits).deep.equal([]);
  });

  it('stopped midway it leaves the index in use as it was', async () => {
    const { id } = await shelf('Còn nguyên fred');
    await indexRecords(parts(), [id], never);
    const stop = new AbortController();
    const why = new Error('stopping');
    const run = reindexAll(parts(), { signal: stop.signal, onProgress: () => stop.abort(why) });
    expect(
      await run.then(
        () => null,
        (error: unknown) => error,
      ),
    ).equal(why);
    expect(await find('fred')).deep.equal([id]);
    await reindexAll(parts(), { signal: never });
    expect(await find('fred')).deep.equal([id]);
  });
});
