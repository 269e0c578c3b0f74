import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express, { type ErrorRequestHandler } from 'express';
import { sendPieces } from '../../../server/http/streamed-text.ts';
import { until } from '../../support/temporary.ts';

describe('a long text that is made while it is sent', () => {
  let server: Server;
  let url: string;
  const ended: string[] = [];
  const failures: unknown[] = [];

  before(async () => {
    const app = express();
    async function* pieces(name: string): AsyncGenerator<string> {
      try {
        if (name === 'early') throw new Error('early');
        for (let at = 0; at < 40; at++) {
          if (name === 'late' && at === 20) throw new Error('late');
          yield `${at} ${'chữ '.repeat(20_000)}\n`;
        }
      } finally {
        ended.push(name);
      }
    }
    app.get('/:name', (request, response) => sendPieces(request, response, pieces(request.params.name!)));
    app.get('/', (request, response) => sendPieces(request, response, ['một ', 'hai']));
    app.use(((error, _request, response, _next) => {
      failures.push(error);
      if (response.headersSent) response.destroy();
      else response.status(503).end('away');
    }) satisfies ErrorRequestHandler);
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('arrives whole, packed and not', async () => {
    const whole = Array.from({ length: 40 }, (_, at) => `${at} ${'chữ '.repeat(20_000)}\n`).join('');
    for (const encoding of ['gzip', 'identity']) {
      const answer = await fetch(`${url}/whole`, { headers: { 'accept-encoding': encoding } });
      expect(answer.headers.get('content-encoding')).to.equal(encoding === 'gzip' ? 'gzip' : null);
      expect(answer.headers.get('vary')).to.equal('Accept-Encoding');
      expect((await answer.text()) === whole, encoding).to.equal(true);
      expect(await (await fetch(url, { headers: { 'accept-encoding': encoding } })).text()).to.equal('một hai');
    }
  });

  it('that fails before its first piece is answered as any fault is; later it is cut off, and never looks whole', async () => {
    const early = await fetch(`${url}/early`);
    expect([early.status, early.headers.get('content-encoding'), await early.text()]).to.eql([503, null, 'away']);
    for (const encoding of ['gzip', 'identity']) {
      const late = await fetch(`${url}/late`, { headers: { 'accept-encoding': encoding } });
      expect(late.status).to.equal(200);
      expect(await late.text().then(() => 'whole', () => 'cut off'), encoding).to.equal('cut off');
    }
    expect(failures.map((error) => (error as Error).message)).to.eql(['early', 'late', 'late']);
  });

  it('is made no further when whoever asked goes away, which is no fault', async () => {
    failures.length = ended.length = 0;
    const leaving = new AbortController();
    const answer = await fetch(`${url}/whole`, { signal: leaving.signal, headers: { 'accept-encoding': 'identity' } });
    const reader = answer.body!.getReader();
    await reader.read();
    leaving.abort();
    await reader.read().catch(() => {});
    await until('nothing is made any more', () => ended.length > 0);
    expect([ended, failures]).to.eql([['whole'], []]);
  });
});
