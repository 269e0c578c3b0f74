import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { tellPeer } from '../../../server/peers/telling.ts';
import { lookAtPeer } from '../../../server/peers/peer-sources.ts';
import { putAllowedHosts } from '../../../server/outbound/allowed-hosts.ts';
import type { ExchangeChange } from '../../../server/contract/peer.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { upload } from '../files/tus-client.ts';
import { openPeerProxy, type PeerProxy } from './peer-proxy.ts';

interface Page {
  changes: ExchangeChange[];
}

/** Two installations, and between them a line that breaks, meddles and lies. */
describe('a peer that cannot be relied on', function () {
  this.timeout(90_000);
  let [here, there] = [null as unknown as TestApp, null as unknown as TestApp];
  let [mine, theirs] = [null as unknown as Visitor, null as unknown as Visitor];
  let proxy: PeerProxy;
  let peerId: string;

  before(async () => {
    [here, there] = [await openTestApp({ ownUrl: true }), await openTestApp({ ownUrl: true })];
    proxy = await openPeerProxy(there.url);
    await putAllowedHosts(here.storage.metadata.queries, [proxy.host]);
    // The other side may not call here: nothing begins but what a test begins.
    [mine, theirs] = [await here.as('librarian'), await there.as('librarian')];
    const [administrator, other] = [await here.as('administrator'), await there.as('administrator')];
    const { code } = (await other.post('/api/peers/invitations')).body;
    const paired = await administrator.post('/api/peers', { address: proxy.url, code });
    expect(paired.status, paired.text).to.equal(201);
    peerId = paired.body.peers[0].id;
    here.work();
    there.work();
  });
  after(async () => {
    for (const app of [here, there]) await app?.close();
    await proxy?.close();
  });
  afterEach(() => {
    [proxy.meddle, proxy.rewrite, proxy.stopAfter] = [null, null, null];
  });

  const look = () => here.storage.metadata.transaction((queries) => lookAtPeer(queries, peerId, new Date()));
  const runs = () => here.storage.metadata.queries.selectFrom('harvest_runs').selectAll().orderBy('id', 'desc').execute();
  /** Begins a run of its own, and waits for its end. */
  async function harvested() {
    await until('nothing is under way', async () => (await runs()).every(({ state }) => state !== 'running'), 60);
    const before = (await runs())[0]?.id;
    await look();
    return until('the run has ended', async () => {
      const [last] = await runs();
      return last!.id !== before && last!.state !== 'running' && last!;
    }, 60);
  }
  const rowOf = (identifier: string) =>
    here.storage.metadata.queries.selectFrom('harvested_records').innerJoin('records', 'records.id', 'record_id').select(['records.id', 'title', 'state', 'scope', 'licence']).where('identifier', '=', identifier).executeTakeFirst();
  async function publish(title: string, bytes?: Buffer): Promise<{ id: string; version: number }> {
    const made = (await theirs.post('/api/records', { title, licence: 'CC-BY-4.0', scope: 'public' })).body;
    if (bytes) await upload(theirs, bytes, { filename: 'tep.txt', recordId: made.id });
    const { version } = (await theirs.get(`/api/records/${made.id}`)).body;
    const shown = await theirs.post(`/api/records/${made.id}/publish`, { version });
    expect(shown.status, shown.text).to.equal(200);
    return { id: made.id, version: shown.body.version };
  }
  const rewrite = (to: (page: Page) => unknown): void => void (proxy.rewrite = { path: '/api/exchange/changes', to: to as (value: never) => unknown });

  it('one change that cannot be read is set aside with its reason, and the rest is taken', async () => {
    const record = await publish('Đứng cạnh một dòng hỏng');
    const [bad, nothing] = [randomUUID(), randomUUID()];
    rewrite((page) => ({
      ...page,
      changes: [{ ...page.changes[0], id: bad, event: 'MERGE' }, 'rác', { ...page.changes[0], id: nothing, record: { ...page.changes[0]!.record, scope: 'moon' } }, ...page.changes],
    }));
    const run = await harvested();
    expect(run).to.include({ state: 'done', aside: 3 });
    expect(await rowOf(record.id)).to.include({ state: 'published' });
    const asides = await here.storage.metadata.queries.selectFrom('harvest_asides').selectAll().execute();
    expect(asides.map(({ identifier, reason }) => [identifier, reason]).sort()).to.eql([[null, 'metadata-unknown'], [bad, 'metadata-unknown'], [nothing, 'metadata-unknown']].sort());
    expect(asides.find(({ identifier }) => identifier === bad)!.detail).to.contain('event');
  });

  it('ids of our own records, a scope wider than the licence, more changes in a page than are written at once: ours stand, and the rest is taken or goes whole', async () => {
    const own = (await mine.post('/api/records', { title: 'Của nhà', licence: 'CC-BY-4.0', scope: 'public' })).body;
    await mine.post(`/api/records/${own.id}/publish`, { version: own.version });
    const [wide, cancelled] = [randomUUID(), randomUUID()];
    const many = Array.from({ length: 1_200 }, () => randomUUID());
    rewrite((page) => {
      const [one] = page.changes as [ExchangeChange];
      const titled = (id: string, title: string, more: object = {}): unknown => ({ ...one, id, event: 'NEW', record: { ...one.record, description: { title }, files: [], ...more } });
      return { ...page, next: null, changes: [titled(own.id, 'Bị chiếm'), titled(wide, 'Rộng quá', { licence: 'NOI_BO', scope: 'public' }), { ...(titled(cancelled, 'Đã huỷ') as object), event: 'CANCEL' }, ...many.map((id, at) => titled(id, `Thứ ${at}`))] };
    });
    const run = await harvested();
    expect(run).to.include({ state: 'done', taken: 1_201 });
    expect(await rowOf(own.id)).to.equal(undefined);
    expect((await here.visitor().get(`/api/records/${own.id}`)).body.description.title).to.equal('Của nhà');
    expect((await rowOf(wide))!.scope).to.equal('school');
    expect(await rowOf(cancelled)).to.equal(undefined);
    rewrite((page) => ({ ...page, next: null, changes: many.map((id) => ({ ...page.changes[0], id, event: 'CANCEL', record: null })) }));
    expect(await harvested()).to.include({ state: 'done', deleted: 1_200 });
  });

  for (const [what, answer] of Object.entries({
    'a page for people': (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Đăng nhập</html>'),
    'JSON of something else': (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"changes":7}'),
    'a redirect to an inner address': (response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
    'a gigabyte': (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(1024 ** 3) }).write('['),
  } satisfies Record<string, (response: import('node:http').ServerResponse) => void>))
    it(`${what} instead of changes changes nothing here, and the next look is as good as before`, async () => {
      await until('nothing is under way', async () => (await runs()).every(({ state }) => state !== 'running'), 60);
      const before = await here.storage.metadata.queries.selectFrom('harvested_records').select('record_id').where('gone', '=', 0).execute();
      proxy.meddle = (request, response) => {
        if (!request.url!.startsWith('/api/exchange/changes')) return false;
        answer(response);
        return true;
      };
      await look();
      const run = await until('it has failed', async () => {
        const [last] = await runs();
        return last!.failures > 0 && last;
      }, 60);
      expect(run.code).to.match(/^source-(answers-error|redirects|too-large)$/);
      expect(await here.storage.metadata.queries.selectFrom('harvested_records').select('record_id').where('gone', '=', 0).execute()).to.have.length(before.length);
      proxy.meddle = null;
      await look();
      await until('it is read again', async () => (await runs())[0]!.state !== 'running', 60);
    });

  it('a key that is changed twice while the peer is away, or whose answer was lost, still opens', async () => {
    const administrator = await here.as('administrator');
    const peer = () => here.storage.metadata.queries.selectFrom('peers').selectAll().executeTakeFirstOrThrow();
    const change = async (): Promise<void> => {
      await here.storage.metadata.queries.updateTable('peers').set({ retry_at: null, failures: 0, code: null }).execute();
      expect((await administrator.post('/api/peers/key')).status).to.equal(200);
    };
    const settled = () => until('the key is known', async () => !(await administrator.get('/api/peers')).body.self.changingKey, 60);
    const away = () => until('it was not told', async () => (await peer()).failures > 0, 60);
    for (const lost of [false, true]) {
      const { knows_key: before } = await peer();
      if (lost) proxy.rewrite = { path: '/api/exchange/messages', to: () => ({}) };
      else
        proxy.meddle = (request) => {
          request.destroy();
          return true;
        };
      await change();
      await away();
      [proxy.meddle, proxy.rewrite] = [null, null];
      await change();
      await settled();
      expect((await peer()).knows_key).to.not.equal(before);
      expect(await harvested()).to.include({ state: 'done' });
    }
  });

  const copiesOf = async (id: string) => (await mine.get(`/api/records/${id}/copies`)).body.copies as { remoteId: string; state: string; code: string | null; fileId: string | null }[];
  /** The record here whose file is told, and its first copy, asked for. */
  async function asked(record: { id: string }): Promise<string> {
    await harvested();
    const { id } = (await rowOf(record.id))!;
    const [file] = await until('its file is told', async () => {
      const copies = await copiesOf(id);
      return copies.length === 1 && copies;
    }, 60);
    await mine.post(`/api/records/${id}/copies`, { remoteId: file!.remoteId });
    return id;
  }
  const ends = (id: string, state: string) => until(`the copy is ${state}`, async () => {
    const [copy] = await copiesOf(id);
    return copy!.state === state && copy!;
  }, 60);
  const jobsNow = () => here.storage.metadata.queries.updateTable('jobs').set({ run_after: new Date(0).toISOString() }).where('kind', '=', 'copy-file').where('state', '=', 'queued').execute();
  /** Where what has come so far of its copy lies. */
  const partOf = async (recordId: string): Promise<string> => {
    const { id } = await here.storage.metadata.queries.selectFrom('peer_copies').select('id').where('record_id', '=', recordId).executeTakeFirstOrThrow();
    return join(here.folder, 'copies', id);
  };
  const text = (word: string): Buffer => Buffer.from(`${word} `.repeat(60_000));
  /** The line breaks when so much lies here. */
  async function breaks(recordId: string, bytes: number): Promise<void> {
    await until('the first part lies here', async () => existsSync(await partOf(recordId)) && statSync(await partOf(recordId)).size === bytes, 60);
    proxy.stopped!.destroy();
    await until('it waits to go on', async () => {
      const [copy] = await copiesOf(recordId);
      return copy!.state === 'wanted' && copy!.code !== null;
    }, 60);
  }

  it('a line that breaks is gone on from; where ranges are not known on the way, the file comes anew, whole', async () => {
    for (const ranges of [true, false]) {
      const bytes = text(ranges ? 'nối tiếp' : 'làm lại');
      const record = await publish(`Tệp đứt đường ${ranges}`, bytes);
      proxy.stopAfter = 100_000;
      if (!ranges)
        proxy.meddle = (request) => {
          delete request.headers.range;
          return false;
        };
      const id = await asked(record);
      await breaks(id, 100_000);
      await jobsNow();
      const { fileId } = await ends(id, 'held');
      expect((await here.visitor().get(`/api/files/${fileId}/original`)).text === bytes.toString()).to.equal(true);
      expect(proxy.asked.filter(({ path, range }) => path.startsWith('/api/exchange/files/') && range === 'bytes=100000-')).to.have.length(ranges ? 1 : 2);
      proxy.meddle = null;
    }
  });

  it('bytes that are not those that were told are not taken in; a file that was replaced meanwhile is fetched as it is now', async () => {
    const record = await publish('Tệp bị sửa giữa đường', text('gốc'));
    proxy.meddle = (request, response) => {
      if (!request.url!.startsWith('/api/exchange/files/')) return false;
      response.writeHead(200, { 'content-length': String(text('gốc').length) }).end(text('gỗc'));
      return true;
    };
    const id = await asked(record);
    expect((await ends(id, 'failed')).code).to.equal('copy-damaged');
    expect(existsSync(await partOf(id))).to.equal(false);
    proxy.meddle = null;
    const [file] = (await theirs.get(`/api/records/${record.id}`)).body.files;
    await upload(theirs, text('mới'), { filename: 'tep.txt', replaces: file.id });
    await harvested();
    const { fileId } = await ends(id, 'held');
    expect((await here.visitor().get(`/api/files/${fileId}/original`)).text === text('mới').toString()).to.equal(true);
  });

  it('what was half fetched of a withdrawn record goes too', async () => {
    const record = await publish('Rút khi chép dở', text('dở dang'));
    proxy.stopAfter = 50_000;
    const id = await asked(record);
    await breaks(id, 50_000);
    const part = await partOf(id);
    expect(existsSync(part)).to.equal(true);
    const { version } = (await theirs.get(`/api/records/${record.id}`)).body;
    await theirs.post(`/api/records/${record.id}/withdraw`, { version, reason: 'Gỡ' });
    await harvested();
    await until('nothing of it is left', () => !existsSync(part), 60);
  });

  it('what confirmed one withdrawal says nothing of the next', async () => {
    const record = await publish('Rút, đăng lại, rút');
    const act = async (what: string, more: object = {}): Promise<void> => {
      const { version } = (await theirs.get(`/api/records/${record.id}`)).body;
      expect((await theirs.post(`/api/records/${record.id}/${what}`, { version, ...more })).status).to.equal(200);
    };
    const confirmed = async (): Promise<unknown[]> => (await theirs.get(`/api/records/${record.id}`)).body.withdrawn.confirmed;
    await harvested();
    await act('withdraw', { reason: 'Gỡ' });
    await harvested();
    await until('it is confirmed', async () => (await confirmed()).length === 1, 60);
    await act('publish');
    await harvested();
    await until('it is back', async () => (await rowOf(record.id))!.state === 'published', 60);
    proxy.meddle = (request) => {
      request.destroy();
      return true;
    };
    await act('withdraw', { reason: 'Gỡ lần nữa' });
    expect(await confirmed()).to.eql([]);
    proxy.meddle = null;
    await look();
    await until('it is confirmed again', async () => (await confirmed()).length === 1, 60);
  });

  it('a message that the other cannot read holds up none of the others', async () => {
    const record = await publish('Sau một lời không hiểu được');
    const { version } = (await theirs.get(`/api/records/${record.id}`)).body;
    await theirs.post(`/api/records/${record.id}/withdraw`, { version, reason: 'Gỡ' });
    await here.storage.metadata.transaction(async (queries) => {
      await tellPeer(queries, peerId, 'new', { kind: 'of a later version' } as never);
      await tellPeer(queries, peerId, 'gone', { kind: 'withdrawn', recordId: record.id, copies: 0, at: new Date().toISOString() });
    });
    await until('the one that can be read is heard', async () => (await theirs.get(`/api/records/${record.id}`)).body.withdrawn.confirmed.length === 1, 30);
    await until('nothing waits', async () => (await here.storage.metadata.queries.selectFrom('peer_messages').select('id').execute()).length === 0, 30);
  });
});
