import { spawn, spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { need } from '../../support/need.ts';

/** A client not written by us: yaz-client of Index Data, Debian package yaz. */
describe('SRU, asked by yaz-client', () => {
  let app: TestApp;
  before(async function () {
    need(this, spawnSync('yaz-client', ['-V']).status === 0, 'yaz-client');
    app = await openTestApp();
    const librarian = await app.as('librarian');
    for (const [title, year] of [['Toán 6', '2021'], ['Toán 7', '2022'], ['Truyện Kiều & <chú giải>', '1820']] as const) {
      const { body } = await librarian.post('/api/records', { title, year, agents: [{ name: 'Nguyễn Du', role: 'aut' }], languages: ['vi'], licence: 'CC-BY-4.0', scope: 'public' });
      await librarian.post(`/api/records/${body.id}/publish`, { version: body.version });
    }
  });
  after(() => app?.close());

  /** What it prints when it is given these lines. */
  function session(lines: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const client = spawn('yaz-client', [], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
      let printed = '';
      client.stdout.on('data', (piece: Buffer) => (printed += piece.toString('utf8')));
      client.on('error', reject);
      client.on('close', () => resolve(printed));
      client.stdin.end(`${lines.join('\n')}\nquit\n`);
    });
  }

  for (const method of ['get 1.1', 'get 1.2', 'get 2.0', 'post 1.2', 'post 2.0'])
    it(`searches, shows, scans and is refused by sru ${method}`, async () => {
      const printed = await session([`sru ${method}`, `open ${app.url}/sru`, 'find dc.title all toan', 'show 2', 'schema dc', 'find dc.creator = "nguyễn du" and dc.date < 1900', 'show 1', 'find nothing = here', 'scan dc.title = tap']);
      expect(printed).to.match(/Number of hits: 2\n/);
      expect(printed).to.match(/pos=2 schema=info:srw\/schema\/1\/marcxml-v1\.1\n<record xmlns="http:\/\/www\.loc\.gov\/MARC21\/slim">/);
      expect(printed).to.include('<subfield code="a">Toán 7</subfield>');
      expect(printed).to.match(/Number of hits: 1\n/);
      expect(printed).to.match(/pos=1 schema=info:srw\/schema\/1\/dc-v1\.1\n<srw_dc:dc /);
      expect(printed).to.include('<dc:title>Truyện Kiều &amp; &lt;chú giải&gt;</dc:title>');
      expect(printed).to.match(/diagnostic info:srw\/diagnostic\/1\/16\nMessage: Unsupported index\nDetails: nothing/);
      expect(printed).to.include('Received SRW Scan Response\ntoán: 2 toan\ntruyện: 1 truyen\n');
    });
});
