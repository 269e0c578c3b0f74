import { expect } from 'chai';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkIndex } from '../../../server/discovery/check-index.ts';
import { indexRecords } from '../../../server/discovery/index-record.ts';
import { openSearch, SearchUnavailable } from '../../../search/index.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { schoolOf, shelve } from '../catalogue/shelf.ts';

describe('looking at the index', () => {
  let app: TestApp;
  let id: string;
  beforeEach(async () => {
    app = await openTestApp();
  });
  afterEach(() => app.close());

  const shelf = async () => (await shelve(app, { school_id: schoolOf(await app.as('librarian')), title: 'Sách', state: 'published' }, [])).id;
  const check = (remote = false) => checkIndex({ metadata: app.storage.metadata, search: app.search, remote });
  const asked = async () => {
    const jobs = await app.storage.metadata.queries.selectFrom('jobs').select('kind').where('kind', '=', 'reindex').execute();
    return jobs.length;
  };

  it('an index that is as empty as the catalogue is left alone, one that has lost everything is built anew, once', async () => {
    await check();
    expect(await asked()).to.equal(0);
    id = await shelf();
    await check();
    await check();
    expect(await asked()).to.equal(1);
  });

  it('an index with records is left alone', async () => {
    id = await shelf();
    await indexRecords({ metadata: app.storage.metadata, search: app.search }, [id], new AbortController().signal);
    await check();
    expect(await asked()).to.equal(0);
  });

  it('embedded files that have gone are built anew', async () => {
    id = await shelf();
    const search = await openSearch({ folder: join(app.folder, 'other'), role: 'writer' });
    await indexRecords({ metadata: app.storage.metadata, search }, [id], new AbortController().signal);
    rmSync(join(app.folder, 'other'), { recursive: true });
    await checkIndex({ metadata: app.storage.metadata, search, remote: false });
    expect(await asked()).to.equal(1);
    await search.close();
  });

  it('a server that does not answer is waited for', async () => {
    id = await shelf();
    const search = await openSearch({ folder: join(app.folder, 'other'), role: 'writer' });
    await search.close();
    const refused = await checkIndex({ metadata: app.storage.metadata, search, remote: true }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(SearchUnavailable);
    expect(await asked()).to.equal(0);
  });
});
