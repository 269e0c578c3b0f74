import { expect } from 'chai';
import { fillLibrary, type LargeLibrary } from '../support/large-library.ts';
import { openTestApp, type TestApp, type Visitor } from '../support/app.ts';

/**
 * Milliseconds at the server that 95 of 100 answers stay under. LIBRARY_SIZE_FACTOR multiplies it on machines that do other work at the
 * same time (2 on a shared runner); the promise is the one without it.
 */
const promised = 100 * Number(process.env['LIBRARY_SIZE_FACTOR'] ?? 1);
const requests = 40;
/** Other work on the machine only ever adds time: a round that keeps the promise has shown it. */
const rounds = 3;

interface Shelves {
  app: TestApp;
  library: LargeLibrary;
  guest: Visitor;
  librarian: Visitor;
}

/** The routes used most, each asking for another record, page or word each time. */
const routes: [name: string, by: 'guest' | 'librarian', address: (shelves: Shelves, turn: number) => string][] = [
  ['session', 'librarian', () => '/api/session'],
  ['home: what is new', 'guest', () => '/api/records?size=24'],
  ['home of a librarian', 'librarian', () => '/api/records?size=24'],
  ['search: everything, newest', 'guest', () => '/api/search?sort=newest'],
  ['search: one word', 'guest', ({ library }, turn) => `/api/search?q=${library.words[turn % 20]}`],
  ['search: two words', 'guest', ({ library }, turn) => `/api/search?q=${library.words[turn % 10]}+${library.words[(turn + 3) % 10]}`],
  ['search: a phrase, with its pages', 'librarian', () => '/api/search?q=dat+rung+phuong+nam'],
  ['search: a facet, by title', 'guest', ({ library }, turn) => `/api/search?q=${library.words[turn % 20]}&grade=6,7&sort=title&size=50`],
  ['record', 'librarian', ({ library }, turn) => `/api/records/${one(library, turn).id}`],
  ['history', 'librarian', ({ library }, turn) => `/api/records/${one(library, turn).id}/history`],
  ['book', 'librarian', ({ library }, turn) => `/api/files/${one(library, turn).fileId}/book`],
  ['text of a page', 'librarian', ({ library }, turn) => `/api/files/${one(library, turn).fileId}/pages/${1 + (turn % 10)}/text`],
  ['thumbnail', 'librarian', ({ library }, turn) => `/api/files/${one(library, turn).fileId}/pages/1/thumbnail?v=1`],
  ['search inside', 'librarian', ({ library }, turn) => `/api/files/${library.records[(turn * 40) % library.records.length]!.fileId}/search?q=phuong+nam`],
  ['IIIF manifest', 'librarian', ({ library }, turn) => `/iiif/${one(library, turn).fileId}/manifest`],
  ['IIIF image', 'librarian', ({ library }, turn) => `/iiif/${one(library, turn).fileId}/pages/2/full/max/0/default.jpg`],
];
const one = (library: LargeLibrary, turn: number) => library.records[(turn * 37) % library.records.length]!;

async function open(records: number): Promise<Shelves> {
  const app = await openTestApp();
  const librarian = await app.as('librarian');
  const library = await fillLibrary(app.storage, app.search, { records, pagesPerRecord: 10, seed: 2026 });
  return { app, library, guest: app.visitor(), librarian };
}

describe('a library of 2,000 records and 20,000 pages is as quick to use as one of 40', () => {
  let small: Shelves;
  let large: Shelves;
  before(async function () {
    this.timeout(120_000);
    small = await open(40);
    large = await open(2000);
  });
  after(async () => {
    await small?.app.close();
    await large?.app.close();
  });

  const ask = async (shelves: Shelves, at: number, turn: number) => {
    const [name, by, address] = routes[at]!;
    const path = address(shelves, turn);
    const answer = await shelves[by].get(path);
    expect(answer.status, `${name}: ${path} ${answer.text.slice(0, 300)}`).to.equal(200);
    return answer;
  };

  it('holds what it says', async () => {
    const { queries } = large.app.storage.metadata;
    for (const [table, count] of [
      ['records', 2000],
      ['pages', 20_000],
    ] as const)
      expect(Number((await queries.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()).count)).to.equal(count);
    expect(await large.app.search.state()).to.include({ state: 'ok', records: 2000, pages: 20_000 });
    // On a few pages more the four syllables stand by chance.
    expect((await ask(large, 6, 0)).body.total).to.be.within(50, 60);
    expect((await ask(small, 6, 0)).body.total).to.be.within(1, 3);
  });

  it(`answers ${routes.length} kinds of requests within ${promised} ms, 95 of 100, and asks the database no more often`, async function () {
    this.timeout(60_000);
    const table: string[] = [];
    const slow: string[] = [];
    const grown: string[] = [];
    for (const [at, [name]] of routes.entries()) {
      const counted = [];
      for (const shelves of [small, large]) {
        // The first answers of a process also read what it keeps from then on (vocabularies, the state of the index).
        for (let turn = 0; turn < 5; turn++) await ask(shelves, at, turn);
        const before = shelves.app.storage.metadata.statements();
        await ask(shelves, at, 0);
        counted.push(shelves.app.storage.metadata.statements() - before);
      }
      let best: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const times: number[] = [];
        for (let turn = 0; turn < requests; turn++) {
          const started = performance.now();
          await ask(large, at, turn);
          times.push(performance.now() - started);
        }
        times.sort((a, b) => a - b);
        if (best.length === 0 || p95(times) < p95(best)) best = times;
        if (p95(best) <= promised) break;
      }
      table.push(`${name.padEnd(34)} ${String(counted[0]).padStart(3)} ${String(counted[1]).padStart(3)} statements   p50 ${best[requests / 2]!.toFixed(1).padStart(6)} ms   p95 ${p95(best).toFixed(1).padStart(6)} ms`);
      if (p95(best) > promised) slow.push(`${name}: ${p95(best).toFixed(1)} ms`);
      if (counted[0] !== counted[1]) grown.push(`${name}: ${counted[0]} with 40 records, ${counted[1]} with 2,000`);
    }
    console.log(table.map((line) => `      ${line}`).join('\n'));
    expect(grown).to.deep.equal([]);
    expect(slow).to.deep.equal([]);
  });
});

const p95 = (sorted: number[]): number => sorted[Math.ceil(sorted.length * 0.95) - 1]!;
