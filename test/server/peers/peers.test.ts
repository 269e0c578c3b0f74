import { expect } from 'chai';
import { createPrivateKey } from 'node:crypto';
import { setting } from '../../../storage/metadata/organisations.ts';
import { type OwnKeys } from '../../../server/peers/own-keys.ts';
import { noContent, signatureHeaders } from '../../../server/peers/request-signature.ts';
import { contentDigest } from '../../../server/http/body-digest.ts';
import { putAllowedHosts } from '../../../server/outbound/allowed-hosts.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { upload } from '../files/tus-client.ts';

interface Side {
  app: TestApp;
  administrator: Visitor;
  librarian: Visitor;
  keys(): Promise<OwnKeys>;
}

async function openSide(): Promise<Side> {
  const app = await openTestApp({ ownUrl: true });
  const [administrator, librarian] = [await app.as('administrator'), await app.as('librarian')];
  app.work();
  return { app, administrator, librarian, keys: async () => (await setting<OwnKeys>(app.storage.metadata.queries, 'peer-keys'))! };
}

const hostOf = ({ app }: Side): string => new URL(app.url).host;

async function publish({ librarian }: Side, title: string, more: Record<string, unknown> = {}): Promise<{ id: string; version: number }> {
  const made = await librarian.post('/api/records', { title, licence: 'CC-BY-4.0', scope: 'public', ...more });
  expect(made.status, made.text).to.equal(201);
  const shown = await librarian.post(`/api/records/${made.body.id}/publish`, { version: made.body.version });
  expect(shown.status, shown.text).to.equal(200);
  return { id: made.body.id, version: shown.body.version };
}

/** What one side holds of a record of the other. */
async function heldHere({ app }: Side, remoteId: string): Promise<{ id: string; title: string; state: string; scope: string } | undefined> {
  return app.storage.metadata.queries
    .selectFrom('harvested_records')
    .innerJoin('records', 'records.id', 'harvested_records.record_id')
    .select(['records.id', 'records.title', 'records.state', 'records.scope'])
    .where('identifier', '=', remoteId)
    .executeTakeFirst();
}
const arrives = (side: Side, remoteId: string, title?: string) =>
  until(`${title ?? remoteId} has arrived`, async () => {
    const row = await heldHere(side, remoteId);
    return row && (title === undefined || row.title === title) ? row : null;
  });

describe('peers', function () {
  this.timeout(60_000);
  let [here, there] = [null as unknown as Side, null as unknown as Side];

  before(async () => {
    [here, there] = [await openSide(), await openSide()];
    for (const [one, other] of [[here, there], [there, here]] as const) await putAllowedHosts(one.app.storage.metadata.queries, [hostOf(other)]);
  });
  after(async () => {
    for (const side of [here, there]) await side?.app.close();
  });

  const pair = async (code: string, from = here, to = there) => from.administrator.post('/api/peers', { address: `${to.app.url}/`, code });
  const invite = async (side = there): Promise<string> => (await side.administrator.post('/api/peers/invitations')).body.code;
  const peersOf = async (side: Side) => (await side.administrator.get('/api/peers')).body;

  it('only an administrator pairs, with a code that was given, once, and not with itself', async () => {
    expect((await there.librarian.post('/api/peers/invitations')).status).to.equal(403);
    expect((await here.librarian.post('/api/peers', { address: there.app.url, code: 'X' })).status).to.equal(403);
    expect((await pair('AAAA-BBBB-CCCC')).body.code).to.equal('peer-code-refused');
    const mine = await invite(here);
    expect((await pair(mine, here, here)).body.code).to.equal('source-address-refused');
    const code = await invite();
    expect(code).to.match(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
    const paired = await pair(code.toLowerCase().replaceAll('-', ' '));
    expect(paired.status, paired.text).to.equal(201);
    expect(paired.body.peers).to.have.length(1);
    const [other] = (await peersOf(there)).peers;
    expect(other).to.include({ address: here.app.url, state: 'active' });
    // Each shows the other’s key in the same words.
    expect(other.fingerprint).to.equal(paired.body.self.fingerprint);
    // Once more by the same: an answer that was lost. By another: refused.
    expect((await pair(code)).status).to.equal(201);
    const third = await openSide();
    try {
      await putAllowedHosts(third.app.storage.metadata.queries, [hostOf(there)]);
      expect((await pair(code, third)).body.code).to.equal('peer-code-refused');
    } finally {
      await third.app.close();
    }
  });

  it('what one publishes is found at the other, in its scope; what it corrects and withdraws follows, and is confirmed', async () => {
    const open = await publish(there, 'Đèn kéo quân giấy điệp', { year: '2020' });
    const shared = await publish(there, 'Đề thi thử của cụm', { scope: 'sector', licence: 'NGANH' });
    const own = await publish(there, 'Chỉ trong trường này', { scope: 'school' });
    const arrived = await arrives(here, open.id, 'Đèn kéo quân giấy điệp');
    await arrives(here, shared.id);
    expect(await heldHere(here, own.id)).to.equal(undefined);
    const finds = async (who: Visitor, words: string): Promise<string[]> => (await who.get(`/api/search?q=${encodeURIComponent(words)}`)).body.records.map(({ title }: { title: string }) => title);
    await until('a guest finds it', async () => (await finds(here.app.visitor(), 'den keo quan giay diep')).length === 1);
    expect(await finds(here.app.visitor(), 'de thi thu cua cum')).to.eql([]);
    await until('staff find it', async () => (await finds(here.librarian, 'de thi thu cua cum')).length === 1);
    expect((await here.librarian.get(`/api/records/${arrived.id}`)).body).to.deep.include({ licence: 'CC-BY-4.0', scope: 'public' });

    const edited = await there.librarian.ask('PATCH', `/api/records/${open.id}`, { version: open.version, description: { title: 'Đèn kéo quân giấy dó' } });
    expect(edited.status, edited.text).to.equal(200);
    expect((await arrives(here, open.id, 'Đèn kéo quân giấy dó')).id).to.equal(arrived.id);

    await there.librarian.post(`/api/records/${open.id}/withdraw`, { version: edited.body.version, reason: 'Tác giả rút lại' });
    await until('it is gone here', async () => (await heldHere(here, open.id))!.state === 'withdrawn');
    expect((await here.app.visitor().get(`/api/records/${arrived.id}`)).status).to.equal(410);
    const seen = await until('it is confirmed there', async () => {
      const { withdrawn } = (await there.librarian.get(`/api/records/${open.id}`)).body;
      return withdrawn?.confirmed.length === 1 && withdrawn.confirmed[0];
    });
    expect(seen).to.include({ copies: 0 });
    // What came from there is not handed on.
    expect((await here.app.visitor().get('/api/exchange/changes')).body.changes).to.eql([]);
  });

  it('a file is copied when its licence lets it, whole or not at all, and leaves when it is withdrawn', async () => {
    const text = Buffer.from('Chuyện cái đèn kéo quân.\n'.repeat(4000));
    const book = await publish(there, 'Truyện có tệp');
    await upload(there.librarian, text, { filename: 'truyen.txt', recordId: book.id });
    const closed = await publish(there, 'Tệp không mang đi', { licence: 'ARR', scope: 'school' });
    const row = await arrives(here, book.id);
    const list = await until('its file is told', async () => {
      const { body } = await here.librarian.get(`/api/records/${row.id}/copies`);
      return body.copies?.length === 1 && body;
    });
    expect(list).to.include({ reachable: true });
    expect(list.copies[0]).to.include({ name: 'truyen.txt', size: text.length, may: true, state: 'there' });
    expect((await (await here.app.as('pupil')).get(`/api/records/${row.id}/copies`)).body.copies[0].may).to.equal(false);
    expect((await here.librarian.post(`/api/records/${row.id}/copies`, { remoteId: closed.id })).body.code).to.equal('copy-not-allowed');
    await here.librarian.post(`/api/records/${row.id}/copies`, { remoteId: list.copies[0].remoteId });
    const copy = await until('it is here', async () => {
      const [one] = (await here.librarian.get(`/api/records/${row.id}/copies`)).body.copies;
      expect(one.state, one.code).to.not.equal('failed');
      return one.state === 'held' && one;
    });
    expect((await here.app.visitor().get(`/api/files/${copy.fileId}/original`)).text).to.equal(text.toString());
    await until('it is read here', async () => (await here.librarian.get(`/api/files/${copy.fileId}`)).body.state === 'ready', 40);
    const { object_key: key } = await here.app.storage.metadata.queries.selectFrom('files').select('object_key').where('id', '=', copy.fileId).executeTakeFirstOrThrow();

    const { body: now } = await there.librarian.get(`/api/records/${book.id}`);
    await there.librarian.post(`/api/records/${book.id}/withdraw`, { version: now.version, reason: 'Gỡ' });
    const confirmed = await until('its end is confirmed', async () => {
      const { withdrawn } = (await there.librarian.get(`/api/records/${book.id}`)).body;
      return withdrawn?.confirmed.length === 1 && withdrawn.confirmed[0];
    });
    expect(confirmed.copies).to.equal(1);
    expect((await here.librarian.get(`/api/files/${copy.fileId}`)).status).to.equal(404);
    const kept: string[] = [];
    for await (const one of here.app.storage.objects.list('')) kept.push(one.key);
    expect(kept.filter((one) => one === key || one.includes(copy.fileId))).to.eql([]);
  });

  it('a correction is proposed, seen side by side, taken over or refused, and both know', async () => {
    const record = await publish(there, 'Sách viết sai nam', { year: '2002' });
    const row = await arrives(here, record.id);
    const propose = (description: Record<string, unknown>) => here.librarian.post(`/api/records/${row.id}/proposals`, { description, note: 'Xem bìa' });
    expect((await propose({ year: '2002' })).body.code).to.equal('proposal-says-nothing');
    expect((await propose({ title: 'Sách viết sai năm', year: '2003' })).status).to.equal(200);
    const [proposal] = await until('it is there', async () => {
      const { proposals } = (await there.librarian.get('/api/peers/proposals')).body;
      return proposals.length === 1 && proposals;
    });
    expect(proposal).to.deep.include({ direction: 'in', note: 'Xem bìa', changes: [{ field: 'title', before: 'Sách viết sai nam', after: 'Sách viết sai năm' }, { field: 'year', before: '2002', after: '2003' }] });
    expect((await there.librarian.post(`/api/peers/proposals/${proposal.id}`, { accept: true })).status).to.equal(200);
    await arrives(here, record.id, 'Sách viết sai năm');
    await until('who proposed it knows', async () => (await here.librarian.get('/api/peers/proposals')).body.proposals[0].state === 'accepted');

    await propose({ year: '1900' });
    const second = await until('the second is there', async () => (await there.librarian.get('/api/peers/proposals')).body.proposals.find(({ state }: { state: string }) => state === 'open'));
    const { body: now } = await there.librarian.get(`/api/records/${record.id}`);
    await there.librarian.ask('PATCH', `/api/records/${record.id}`, { version: now.version, description: { year: '2004' } });
    expect((await there.librarian.post(`/api/peers/proposals/${second.id}`, { accept: true })).body).to.deep.include({ code: 'proposal-outdated', params: { fields: ['year'] } });
    await there.librarian.post(`/api/peers/proposals/${second.id}`, { accept: false, answer: 'Bìa ghi 2004' });
    await until('the refusal is known', async () => (await here.librarian.get('/api/peers/proposals')).body.proposals.find(({ state, answer }: { state: string; answer: string }) => state === 'refused' && answer === 'Bìa ghi 2004'));
  });

  const target = '/api/exchange/changes';
  async function signed(given: { method?: string; target?: string; to?: string; now?: number; digest?: string; from?: string } = {}): Promise<Record<string, string>> {
    const [mine, theirs] = [await here.keys(), await there.keys()];
    const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: mine.current.public, d: mine.current.private }, format: 'jwk' });
    return signatureHeaders({ method: given.method ?? 'GET', target: given.target ?? target, digest: given.digest ?? noContent, to: given.to ?? theirs.id }, given.from ?? mine.id, key, given.now);
  }
  const ask = (headers: Record<string, string>, path = target) => there.app.visitor().get(path, headers);

  it('a signature is good for one request, of that method and address, to that installation, at that time, by that key', async () => {
    const headers = await signed();
    expect((await ask(headers)).status).to.equal(200);
    expect((await ask(headers)).body.code).to.equal('peer-replayed');
    for (const [what, given] of Object.entries({ 'another address': { target: '/api/search' }, 'another query': { target: `${target}?size=1` }, 'another method': { method: 'POST' }, 'another receiver': { to: (await here.keys()).id }, 'a body': { digest: contentDigest('x') } }))
      expect((await ask(await signed(given))).body.code, what).to.equal('peer-signature-wrong');
    for (const minutes of [-6, 6]) expect((await ask(await signed({ now: Date.now() + minutes * 60_000 }))).body.code).to.equal('peer-clock-wrong');
    expect((await ask(await signed({ now: Date.now() - 4 * 60_000 }))).status).to.equal(200);
    expect((await ask(await signed({ from: (await there.keys()).id }))).body.code).to.equal('peer-unknown');
    const forged = await signed();
    expect((await ask({ ...forged, signature: forged['signature']!.replace(/:.{4}/, ':AAAA') })).body.code).to.equal('peer-signature-wrong');
    for (const broken of ['', 'tusach=()', 'x'.repeat(10_000)]) expect((await ask({ ...forged, 'signature-input': broken || 'x' })).body.code).to.equal('peer-signature-wrong');
  });

  it('a signature opens what the sector shares and nothing that a person does', async () => {
    const shared = await publish(there, 'Của ngành', { scope: 'sector', licence: 'NGANH' });
    const draft = (await there.librarian.post('/api/records', { title: 'Nháp' })).body;
    const as = async (path: string, method = 'GET') => there.app.visitor().ask(method, path, undefined, await signed({ target: path, method }));
    expect((await as(`/api/records/${shared.id}`)).status).to.equal(200);
    expect((await as(`/api/records/${draft.id}`)).status).to.equal(404);
    for (const path of ['/api/people', '/api/peers', '/api/operation', '/api/records?list=drafts', '/api/harvest/sources', '/api/searches', '/api/session/tokens', '/api/ingest/active']) expect((await as(path)).status, path).to.equal(401);
    expect((await there.app.visitor().get(`/api/records/${shared.id}`)).status).to.equal(404);
    expect((await there.librarian.post('/api/exchange/messages', { messages: [] })).status).to.equal(403);
  });

  it('a key is changed without a moment in which the other does not know it', async () => {
    const before = (await peersOf(here)).self.fingerprint;
    expect((await here.administrator.post('/api/peers/key')).body.self.changingKey).to.equal(true);
    await until('the other knows it', async () => !(await peersOf(here)).self.changingKey);
    const { self } = await peersOf(here);
    expect(self.fingerprint).to.not.equal(before);
    expect((await peersOf(there)).peers[0].fingerprint).to.equal(self.fingerprint);
    const after = await publish(here, 'Sau khi đổi khoá');
    await arrives(there, after.id);
  });

  it('peers are asked at the same time, and one that is away is named and waited for no longer than three seconds', async () => {
    await publish(there, 'Ngay lúc này chưa ai lấy');
    const asked = () => here.librarian.get('/api/peers/search?q=ngay+luc+nay+chua+ai+lay');
    await until('it is found there', async () => (await asked()).body.peers[0].hits.length === 1);
    expect((await here.app.visitor().get('/api/peers/search?q=x')).status).to.equal(401);
    await putAllowedHosts(here.app.storage.metadata.queries, []);
    expect((await asked()).body.peers[0]).to.deep.include({ code: 'source-address-refused', hits: [] });
    await putAllowedHosts(here.app.storage.metadata.queries, [hostOf(there)]);
  });

  it('one that leaves takes its own along; one that is revoked is heard no more; with a new code they begin anew', async () => {
    const [mine, theirs] = [await publish(here, 'Của bên này'), await publish(there, 'Của bên kia')];
    const [atThere, atHere] = [await arrives(there, mine.id), await arrives(here, theirs.id)];
    const [{ id: peerId }] = (await peersOf(here)).peers;
    await here.administrator.post(`/api/peers/${peerId}/leave`);
    await until('both are gone', async () => (await heldHere(here, theirs.id))!.state === 'withdrawn' && (await heldHere(there, mine.id))!.state === 'withdrawn');
    expect((await there.app.visitor().get(`/api/records/${atThere.id}`)).body.code).to.equal('record-withdrawn');
    expect((await here.app.visitor().get(`/api/records/${atHere.id}`)).body.code).to.equal('record-withdrawn');
    expect((await peersOf(there)).peers[0].state).to.equal('left');

    expect((await pair(await invite())).status).to.equal(201);
    await until('they come back', async () => (await heldHere(here, theirs.id))!.state === 'published' || (await rowsOf(here, theirs.id)) > 1);
    const [{ id: otherId }] = (await peersOf(there)).peers;
    await there.administrator.post(`/api/peers/${otherId}/revoke`);
    await publish(here, 'Nói với ai đã thu khoá');
    await until('this side learns of it', async () => (await peersOf(here)).peers[0].code === 'peer-ended');
  });

  const rowsOf = async ({ app }: Side, remoteId: string): Promise<number> => (await app.storage.metadata.queries.selectFrom('harvested_records').select('record_id').where('identifier', '=', remoteId).execute()).length;
});
