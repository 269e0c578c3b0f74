import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openEmbedded } from '../../search/engines/embedded.ts';
import type { SearchIndex, SearchQuery } from '../../search/index.ts';
import { seeded } from '../bench/search-bench-text.ts';
import { generatedLibrary } from './generated-library.ts';
import { searchDocument } from './search-documents.ts';

/*
 * To show a few, the engine looks closely only at what may be among them. Where all are shown it looks closely at all: both must
 * come to the same.
 */
const everything = 1_000;

async function opened<T>(run: (index: SearchIndex) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tu-sach-search-'));
  const index = await openEmbedded({ folder, role: 'writer' });
  try {
    return await run(index);
  } finally {
    await index.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many of the queries left something out, so that there was something to compare. */
async function firstAreFirstOfAll(index: SearchIndex, queries: SearchQuery[]): Promise<number> {
  let leftOut = 0;
  for (const query of queries) {
    const all = await index.search({ ...query, offset: 0, limit: everything });
    expect(all.hits).to.have.length(all.total);
    for (const [offset, limit] of [
      [0, 1],
      [0, 7],
      [3, 5],
    ] as const) {
      const few = await index.search({ ...query, offset, limit });
      expect(few.hits, query.text).to.deep.equal(all.hits.slice(offset, offset + limit));
      if (all.total > offset + limit) leftOut++;
    }
  }
  return leftOut;
}

describe('the first few of the embedded engine', () => {
  it('are the first of all, of every form of query', async function () {
    this.timeout(60_000);
    const { documents, queries } = generatedLibrary(11, { records: 300, queries: 150 });
    await opened(async (index) => {
      await index.put(documents);
      // Pages of one record that do not follow one another, and numbers without a page.
      for (const { id } of documents.slice(0, 40))
        await index.put([
          { ...documents[Number(id.slice(1))]!, pages: [...documents[7]!.pages, ...documents[9]!.pages] },
        ]);
      await index.remove(documents.slice(40, 60).map(({ id }) => id));
      expect(await firstAreFirstOfAll(index, queries)).to.be.greaterThan(100);
    });
  });

  it('are the first of all, also of long lists whose words often stand side by side', async function () {
    this.timeout(60_000);
    const random = seeded(5);
    const words = [
      'ma',
      'mà',
      'má',
      'mạ',
      'lá',
      'la',
      'cà',
      'ca',
      'tô',
      'to',
      'ba',
      'bà',
      'sen',
      'súng',
      'đồng',
      'lúa',
    ];
    const word = (): string => words[Math.floor(random() ** 2 * words.length)]!;
    const text = (): string => Array.from({ length: 20 + Math.floor(random() ** 3 * 150) }, word).join(' ');
    const documents = Array.from({ length: 500 }, (_, number) =>
      searchDocument(`r${number}`, {
        title: number % 50 === 0 ? `${word()} ${number}` : `qz${number}`,
        texts: Array.from({ length: 20 }, text),
        publishedAt: number % 7,
        facets: { subject: [`S${number % 3}`] },
      }),
    );
    const typed = [
      'ma la',
      'má lá',
      'ca to',
      'to ca',
      'sung to ba',
      'súng to bà',
      'ca to ba ma',
      '"ma la" to',
      'lua ma',
      'sen',
    ];
    await opened(async (index) => {
      await index.put(documents);
      // Pages of some records do not follow one another, some numbers are of nothing.
      for (const document of documents.slice(0, 20))
        await index.put([{ ...document, pages: [...document.pages.slice(3), ...documents[99]!.pages] }]);
      const query = {
        audience: ['public'],
        facets: {},
        sort: 'relevance',
        offset: 0,
        limit: 0,
        pagesPerRecord: 3,
      } as const;
      const queries = typed.flatMap((text): SearchQuery[] => [
        { ...query, audience: ['public'], text },
        { ...query, audience: ['public'], text, facets: { subject: ['S0', 'S2'] } },
      ]);
      expect(await firstAreFirstOfAll(index, queries)).to.equal(queries.length * 3);
      expect((await index.search(queries[0]!)).hits).to.have.length(0);
    });
  });

  it('are the first of all, also where pages full of the words are worth more than those where they stand side by side', async function () {
    this.timeout(60_000);
    const random = seeded(6);
    const others = (count: number): string =>
      Array.from({ length: count }, () => ['ma', 'la', 'ca', 'to'][Math.floor(random() * 4)]).join(' ');
    const apart = (): string => `sen ${others(60)} lua`;
    const beside = (): string => `${others(150)} sen lua ${others(150)}`;
    const full = (): string => `${'sen ma '.repeat(6)}${'la lua '.repeat(6)}`;
    const documents = Array.from({ length: 420 }, (_, number) => {
      const own = number % 15 === 0 ? [full()] : number % 12 === 0 ? [beside()] : [];
      return searchDocument(`r${number}`, {
        title: `qz${number}`,
        texts: [...Array.from({ length: 11 }, apart), ...own],
        publishedAt: number,
      });
    });
    await opened(async (index) => {
      await index.put(documents);
      const query: SearchQuery = {
        text: 'sen lua',
        audience: ['public'],
        facets: {},
        sort: 'relevance',
        offset: 0,
        limit: 7,
        pagesPerRecord: 3,
      };
      expect(await firstAreFirstOfAll(index, [query])).to.equal(3);
      const { hits } = await index.search(query);
      expect(hits.map(({ id }) => Number(id.slice(1)) % 15)).to.deep.equal(hits.map(() => 0));
    });
  });
});
