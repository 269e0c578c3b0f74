import { expect } from 'chai';
import type { IncomingMessage } from 'node:http';
import { request as ask } from 'node:http';
import { isFresh } from '../../../server/http/fresh.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { upload } from '../files/tus-client.ts';

interface Got {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

describe('routes answered past Express', () => {
  let app: TestApp;
  let librarian: Visitor;
  let cookie: string;
  let file: string;
  let hidden: string;

  before(async () => {
    app = await openTestApp({ logLevel: 'debug' });
    librarian = await app.as('librarian');
    const signed = await librarian.signIn('librarian', 'mat-khau-thu-nghiem');
    cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    file = (await upload(librarian, Buffer.from('một hai ba bốn năm'), { filename: 'đếm.txt', licence: 'NOI_BO', scope: 'school' })).fileId!;
    hidden = (await upload(librarian, Buffer.from('năm sáu bảy'), { filename: 'nháp.txt', licence: 'NOI_BO', scope: 'school' })).fileId!;
  });
  after(() => app.close());

  /** Over a socket of its own, for fetch() adds headers and mends addresses. */
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> =>
    new Promise((resolve, reject) => {
      const url = new URL(app.url);
      const asking = ask({ host: url.hostname, port: url.port, path, headers, method, agent: false }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.on('end', () => {
          const { 'x-request-id': id, date, ...kept } = answer.headers;
          expect(id).to.match(/^[0-9a-f]{16}$/);
          expect(date).to.be.a('string');
          resolve({ status: answer.statusCode!, headers: kept, body });
        });
      });
      asking.on('error', reject);
      asking.end();
    });

  const cases: [string, (tag: string) => { headers?: Record<string, string>; method?: string; id?: () => string; query?: string }, number][] = [
    ['the whole', () => ({ headers: { cookie } }), 200],
    ['in place', () => ({ headers: { cookie }, query: '?inline=1' }), 200],
    ['a part', () => ({ headers: { cookie, range: 'bytes=4-6' } }), 206],
    ['a part past the end', () => ({ headers: { cookie, range: 'bytes=400-600' } }), 416],
    ['a part of what has changed', () => ({ headers: { cookie, range: 'bytes=4-6', 'if-range': '"other"' } }), 200],
    ['what the asker has', (tag) => ({ headers: { cookie, 'if-none-match': `"a", W/${tag}` } }), 304],
    ['what the asker has and wants anew', (tag) => ({ headers: { cookie, 'if-none-match': tag, 'cache-control': 'no-cache' } }), 200],
    ['the head', () => ({ headers: { cookie }, method: 'HEAD' }), 200],
    ['by a guest', () => ({}), 404],
    ['the head, by a guest', () => ({ method: 'HEAD' }), 404],
    ['with a bad access token', () => ({ headers: { authorization: 'Bearer tus_bad' } }), 401],
    ['of a file that is not there', () => ({ headers: { cookie }, id: () => '01890000-0000-7000-8000-000000000000' }), 404],
    ['of no id', () => ({ headers: { cookie }, id: () => 'x' }), 400],
    ['with a query that is wrong', () => ({ headers: { cookie }, query: '?inline=1&inline=2' }), 400],
  ];
  for (const [what, made, status] of cases) {
    it(`answers as Express would: ${what}`, async () => {
      const { headers: whole } = await get(`/api/files/${file}/original`, { cookie });
      const { headers = {}, method, id, query = '' } = made(String(whole['etag']));
      const address = `/api/files/${(id ?? (() => file))()}/original`;
      const direct = await get(address + query, headers, method);
      // Express takes an address with a slash behind it for the same; direct routes do not.
      const other = await get(`${address}/${query}`, headers, method);
      expect(direct.status).to.equal(status);
      const bare = ({ body, headers: { 'content-length': _, ...rest }, ...got }: Got): object => ({ ...got, ...rest, body: body.replaceAll('original/"', 'original"') });
      expect(bare(direct)).to.eql(bare(other));
      expect(direct.headers['content-security-policy']).to.be.a('string');
    });
  }

  it('leaves other methods to Express, which knows no such route', async () => {
    const answer = await librarian.ask('POST', `/api/files/${hidden}/original`);
    expect(answer.status).to.equal(404);
  });

  it('logs the pattern of the route and never the address', () => {
    const lines = app.logged.map((line) => JSON.parse(line) as { msg: string; route: string; status: number }).filter(({ msg }) => msg === 'request');
    expect(lines.filter(({ route, status }) => route === '/api/files/:id/original' && status === 206)).to.have.length.above(1);
    expect(app.logged.join('')).not.to.include(file);
  });
});

describe('what the asker holds', () => {
  const request = (headers: Record<string, string>): IncomingMessage => ({ headers }) as unknown as IncomingMessage;
  for (const [held, fresh] of [
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    ['', false],
  ] as const) {
    it(`${held || 'nothing'} ${fresh ? 'is' : 'is not'} it`, () => {
      expect(isFresh(request({ 'if-none-match': held }), '"a"')).to.equal(fresh);
      expect(isFresh(request({ 'if-none-match': held, 'cache-control': 'max-age=0, No-Cache'.toLowerCase() }), '"a"')).to.equal(false);
    });
  }
  it('says nothing, nothing is held', () => expect(isFresh(request({}), '"a"')).to.equal(false));
});
