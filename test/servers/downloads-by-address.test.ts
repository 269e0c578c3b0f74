import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { type App, createApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { openSearch } from '../../search/index.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';
import { upload } from '../server/files/tus-client.ts';
import { type Fleet, librarianPassword, openFleet } from '../support/fleet.ts';
import { describeOn } from '../support/servers.ts';
import { openVisitor, type Visitor } from '../support/visitor.ts';

/** An S3 store that browsers reach too: `public` in its address. */
describeOn('objectStoreUrl', 'a long download', function () {
  this.timeout(60_000);
  let fleet: Fleet;
  let storage: Storage;
  let search: SearchIndex;
  let app: App;
  let server: Server;
  let visitor: Visitor;
  let url = '';

  before(async () => {
    fleet = await openFleet();
    const { protocol, host } = new URL(fleet.addresses.objectStoreUrl!);
    const objectStoreUrl = `${fleet.addresses.objectStoreUrl}?public=${protocol.replace('s3+', '')}//${host}`;
    const config = { ...readConfig({ DATA_DIR: fleet.folder }), ...fleet.addresses, objectStoreUrl };
    storage = await openStorage(config);
    search = await openSearch({ folder: fleet.folder, role: 'writer', url: config.searchUrl });
    app = createApp({ config, storage, search, mail: null, log: pino({ level: 'silent' }), version: 'test', dist: null, staging: join(fleet.folder, 'uploads') });
    server = createServer(app.listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    visitor = openVisitor(url);
    await visitor.signIn('librarian', librarianPassword);
  });
  after(async () => {
    if (!server) return;
    app.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await search.close();
    await storage.close();
    await fleet.close();
  });

  it('is fetched from the store by an address that ends; parts, small files and what is shown in place come through us', async () => {
    const bytes = randomBytes(9 * 1024 * 1024);
    const large = await upload(visitor, bytes, { filename: 'Phim đất.bin' });
    const path = `/api/files/${large.fileId}/original`;
    const sent = await visitor.get(path);
    expect(sent.status).to.equal(302);
    expect(sent.headers.get('cache-control')).to.equal('no-store');
    for (const absent of ['etag', 'content-disposition', 'accept-ranges']) expect(sent.headers.get(absent), absent).to.equal(null);
    const address = sent.headers.get('location')!;
    expect(Number(new URL(address).searchParams.get('X-Amz-Expires'))).to.be.within(60, 600);
    const fetched = await fetch(address);
    expect(fetched.headers.get('content-type')).to.equal('application/octet-stream');
    expect(decodeURIComponent(fetched.headers.get('content-disposition')!)).to.match(/^attachment; .*Phim đất\.bin$/);
    expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).to.equal(true);

    const tag = (await visitor.ask('HEAD', path)).headers.get('etag')!;
    expect((await visitor.get(path, { range: 'bytes=5-9' })).status).to.equal(206);
    expect((await visitor.get(path, { range: 'bytes=5-9', 'if-range': '"that of the store"' })).status, 'not what was begun with us').to.equal(302);
    expect((await visitor.get(path, { 'if-none-match': tag, 'cache-control': 'max-age=0' })).status).to.equal(304);
    expect((await visitor.get(path, { range: 'bytes=99999999-' })).status).to.equal(416);
    await fleet.storage.metadata.queries.updateTable('files').set({ media_type: 'application/pdf' }).where('id', '=', large.fileId).execute();
    expect((await visitor.get(`${path}?inline=1`)).status).to.equal(200);
    const small = await upload(visitor, randomBytes(1000), { filename: 'nhỏ.bin' });
    expect((await visitor.get(`/api/files/${small.fileId}/original`)).status).to.equal(200);
    expect((await openVisitor(url).get(path)).status, 'a guest').to.equal(404);
    const password = `Basic ${Buffer.from(`librarian:${librarianPassword}`).toString('base64')}`;
    const carried = await openVisitor(url).get(path.replace('/api/', '/opds/'), { authorization: password });
    expect(carried.status, 'an app that would carry its password to the store').to.equal(200);

    expect((await visitor.ask('DELETE', `/api/files/${large.fileId}`)).status).to.equal(200);
    const gone = await visitor.get(path);
    expect([gone.status, gone.headers.get('location')]).to.deep.equal([404, null]);
  });
});
