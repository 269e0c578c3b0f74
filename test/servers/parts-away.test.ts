import { expect } from 'chai';
import { makePdf } from '../fixtures/make-documents.ts';
import { comparedObjects } from '../faults/whole-library.ts';
import { upload } from '../server/files/tus-client.ts';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.ts';
import { type Fleet, type Member, openFleet } from '../support/fleet.ts';
import { describeOn, type ServerAddresses } from '../support/servers.ts';
import { until } from '../support/temporary.ts';
import type { Visitor } from '../support/visitor.ts';

const outageMs = 20_000;
const pagesOfBook = 60;

/** A web process and a worker whose way to one of the servers can be told to fail. */
function awayFor(part: keyof ServerAddresses, tests: (at: { fleet(): Fleet; proxy(): FaultyProxy; web(): Member; librarian(): Visitor }) => void): void {
  describeOn(part, `${part.replace(/Url$/, '')}: away while a library works`, function (straight) {
    this.timeout(150_000);
    let fleet: Fleet;
    let proxy: FaultyProxy;
    let members: Member[];
    let librarian: Visitor;
    before(async () => {
      proxy = await faultyProxy(straight.replace(/^[a-z0-9+]*:/, 'http:'));
      fleet = await openFleet({
        environment: { TU_SACH_HIDE_TOOLS: '1', LOG_LEVEL: 'error' },
        through: (addresses) => ({ [part]: proxy.through(addresses[part]!) }),
      });
      members = [await fleet.start('web'), await fleet.start('worker')];
      librarian = await fleet.librarian(members[0]!.url);
    });
    after(async () => {
      await fleet?.close();
      await proxy?.close();
    });
    tests({ fleet: () => fleet, proxy: () => proxy, web: () => members[0]!, librarian: () => librarian });

    it('neither process has ended, and both stop when asked', async () => {
      for (const member of members) expect(member.gone(), `${member.kind}: ${fleet.output()}`).to.equal(false);
      for (const member of members) expect(await member.stop()).to.equal(0);
    });
  });
}

const pages = (name: string) => Array.from({ length: pagesOfBook }, (_, index) => `Trang ${index + 1} của quyển ${name}.`);
const book = (name: string): Promise<Buffer> => makePdf(pages(name).map((paragraph) => ({ paragraph })));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function expectWhole(fleet: Fleet, fileId: string, name: string): Promise<void> {
  const { queries } = fleet.storage.metadata;
  await until('it is read', async () => (await queries.selectFrom('files').select('state').where('id', '=', fileId).executeTakeFirstOrThrow()).state === 'ready', 100);
  const rows = await queries.selectFrom('pages').select('text').where('file_id', '=', fileId).orderBy('number').execute();
  expect(rows.map(({ text }) => text)).to.deep.equal(pages(name));
  await until('every job has ended', async () => (await queries.selectFrom('jobs').select('id').where('state', 'in', ['queued', 'running']).execute()).length === 0, 100);
  expect(await queries.selectFrom('jobs').selectAll().where('state', '=', 'failed').execute()).to.deep.equal([]);
  expect(await comparedObjects(fleet.storage)).to.deep.equal({ orphans: [], missing: [] });
}

const someImages = (fleet: Fleet, fileId: string) =>
  until('some pages are there', async () => (await fleet.storage.metadata.queries.selectFrom('pages').select('number').where('file_id', '=', fileId).where('image_key', 'is not', null).execute()).length >= 3, 60);

awayFor('databaseUrl', ({ fleet, proxy, librarian }) => {
  it(`${outageMs / 1000} s in the middle of an ingest: requests are told so, the book is read to its end, nothing fails`, async () => {
    const { fileId } = await upload(librarian(), await book('vắng'), { filename: 'vang.pdf' });
    await someImages(fleet(), fileId!);
    await proxy().fault({ kind: 'refuse' });
    const asked = performance.now();
    const answer = await librarian().get('/api/records');
    expect(answer.status, answer.text).to.equal(503);
    expect(answer.body.code).to.equal('database-unavailable');
    await pause(outageMs - (performance.now() - asked));
    await proxy().fault(null);
    await until('requests are served again', async () => (await librarian().get('/api/records')).status === 200, 20);
    await expectWhole(fleet(), fileId!, 'vắng');
  });
});

awayFor('objectStoreUrl', ({ fleet, proxy, librarian }) => {
  it(`${outageMs / 1000} s of errors and then silence in the middle of an ingest: the book is read to its end, nothing fails`, async () => {
    const { fileId } = await upload(librarian(), await book('lạc'), { filename: 'lac.pdf' });
    await someImages(fleet(), fileId!);
    await proxy().fault({ kind: 'status', status: 503 });
    await pause(outageMs / 2);
    await proxy().fault({ kind: 'hang' });
    await pause(outageMs / 2);
    await proxy().fault(null);
    await expectWhole(fleet(), fileId!, 'lạc');
  });
});

awayFor('searchUrl', ({ fleet, proxy, librarian }) => {
  it(`${outageMs / 1000} s during publishing: publishing succeeds, and the index catches up`, async () => {
    await proxy().fault({ kind: 'refuse' });
    const began = performance.now();
    const ids: string[] = [];
    for (let at = 0; at < 20; at++) {
      const made = (await librarian().post('/api/records', { title: `Sách vắng ${at}`, licence: 'CC-BY-4.0', scope: 'public' })).body;
      expect((await librarian().post(`/api/records/${made.id}/publish`, { version: made.version })).body.state).to.equal('published');
      ids.push(made.id);
    }
    const answer = await librarian().get('/api/search?q=sach');
    expect([answer.status, answer.body.code]).to.deep.equal([503, 'search-unavailable']);
    await pause(outageMs - (performance.now() - began));
    await proxy().fault(null);
    await until('all are found', async () => (await librarian().get('/api/search?q=sach%20vang&size=100')).body?.total === ids.length, 90);
    expect(await fleet().storage.metadata.queries.selectFrom('jobs').selectAll().where('state', '=', 'failed').execute()).to.deep.equal([]);
  });
});
