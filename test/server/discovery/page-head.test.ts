import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { schoolOf, shelve } from '../catalogue/shelf.ts';

const hostile = `</title></script><script>alert("1")</script> & 'x' \u2028 $& $' "`;

describe('the head of a page, before any script runs', () => {
  let app: TestApp;
  let librarian: Visitor;
  let removeDist: () => Promise<void>;
  before(async () => {
    const dist = await temporaryFolder();
    removeDist = dist.remove;
    await mkdir(join(dist.path, 'assets'));
    await writeFile(
      join(dist.path, 'index.html'),
      '<!doctype html><html lang="vi"><head><!--head--></head><body></body></html>',
    );
    app = await openTestApp({ dist: dist.path, environment: { PUBLIC_URL: 'https://thuvien.example' } });
    librarian = await app.as('librarian');
  });
  after(async () => {
    await app.close();
    await removeDist();
  });

  const meta = (page: string, name: string) =>
    new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)">`).exec(page)?.[1];

  it('home says whose library it is', async () => {
    const { status, text } = await app.visitor().get('/');
    expect(status).equal(200);
    expect(text).match(/<title>Tủ Sách – Trường THCS Hoa Sen<\/title>/);
    expect(meta(text, 'og:type')).equal('website');
    expect(meta(text, 'og:url')).equal('https://thuvien.example/');
    expect(meta(text, 'description')).include('Hoa Sen');
    // What feed readers and reader apps look for is there.
    const offered = [...text.matchAll(/<link rel="(?:alternate|related)" type="([^"]+)"[^>]* href="([^"]+)">/g)];
    expect(offered).length(2);
    for (const [, type, address] of offered)
      expect((await app.visitor().get(address!)).headers.get('content-type'), address).include(type);
  });

  it('a record says its title, who made it, its cover and what it is to machines', async () => {
    const { id, fileId } = await shelve(
      app,
      {
        school_id: schoolOf(librarian),
        title: 'Tắt đèn',
        description: {
          agents: [{ name: 'Ngô Tất Tố', role: 'aut' }],
          publisher: 'Mai Lĩnh',
          year: '1939',
          resourceType: 'TRUYEN',
          languages: ['vi'],
        },
      },
      ['trang một'],
    );
    const { status, text } = await app.visitor().get(`/record/${id}`);
    expect(status).equal(200);
    expect(text).include('<title>Tắt đèn – Tủ Sách</title>');
    expect(meta(text, 'og:title')).equal('Tắt đèn – Tủ Sách');
    expect(meta(text, 'description')).equal('Ngô Tất Tố · Mai Lĩnh · 1939');
    expect(meta(text, 'og:type')).equal('book');
    expect(meta(text, 'og:url')).equal(`https://thuvien.example/record/${id}`);
    expect(meta(text, 'og:image')).equal(
      `https://thuvien.example/api/files/${fileId}/pages/1/thumbnail?size=large&amp;v=1`,
    );
    const linked = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text)![1]!);
    expect(linked).deep.include({ '@type': 'Book', name: 'Tắt đèn', datePublished: '1939', inLanguage: ['vi'] });
    expect(linked.author).deep.equal([{ '@type': 'Person', name: 'Ngô Tất Tố' }]);
  });

  it('nothing a person typed gets out of its element', async () => {
    const { id } = await shelve(app, {
      school_id: schoolOf(librarian),
      title: hostile,
      description: { abstract: hostile, agents: [{ name: hostile, role: 'aut' }], publisher: hostile, year: hostile },
    });
    const { text } = await app.visitor().get(`/record/${id}`);
    expect(text.match(/<script/g)).length(1);
    expect(text.match(/<\/script/g)).length(1);
    expect(text.match(/<title>[^<]*<\/title>/g)).length(1);
    for (const [, content] of text.matchAll(/<meta [a-z]+="[a-z:_]+" content="([^"]*)">/g))
      expect(content).not.match(/[<>]/);
    expect(text.match(/<meta /g)!.length).equal([...text.matchAll(/<meta [a-z]+="[a-z:_]+" content="[^"]*">/g)].length);
    const linked = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text)![1]!);
    expect(linked.name).equal(hostile);
  });

  it('tells a stranger nothing of a draft, a school’s record or one in the bin, and a withdrawn one is gone', async () => {
    const school_id = schoolOf(librarian);
    const hidden = [
      await shelve(app, { school_id, title: 'Kín quux', state: 'draft' }),
      await shelve(app, { school_id, title: 'Kín quux', scope: 'school' }),
      await shelve(app, { school_id, title: 'Kín quux', deleted_at: '2026-01-01T00:00:00.000Z' }),
    ];
    for (const { id } of hidden) {
      const { status, text } = await app.visitor().get(`/record/${id}`);
      expect(status).equal(404);
      expect(text).not.include('quux');
    }
    const own = await librarian.get(`/record/${hidden[1]!.id}`);
    expect(own.text).include('<title>Kín quux – Tủ Sách</title>').and.include('noindex');
    expect(own.text).not.include('ld+json');
    const gone = await shelve(app, {
      school_id,
      title: 'Kín quux',
      state: 'withdrawn',
      withdrawn_at: '2026-01-01T00:00:00.000Z',
    });
    const answer = await app.visitor().get(`/record/${gone.id}`);
    expect(answer.status).equal(410);
    expect(answer.text).not.include('quux');
    expect((await app.visitor().get('/record/00000000-0000-7000-8000-000000000000')).status).equal(404);
  });
});
