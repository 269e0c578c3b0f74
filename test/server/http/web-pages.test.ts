import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { upload } from '../files/tus-client.ts';

const index = '<!doctype html><html lang="vi"><head><meta charset="utf-8"><!--head--></head><body><div id="app"></div></body></html>';

describe('pages', () => {
  let app: TestApp;
  let librarian: Visitor;
  let guest: Visitor;
  let remove: () => Promise<void>;

  before(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    await mkdir(join(folder.path, 'assets'));
    await writeFile(join(folder.path, 'index.html'), index);
    await writeFile(join(folder.path, 'assets', 'app-1a2b.js'), 'console.log(1)');
    await writeFile(join(folder.path, 'assets', 'app-1a2b.js.br'), brotliCompressSync('console.log(1)'));
    await writeFile(join(folder.path, 'assets', 'plain-3c.css'), 'body{}');
    app = await openTestApp({ dist: folder.path, environment: { PUBLIC_URL: 'https://thuvien.example.edu.vn' } });
    librarian = await app.as('librarian');
    guest = app.visitor();
  });
  after(async () => {
    await app.close();
    await remove();
  });

  const publish = async (fields: Record<string, unknown>) => {
    const draft = (await librarian.post('/api/records', { licence: 'CC-BY-4.0', scope: 'public', ...fields })).body;
    return (await librarian.post(`/api/records/${draft.id}/publish`, { version: 1 })).body;
  };
  const heads = (html: string) => ({
    title: /<title>([^<]*)<\/title>/.exec(html)?.[1],
    metas: Object.fromEntries([...html.matchAll(/<meta (?:name|property)="([^"]+)" content="([^"]*)">/g)].map((match) => [match[1], match[2]])),
  });

  it('home carries its title, description and Open Graph before any script runs, in one document', async () => {
    const { status, text, headers } = await guest.get('/');
    expect(status).to.equal(200);
    expect(headers.get('content-type')).to.equal('text/html; charset=utf-8');
    expect(text).to.match(/^<!doctype html>/).and.not.contain('<!--head-->');
    expect(text.match(/<title>/g)).to.have.length(1);
    const { title, metas } = heads(text);
    expect(title).to.equal('Tủ Sách – Trường THCS Hoa Sen');
    expect(metas['description']).to.contain('Trường THCS Hoa Sen');
    expect(metas).to.include({ 'og:type': 'website', 'og:url': 'https://thuvien.example.edu.vn/', 'og:locale': 'vi_VN' });
    for (const address of ['/search?q=x', '/sign-in', '/upload', '/people', '/read/x/page/1']) expect((await guest.get(address)).status, address).to.equal(200);
  });

  it('a record carries its own; what a person typed stays text, whatever it looks like', async () => {
    const title = `Hỏi "đáp" & 'thơ' </script><script>alert(1)</script></title><img src=x onerror=alert(2)> $& $1`;
    const record = await publish({ title, abstract: 'Một "cuốn" <b>sách</b> </script> hay', agents: [{ name: 'Nguyễn </script> Du', role: 'aut' }], subjects: ['NGU_VAN'] });
    const { status, text } = await guest.get(`/record/${record.id}`);
    expect(status).to.equal(200);
    expect(text).to.not.match(/<script>alert|<img|<b>/);
    expect(text.match(/<script/g)).to.have.length(1);
    expect(text.match(/<\/script>/g)).to.have.length(1);
    const { title: shown, metas } = heads(text);
    const escaped = title.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
    expect(shown).to.equal(`${escaped} – Tủ Sách`);
    expect(metas['og:title']).to.equal(shown);
    expect(metas['description']).to.equal('Một &quot;cuốn&quot; &lt;b&gt;sách&lt;/b&gt; &lt;/script&gt; hay');
    expect(metas['og:url']).to.equal(`https://thuvien.example.edu.vn/record/${record.id}`);
    const linked = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text)![1]!);
    expect(linked.name).to.equal(title);
    expect(linked.author).to.deep.equal([{ '@type': 'Person', name: 'Nguyễn </script> Du' }]);
  });

  it('a hidden record’s page is that of no record at all; a withdrawn one says that it is gone', async () => {
    const hidden = (await librarian.post('/api/records', { title: 'Bí mật của nhà trường' })).body;
    const school = await publish({ title: 'Bí mật nội bộ', scope: 'school' });
    const nothing = await guest.get('/record/01890000-0000-7000-8000-000000000009');
    expect(nothing.status).to.equal(404);
    for (const { id } of [hidden, school]) {
      const answer = await guest.get(`/record/${id}`);
      expect(answer.status).to.equal(404);
      expect(answer.text).to.equal(nothing.text.replaceAll('01890000-0000-7000-8000-000000000009', id));
      expect(answer.text).to.not.contain('Bí mật');
    }
    const own = await librarian.get(`/record/${school.id}`);
    expect(heads(own.text)).to.deep.include({ title: 'Bí mật nội bộ – Tủ Sách' });
    expect(heads(own.text).metas['robots']).to.equal('noindex');
    expect(own.headers.get('cache-control')).to.equal('no-cache');
    const gone = await publish({ title: 'Sẽ rút' });
    await librarian.post(`/api/records/${gone.id}/withdraw`, { version: 2, reason: 'x' });
    expect((await guest.get(`/record/${gone.id}`)).status).to.equal(410);
  });

  it('assets are kept for a year and come compressed; one that is missing is a 404 and not a page', async () => {
    const asset = await fetch(`${app.url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'br' } });
    expect(asset.headers.get('content-encoding')).to.equal('br');
    expect(asset.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).to.match(/javascript/);
    expect(await asset.text()).to.equal('console.log(1)');
    const plain = await fetch(`${app.url}/assets/plain-3c.css`, { headers: { 'accept-encoding': 'br' } });
    expect([plain.status, plain.headers.get('content-encoding'), await plain.text()]).to.deep.equal([200, null, 'body{}']);
    for (const path of ['/assets/app-old.js', '/assets/', '/assets/..%2findex.html', '/assets/%2e%2e%2findex.html']) expect((await guest.get(path)).status, path).to.equal(404);
    for (const path of ['/..%2f..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/.%00/x']) expect((await guest.get(path)).text, path).to.not.contain('root:');
  });

  it('pages may run no script but ours, be framed by nobody else, and say no more than they must', async () => {
    for (const path of ['/', '/search', '/api/docs']) {
      const { headers } = await guest.get(path);
      const policy = headers.get('content-security-policy')!;
      expect(policy, path).to.match(/default-src 'self'/).and.match(/script-src 'self'(;|$)/);
      expect(policy, path).to.match(/object-src 'none'/).and.match(/frame-ancestors 'self'/).and.match(/base-uri 'self'/);
      expect(policy, path).to.not.match(/script-src[^;]*unsafe|upgrade-insecure-requests|https?:/);
      expect(headers.get('x-content-type-options'), path).to.equal('nosniff');
      expect(headers.get('referrer-policy'), path).to.equal('no-referrer');
      expect(headers.get('strict-transport-security'), path).to.match(/max-age=\d{7,}/);
      expect(headers.get('x-powered-by'), path).to.equal(null);
    }
  });

  it('other sites may read what is public by IIIF, its originals and the description of the API, and nothing else', async () => {
    const outcome = await upload(librarian, Buffer.from('Công khai.\n'), { filename: 'a.txt', licence: 'CC-BY-4.0', scope: 'public' });
    const kept = await upload(librarian, Buffer.from('Nội bộ.\n'), { filename: 'b.txt', licence: 'CC-BY-4.0', scope: 'school' });
    for (const { recordId } of [outcome, kept]) await librarian.post(`/api/records/${recordId}/publish`, { version: 1 });
    const open = [`/iiif/${outcome.fileId}/manifest`, `/iiif/${outcome.fileId}/search?q=x`, `/api/files/${outcome.fileId}/original`, '/api/openapi.json'];
    const shut = [
      ...['/', '/api/session', '/api/records', '/api/search', '/api/vocabularies', '/api/health', '/api/docs', '/api/nothing', '/assets/plain-3c.css'],
      ...[`/api/records/${outcome.recordId}`, `/api/files/${outcome.fileId}`, `/api/files/${outcome.fileId}/book`, `/record/${outcome.recordId}`],
      ...[`/iiif/${kept.fileId}/manifest`, `/api/files/${kept.fileId}/original`],
    ];
    for (const by of [guest, librarian]) {
      for (const path of [...open, ...shut]) {
        const { headers } = await by.get(path, { origin: 'https://elsewhere.example' });
        expect(headers.get('access-control-allow-origin'), path).to.equal(open.includes(path) ? '*' : null);
        expect(headers.get('access-control-allow-credentials'), path).to.equal(null);
      }
    }
    for (const method of ['OPTIONS']) {
      const before = await guest.ask(method, '/api/records', undefined, { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' });
      expect(before.headers.get('access-control-allow-origin')).to.equal(null);
    }
  });
});
