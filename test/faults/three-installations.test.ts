import { createPrivateKey } from 'node:crypto';
import { expect } from 'chai';
import { noContent, signatureHeaders } from '../../server/peers/request-signature.ts';
import type { OwnKeys } from '../../server/peers/own-keys.ts';
import { setting } from '../../storage/metadata/organisations.ts';
import { upload } from '../server/files/tus-client.ts';
import { until } from '../support/temporary.ts';
import { openVisitor } from '../support/visitor.ts';
import { arrives, finds, found, held, heldOf, type Installation, openInstallation, pair, publish, stockUp, withdraw } from './installation.ts';

const long = process.env['FAULTS'] === 'long';
const records = long ? 10_000 : 1_500;
const kills = long ? 5 : 1;

describe(`three installations on loopback (${records} records, ${kills} kills)`, function () {
  this.timeout(long ? 600_000 : 180_000);
  let all: Installation[] = [];
  let [hoaSen, tranPhu, leLoi] = [null as unknown as Installation, null as unknown as Installation, null as unknown as Installation];

  before(async () => {
    all = await Promise.all([
      openInstallation({ name: 'Trường THCS Hoa Sen', code: 'HOASEN' }),
      openInstallation({ name: 'Trường THPT Trần Phú', code: 'TRANPHU' }),
      openInstallation({ name: 'Trường Tiểu học Lê Lợi', code: 'LELOI' }),
    ]);
    [hoaSen, tranPhu, leLoi] = all as [Installation, Installation, Installation];
    for (const one of all) {
      const hosts = all.filter((other) => other !== one).map(({ host }) => host);
      expect((await one.administrator.ask('PUT', '/api/harvest/allowed-hosts', { hosts })).status).to.equal(200);
    }
  });
  after(async () => {
    for (const one of all) await one.fleet.close();
  });
  const others = (one: Installation): Installation[] => all.filter((other) => other !== one);
  const confirmed = async (at: Installation, id: string): Promise<{ name: string; copies: number }[]> => (await at.librarian.get(`/api/records/${id}`)).body.withdrawn?.confirmed ?? [];

  let book: string;
  const bytes = Buffer.from('Chuyện cái đèn kéo quân.\n'.repeat(40_000));

  it('each takes the stock of the others by itself, and nothing that they took', async () => {
    const titles = ['Đèn kéo quân giấy điệp', 'Sông Bạch Đằng dậy sóng', 'Chú dế lang thang'];
    const ids: string[] = [];
    for (const [at, one] of all.entries()) ids.push((await publish(one, titles[at]!)).id);
    book = ids[0]!;
    const uploaded = await upload(hoaSen.librarian, bytes, { filename: 'truyen.txt', recordId: book });
    expect(uploaded.state).to.equal('accepted');
    const kept = await publish(leLoi, 'Chỉ của Lê Lợi', { scope: 'school' });
    await pair(hoaSen, tranPhu);
    await pair(tranPhu, leLoi);
    await pair(hoaSen, leLoi);
    for (const [at, one] of all.entries()) for (const other of others(one)) await finds(other, titles[at]!, (await arrives(other, one, ids[at]!)).id);
    for (const one of all) {
      expect(await heldOf(one, one).execute()).to.eql([]);
      for (const other of others(one)) expect((await heldOf(one, other).execute()).map(({ identifier }) => identifier)).to.eql([ids[all.indexOf(other)]]);
    }
    expect(await held(hoaSen, leLoi, kept.id)).to.equal(undefined);
  });

  it('a withdrawal at the source is a tombstone everywhere; the copies of the file are erased, and both confirm it', async () => {
    const copies = await Promise.all(
      others(hoaSen).map(async (one) => {
        const { id } = await arrives(one, hoaSen, book);
        const listed = async () => (await one.librarian.get(`/api/records/${id}/copies`)).body.copies;
        const [{ remoteId }] = await until('its file is told', async () => {
          const list = await listed();
          return list.length === 1 && list;
        }, 60);
        await one.librarian.post(`/api/records/${id}/copies`, { remoteId });
        const fileId = await until('it is copied', async () => {
          const [copy] = await listed();
          expect(copy.state, copy.code).to.not.equal('failed');
          return copy.state === 'held' && (copy.fileId as string);
        }, 60);
        expect((await openVisitor(one.url).get(`/api/files/${fileId}/original`)).text).to.equal(bytes.toString());
        const { object_key: key } = await one.fleet.storage.metadata.queries.selectFrom('files').select('object_key').where('id', '=', fileId).executeTakeFirstOrThrow();
        return { one, id, fileId, key };
      }),
    );
    await withdraw(hoaSen, book, 'Tác giả rút lại');
    for (const { one, id, fileId, key } of copies) {
      await arrives(one, hoaSen, book, 'withdrawn');
      const gone = await openVisitor(one.url).get(`/api/records/${id}`);
      expect([gone.status, gone.body.code]).to.eql([410, 'record-withdrawn']);
      await until('it is no longer found', async () => !(await found(one, 'den keo quan giay diep')).includes(id), 60);
      await until('the copy is erased', async () => (await one.librarian.get(`/api/files/${fileId}`)).status === 404, 60);
      const left: string[] = [];
      await until('nothing of it is left', async () => {
        left.splice(0);
        for await (const object of one.fleet.storage.objects.list('')) if (object.key === key || object.key.includes(fileId)) left.push(object.key);
        return left.length === 0;
      }).catch((error: Error) => {
        throw new Error(`${error.message}: ${left.join(', ')}`);
      });
    }
    const both = await until('both have confirmed', async () => {
      const list = await confirmed(hoaSen, book);
      return list.length === 2 && list;
    }, 60);
    expect(both.map(({ name, copies: count }) => [name, count]).sort()).to.eql([['Trường THPT Trần Phú', 1], ['Trường Tiểu học Lê Lợi', 1]]);
  });

  it('one that is killed in the middle of a harvest and misses what is published and withdrawn meanwhile catches up: nothing is lost or doubled', async () => {
    const known = await publish(hoaSen, 'Sẽ rút khi máy tắt');
    await arrives(tranPhu, hoaSen, known.id);
    const ids = await stockUp(hoaSen, records);
    const taken = async (): Promise<number> => (await heldOf(tranPhu, hoaSen).execute()).length;
    for (let kill = 0; kill < kills; kill++) {
      const from = 10 + Math.floor((records * kill) / kills);
      await until('some pages are taken', async () => (await taken()) > from, 60);
      await tranPhu.kill();
      expect(await taken(), 'killed in the middle').to.be.within(from + 1, records - 1);
      if (kill < kills - 1) await tranPhu.start();
    }
    const meanwhile = await publish(hoaSen, 'Ra đời khi máy tắt');
    // It is in a page that was read before the kill, so that only another look finds it.
    for (const id of [known.id, ids[0]!]) await withdraw(hoaSen, id, 'Gỡ khi máy tắt');
    const both = await publish(hoaSen, 'Ra đời rồi mất khi máy tắt');
    await withdraw(hoaSen, both.id, 'Gỡ ngay');
    await until('it is known to be away', async () => (await hoaSen.fleet.storage.metadata.queries.selectFrom('peers').select('failures').execute()).some(({ failures }) => failures > 0), 60);

    await tranPhu.start();
    const expected = new Map([[book, 'withdrawn'], [known.id, 'withdrawn'], [meanwhile.id, 'published'], ...ids.map((id, at): [string, string] => [id, at === 0 ? 'withdrawn' : 'published'])]);
    for (const one of others(hoaSen)) {
      await until(
        'it has caught up',
        async () => {
          const rows = await heldOf(one, hoaSen).execute();
          return rows.length >= expected.size && rows.every(({ identifier, state }) => identifier === both.id || expected.get(identifier) === state);
        },
        long ? 300 : 90,
      );
      const rows = (await heldOf(one, hoaSen).execute()).filter(({ identifier }) => identifier !== both.id);
      expect(rows.length).to.equal(expected.size);
      expect(new Set(rows.map(({ identifier }) => identifier)).size).to.equal(expected.size);
      // What came and went in between need not have been heard of; if it was, it is gone.
      expect((await held(one, hoaSen, both.id))?.state ?? 'withdrawn').to.equal('withdrawn');
      expect((await one.fleet.storage.metadata.queries.selectFrom('records').select('id').where('source_id', 'is not', null).execute()).length).to.equal((await one.fleet.storage.metadata.queries.selectFrom('harvested_records').select('record_id').execute()).length);
      // Of the stock less one, what was published meanwhile, and what the other two have.
      let total = 0;
      await until('what stands is found, and nothing else', async () => {
        total = (await openVisitor(one.url).get('/api/search?size=1')).body.total;
        return total === records - 1 + 1 + 2;
      }, 60).catch((error: Error) => {
        throw new Error(`${error.message}: ${total} found`);
      });
      for (const id of [known.id, ids[0]!]) await until('its end is confirmed', async () => (await confirmed(hoaSen, id)).length === 2, 60);
    }
  });

  it('what is sent again, dated wrongly or signed by a key that was revoked is refused', async () => {
    const keysOf = async ({ fleet }: Installation): Promise<OwnKeys> => (await setting<OwnKeys>(fleet.storage.metadata.queries, 'peer-keys'))!;
    const [mine, theirs] = [await keysOf(hoaSen), await keysOf(leLoi)];
    const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: mine.current.public, d: mine.current.private }, format: 'jwk' });
    const target = '/api/exchange/changes?size=1';
    const ask = (headers: Record<string, string>) => openVisitor(leLoi.url).get(target, headers);
    const signed = (now = Date.now()): Record<string, string> => signatureHeaders({ method: 'GET', target, digest: noContent, to: theirs.id }, mine.id, key, now);
    const headers = signed();
    expect((await ask(headers)).status).to.equal(200);
    expect((await ask(headers)).body.code).to.equal('peer-replayed');
    // Meant for one, and handed on to another.
    expect((await openVisitor(tranPhu.url).get(target, signed())).body.code).to.equal('peer-signature-wrong');
    for (const minutes of [-6, 6]) expect((await ask(signed(Date.now() + minutes * 60_000))).body.code).to.equal('peer-clock-wrong');

    expect((await leLoi.administrator.post(`/api/peers/${mine.id}/revoke`)).status).to.equal(200);
    expect((await ask(signed())).body.code).to.equal('peer-ended');
    await until('what came from it is gone', async () => (await heldOf(leLoi, hoaSen).where('state', '=', 'published').execute()).length === 0, 60);
    await publish(hoaSen, 'Nói với ai đã thu khoá');
    await until('the other learns of it', async () => (await hoaSen.administrator.get('/api/peers')).body.peers.some(({ code }: { code: string | null }) => code === 'peer-ended'), 60);
    // The third is a peer of both as before.
    expect((await hoaSen.administrator.get('/api/peers')).body.peers.find(({ address }: { address: string }) => address === tranPhu.url)).to.include({ state: 'active', code: null });
    expect(all.map(({ fleet }) => fleet.output()).join('')).not.to.match(/unhandled|TypeError/i);
  });
});
