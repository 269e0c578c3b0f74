import { expect } from 'chai';
import vm from 'node:vm';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { schoolOf, shelve } from '../catalogue/shelf.ts';
import { readXml } from '../harvest/oai-reading.ts';

const publicUrl = 'https://thuvien.example/sach';
const hostile = `</title><script>alert("1")</script> & 'x' "`;

/** By oEmbed 1.0, https://oembed.com; sections in brackets. */
describe('a record on the pages of others', () => {
  let app: TestApp;
  let librarian: Visitor;
  let removeDist: () => Promise<void>;
  let shown: { id: string; fileId: string };
  before(async () => {
    const dist = await temporaryFolder();
    removeDist = dist.remove;
    await mkdir(join(dist.path, 'assets'));
    await writeFile(join(dist.path, 'index.html'), '<!doctype html><html><head><!--head--></head><body></body></html>');
    app = await openTestApp({ dist: dist.path, environment: { PUBLIC_URL: publicUrl } });
    librarian = await app.as('librarian');
    shown = await shelve(app, { school_id: schoolOf(librarian), title: hostile, description: { agents: [{ name: hostile, role: 'aut' }], year: '1939' } }, ['một trang']);
  });
  after(async () => {
    await app.close();
    await removeDist();
  });

  const addressOf = (id: string): string => `${publicUrl}/record/${id}`;
  const embed = (url: string, more = '') => app.visitor().get(`/oembed?url=${encodeURIComponent(url)}${more}`);

  it('its page says where that is told, and what is told there is a card of the size that was asked for (2.2, 2.3.4, 4)', async () => {
    const { text: head } = await app.visitor().get(`/record/${shown.id}`);
    const links = [...head.matchAll(/<link rel="alternate" type="([^"]*)\+oembed" href="([^"]*)"/g)].map(([, type, href]) => [type, href!.replaceAll('&amp;', '&').replace(publicUrl, '')]);
    expect(links.map(([type]) => type)).to.eql(['application/json', 'text/xml']);
    const { body, headers } = await app.visitor().get(`${links[0]![1]}&maxwidth=300&maxheight=150`);
    expect(headers.get('content-type')).to.match(/^application\/json/);
    expect(headers.get('access-control-allow-origin')).to.equal('*');
    expect(body).to.deep.include({ version: '1.0', type: 'rich', title: hostile, author_name: hostile, provider_url: `${publicUrl}/`, width: 300, height: 150 });
    expect(body.html).to.include(`src="${publicUrl}/embed/record/${shown.id}"`);
    expect(body.html.match(/<[a-z]/g)).to.eql(['<i']);
    expect(readXml((await app.visitor().get(links[1]![1]!)).text).name).to.equal('oembed');
  });

  it('the other form says the same (2.3.3); another form is not there (501)', async () => {
    const { body } = await embed(addressOf(shown.id));
    const { text, headers } = await embed(addressOf(shown.id), '&format=xml');
    expect(headers.get('content-type')).to.match(/^text\/xml/);
    const root = readXml(text);
    expect(root.name).to.equal('oembed');
    expect(Object.fromEntries(root.children.map((child) => [child.name, child.text]))).to.eql(Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])));
    expect((await embed(addressOf(shown.id), '&format=yaml')).status).to.equal(501);
  });

  it('an address that is none of ours, or of what is not public, is not found, whoever asks', async () => {
    const narrow = await shelve(app, { school_id: schoolOf(librarian), scope: 'school', title: 'Trong trường' });
    const draft = await shelve(app, { school_id: schoolOf(librarian), state: 'draft', title: 'Bản nháp' });
    const away = [addressOf(narrow.id), addressOf(draft.id), addressOf('01890000-0000-7000-8000-000000000000')];
    const others = [`https://khac.example/sach/record/${shown.id}`, `https://thuvien.example/record/${shown.id}`, `javascript://thuvien.example/sach/record/${shown.id}`, publicUrl, 'x', `${publicUrl}/search?q=/record/${shown.id}`];
    for (const url of [...away, ...others]) expect((await embed(url)).status, url).to.equal(404);
    expect((await librarian.get(`/oembed?url=${encodeURIComponent(addressOf(narrow.id))}`)).status).to.equal(404);
    expect((await librarian.get(`/embed/record/${narrow.id}`)).status).to.equal(404);
    const { text } = await librarian.get(`/record/${narrow.id}`);
    expect(text).to.include('Trong trường');
    expect(text).to.not.include('oembed');
    expect((await app.visitor().get('/oembed')).status).to.equal(400);
  });

  it('the card may be framed by anybody, runs nothing, and nothing a person typed gets out of its element', async () => {
    const { text, headers, status } = await app.visitor().get(`/embed/record/${shown.id}`);
    expect(status).to.equal(200);
    expect(headers.get('x-frame-options')).to.equal(null);
    const policy = Object.fromEntries(headers.get('content-security-policy')!.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]));
    expect(policy).to.include({ 'default-src': "'none'", 'frame-ancestors': '*', 'form-action': "'none'" });
    expect(text).to.not.match(/<script/);
    expect(text).to.include(`href="${addressOf(shown.id)}" target="_blank"`);
    expect(text).to.include(`/api/files/${shown.fileId}/pages/1/thumbnail`);
    // Every other page stays shut.
    for (const path of ['/', `/record/${shown.id}`, '/search', '/read/x/page/1']) expect((await app.visitor().get(path)).headers.get('content-security-policy'), path).to.include("frame-ancestors 'self'");
  });

  it('the card of what has been withdrawn says that it has gone', async () => {
    const gone = await shelve(app, { school_id: schoolOf(librarian), state: 'withdrawn', title: 'Đã rút' });
    const { status, text } = await app.visitor().get(`/embed/record/${gone.id}`);
    expect(status).to.equal(410);
    expect(text).to.not.include('Đã rút');
    expect((await embed(addressOf(gone.id))).status).to.equal(410);
  });

  it('the search box is a script that other sites may load, and its suggestions are a guest’s', async () => {
    const { text, headers } = await app.visitor().get('/embed/search.js');
    expect(headers.get('content-type')).to.match(/^text\/javascript/);
    expect(headers.get('cross-origin-resource-policy')).to.equal('cross-origin');
    new vm.Script(text);
    const asGuest = await app.visitor().get('/api/search/suggestions?q=to');
    expect(asGuest.headers.get('access-control-allow-origin')).to.equal('*');
    expect((await librarian.get('/api/search/suggestions?q=to')).headers.get('access-control-allow-origin')).to.equal(null);
    expect((await app.visitor().get('/api/records?list=drafts')).headers.get('access-control-allow-origin')).to.equal(null);
  });
});
