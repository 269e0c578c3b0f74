import { expect } from 'chai';
import { pino } from 'pino';
import { createApp } from '../../../server/app.ts';
import { readConfig } from '../../../server/config.ts';
import { indexRecords } from '../../../server/discovery/index-record.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';

describe('queries that nobody means well', () => {
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    for (let at = 0; at < 30; at++) {
      const { id } = (await librarian.post('/api/records', { title: `Đường lên đỉnh núi ${at}`, abstract: 'những con đường, những dòng sông '.repeat(20), licence: 'CC-BY-4.0', scope: 'public' })).body;
      await librarian.post(`/api/records/${id}/publish`, { version: 1 });
      await indexRecords({ metadata: app.storage.metadata, search: app.search }, [id], new AbortController().signal);
    }
  });
  after(() => app.close());

  const long = 10_000;
  const queries: Record<string, string> = {
    'ten thousand letters': 'a'.repeat(long),
    'one word again and again, to the last letter': 'đường '.repeat(long / 6).trim(),
    'many different words': Array.from({ length: 1700 }, (_, at) => `t${at}`).join(' '),
    'nothing but accents': '\u0301\u0303\u0323'.repeat(1000),
    'one letter under a thousand accents': `a${'\u0301'.repeat(5000)}`,
    'NUL and its like': 'đường\u0000\u0001\u0007\u001b[31mnúi',
    'half characters': '\ud800 đường \udc00\ud83d',
    'only punctuation': '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ … “” «»',
    'quotes that never close': '"đường lên "đỉnh',
    'a thousand quotes': '"'.repeat(1000),
    'operators': 'NOT AND OR NEAR(đường, 5) title:đường -núi +lên đường* ^đỉnh',
    'SQL': "đường'; drop table records; --",
    'emoji and joiners': '👩‍🏫🏴󠁧󠁢󠁥󠁮󠁧󠁿 đường \u200d\u200b\ufeff',
    'right to left': '\u202eđường\u202c שלום',
    'digits without end': '9'.repeat(5000),
    'dots and dashes in words': 'a-b.c/d_e-f'.repeat(500),
  };

  for (const [name, q] of Object.entries(queries)) {
    it(`${name}: an answer within 200 ms`, async () => {
      const address = `/api/search?q=${encodeURIComponent(q.toWellFormed())}`;
      const started = performance.now();
      const answer = await app.visitor().get(address);
      const ms = performance.now() - started;
      expect(answer.status, answer.text.slice(0, 200)).to.equal(200);
      // The machine may be busy with something else: the best of three is what the query costs.
      const best = [ms];
      while (Math.min(...best) > 200 && best.length < 3) {
        const again = performance.now();
        await app.visitor().get(address);
        best.push(performance.now() - again);
      }
      expect(Math.min(...best), 'ms').to.be.at.most(200);
    });
  }

  it('facets, chips and switches take any text: quotes, NUL, half characters, thousands of them', async () => {
    const odd = ['%22%27%5D', '%00', '%ed%a0%80', 'x%22%20OR%201%3D1', 'f:grade:6', '__proto__', '%2C%2C', 'a'.repeat(5000)];
    for (const name of ['level', 'grade', 'subject', 'topic', 'type', 'set', 'language', 'drop'])
      for (const value of odd) {
        const path = `/api/search?q=%C4%91%C6%B0%E1%BB%9Dng&${name}=${value}&${name}=y`;
        const answer = await app.visitor().get(path);
        expect(answer.status, path.slice(0, 60)).to.equal(200);
        if (name !== 'drop') expect(answer.body.records, path.slice(0, 60)).to.have.length(0);
      }
    const many = await app.visitor().get(`/api/search?q=a${'&drop=b&topic=c'.repeat(700)}`);
    expect(many.status).to.equal(200);
    for (const query of ['literal=yes', 'literal=1&literal=1', 'explain=2']) expect((await app.visitor().get(`/api/search?q=a&${query}`)).status, query).to.equal(400);
  });

  it('what a score is made of is told to cataloguers alone', async () => {
    const path = '/api/search?q=n%C3%BAi&explain=1';
    expect((await app.visitor().get(path)).body).to.include({ status: 401, code: 'not-signed-in' });
    expect((await (await app.as('teacher')).get(path)).body).to.include({ status: 403, code: 'not-allowed' });
    const { records } = (await librarian.get(path)).body;
    expect(records).to.have.length(20);
    for (const { explained } of records) {
      const sum = explained.parts.reduce((total: number, { value }: { value: number }) => total + value, 0);
      expect(sum).to.be.closeTo(explained.score, 1e-6 * Math.max(1, Math.abs(explained.score)));
    }
    expect((await librarian.get('/api/search?q=n%C3%BAi')).body.records[0]).to.not.have.property('explained');
  });

  it('bytes that are no UTF-8 and half characters in the address are answered, not stumbled over', async () => {
    for (const raw of ['%ff%fe', '%ed%a0%80', '%', '%zz', '%00', '+', 'a%0d%0aset-cookie:x']) {
      const answer = await app.visitor().get(`/api/search?q=${raw}`);
      expect(answer.status, raw).to.equal(200);
      expect(answer.headers.get('set-cookie'), raw).to.equal(null);
    }
  });

  it('what is longer than 10,000 letters, asked twice, or out of bounds is refused by name', async () => {
    const refused: [string, string][] = [
      [`q=${'a'.repeat(long + 1)}`, 'q'],
      ['q=a&q=b', 'q'],
      ['sort=best', 'sort'],
      ['page=0', 'page'],
      ['page=1001', 'page'],
      ['page=1e9', 'page'],
      ['size=101', 'size'],
      ['size=-1', 'size'],
    ];
    for (const [query, path] of refused) {
      const answer = await app.visitor().get(`/api/search?${query}`);
      expect(answer.body, query.slice(0, 20)).to.include({ status: 400, code: 'not-valid' });
      expect(answer.body.fields[0].path, query.slice(0, 20)).to.equal(path);
    }
    for (const query of ['subject=%27', `grade=${'x,'.repeat(3000)}`, 'type[]=a', 'language=__proto__', 'page=1000&size=100']) expect((await app.visitor().get(`/api/search?${query}`)).status, query.slice(0, 20)).to.equal(200);
  });

  it('what was asked, and which book, is in no line of the log, not even at its most talkative and when search is down', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const config = readConfig({ DATA_DIR: app.folder });
    const talkative = createApp({ ...app, config, mail: null, log, version: 'test', dist: null, staging: `${app.folder}/uploads`, ...app.storage, storage: app.storage, search: app.search });
    const server = createServer(talkative.listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const [record] = (await app.visitor().get('/api/records?size=1')).body.records;
      await fetch(`${url}/api/search?q=bimatlon&subject=TOAN`);
      await fetch(`${url}/api/records/${record.id}?q=bimatlon`);
      await fetch(`${url}/api/files/${record.id}/search?q=bimatlon`);
      await fetch(`${url}/api/search?q=bimatlon&page=0`);
      await fetch(`${url}/api/search/suggestions?q=bimatlon`);
      await fetch(`${url}/api/search/facet?facet=topic&starts=bimatlon`);
      await fetch(`${url}/api/browse?subject=TOAN`);
      await fetch(`${url}/feeds/searches/bimatlon${'a'.repeat(24)}.xml`);
      await fetch(`${url}/api/search?q=%C4%91%C6%B0%E1%BB%9Dng&drop=bimatlon&topic=bimatlon&set=%22bimatlon%22`);
      await fetch(`${url}/bimatlon`);
      await fetch(`${url}/api/records/${record.id}/similar`);
      const { search } = app.search;
      app.search.search = async () => {
        throw new TypeError('a fault of ours');
      };
      expect((await fetch(`${url}/api/search?q=bimatlon`)).status).to.equal(500);
      app.search.search = search;
      expect(lines.length).to.be.at.least(6);
      expect(lines.join('')).to.contain('a fault of ours').and.to.contain('/api/records/:id');
      expect(lines.join('')).to.not.match(/bimatlon|TOAN/);
      expect(lines.join('')).to.not.contain(record.id);
    } finally {
      talkative.close();
      server.closeAllConnections();
      server.close();
    }
  });

  it('an index that is shut answers 503 with its code, and everything else goes on', async () => {
    const other = await openTestApp();
    try {
      await other.search.close();
      const answer = await other.visitor().get('/api/search?q=a');
      expect(answer.body).to.include({ status: 503, code: 'search-unavailable' });
      expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
      expect((await other.visitor().get('/api/records')).status).to.equal(200);
      const health = await other.visitor().get('/api/health');
      expect([health.status, health.body.parts.search.state]).to.deep.equal([503, 'down']);
    } finally {
      await other.close();
    }
  });
});
