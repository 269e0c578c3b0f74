import { readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openMeilisearch } from '../../search/engines/meilisearch.ts';
import { SearchUnavailable } from '../../search/index.ts';
import { contractKey, replayed } from '../support/meilisearch-contract.ts';
import { scenarios } from './meilisearch-scenarios.ts';
import { searchDocument, searchQuery } from './search-documents.ts';

describe('meilisearch: the contract as a real one was recorded', () => {
  for (const [name, run] of Object.entries(scenarios)) {
    it(name, async () => {
      const server = await replayed(name);
      try {
        await run(server);
        expect(server.unrecorded()).to.eql([]);
      } finally {
        await server.close();
      }
    });
  }

  it('a request that was not recorded is named', async () => {
    const server = await replayed('index-missing');
    const writer = await openMeilisearch({ url: server.url, role: 'writer' });
    try {
      const thrown = await writer.put([searchDocument('a')]).catch((error: unknown) => error);
      expect(thrown).to.be.instanceOf(SearchUnavailable);
      expect(server.unrecorded()[0]).to.match(/^GET \/indexes/);
    } finally {
      await writer.close();
      await server.close();
    }
  });

  it('transcripts are small, and hold no address, key or path of a machine', () => {
    const folder = new URL('../fixtures/meilisearch/', import.meta.url);
    const files = readdirSync(folder);
    expect(files.sort()).to.eql(
      Object.keys(scenarios)
        .map((name) => `${name}.json`)
        .sort(),
    );
    expect(files.reduce((sum, file) => sum + statSync(new URL(file, folder)).size, 0)).to.be.lessThan(300_000);
  });
});

describe('meilisearch: a server that fails', () => {
  const limits = { answerMs: 300, sendMs: 300, taskMs: 300 };
  let server: Server | null = null;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
    server = null;
  });

  async function failing(answer: 'hangs' | 'hangs-in-the-body' | { status: number; body: string }): Promise<string> {
    server = createServer((_request, response) => {
      if (answer === 'hangs') return;
      if (answer === 'hangs-in-the-body') response.writeHead(200).write('{"results":');
      else response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `meilisearch+http://:${contractKey}@127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function isDown(url: string, detail: RegExp): Promise<void> {
    const index = await openMeilisearch({ url, role: 'writer', limits });
    const start = performance.now();
    for (const run of [
      () => index.search(searchQuery('sách')),
      () => index.searchInside({ text: 'sách', fileId: 'x', limit: 1 }),
      () => index.put([searchDocument('a')]),
      () => index.remove(['a']),
      () => index.rebuild(),
    ]) {
      const thrown = await run().then(
        () => null,
        (error: unknown) => error,
      );
      expect(thrown).to.be.instanceOf(SearchUnavailable).with.property('reason', 'down');
      expect(String((thrown as Error).cause))
        .to.match(detail)
        .and.not.contain(contractKey);
    }
    const state = await index.state();
    expect(state.state).to.equal('down');
    expect(state.detail).to.match(detail);
    await index.close();
    expect(performance.now() - start).to.be.lessThan(6 * 300 + 1500);
  }

  it('hangs: down, in bounded time', async () => isDown(await failing('hangs'), /did not answer in time/));
  it('hangs in the middle of an answer: down, in bounded time', async () =>
    isDown(await failing('hangs-in-the-body'), /did not answer in time/));
  it('answers 503 with a page of a proxy', async () =>
    isDown(await failing({ status: 503, body: '<html>' }), /answered 503/));
  it('answers 500 in its own way', async () =>
    isDown(await failing({ status: 500, body: '{"code":"internal"}' }), /answered 500 internal/));
  it('is something else', async () => isDown(await failing({ status: 200, body: 'hello' }), /no Meilisearch/));
  it('refuses connections', async () => {
    const url = await failing('hangs');
    await new Promise((resolve) => server!.close(resolve));
    await isDown(url, /cannot be reached \(ECONNREFUSED\)/);
  });

  it('an address that is none says so without the key', async () => {
    for (const url of [
      'http://:secret@h',
      'meilisearch+http://h:7700',
      'meilisearch+http://user:secret@h',
      'meilisearch+http://:secret@h/a/b',
    ]) {
      const thrown = await openMeilisearch({ url, role: 'reader' }).catch((error: unknown) => error as Error);
      expect(thrown, url).to.be.instanceOf(Error);
      expect((thrown as Error).message)
        .to.contain('SEARCH_URL')
        .and.not.contain('secret');
    }
  });
});
