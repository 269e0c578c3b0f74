import { createReadStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openSearch, type SearchDocument, type SearchIndex, type SearchQuery } from '../../../search/index.ts';
import { titleKey } from '../../../search/vietnamese/collation.ts';

/**
 * Our embedded engine as a process that is told what to do line by line; see peer-process.ts. It does more than is asked of a peer: pages
 * are grouped under their records, rights are looked at and facets counted. Further orders: `open folder`; `records corpus folder`, a
 * record a line (its title, a tab, its one page or nothing).
 */
let index: SearchIndex;

const pagesPerRecord = 25;
const linesAtOnce = 1000;

interface OwnQuery {
  text: string;
  phrases: boolean;
}

const facetsOf = (number: number): SearchDocument['facets'] => ({
  subject: [`S${number % 40}`],
  grade: [`${(number % 12) + 1}`],
  type: [`T${number % 33}`],
});

function recordOf(number: number, title: string, pages: string[]): SearchDocument {
  return {
    ...{ id: `record-${number}`, audience: ['public'], title, titleKey: titleKey(title), agents: [], keywords: [], abstract: '' },
    ...{ facets: facetsOf(number), publishedAt: number },
    pages: pages.map((text, place) => ({ fileId: `file-${number}`, page: place + 1, text })),
  };
}

/** Titles say nothing that a page says, so records of pages match by their pages alone, as a peer's documents do. */
function grouped(lines: string[], from: number): SearchDocument[] {
  const documents: SearchDocument[] = [];
  for (let at = 0; at < lines.length; at += pagesPerRecord) {
    const number = (from + at) / pagesPerRecord;
    documents.push(recordOf(number, `qz${number}`, lines.slice(at, at + pagesPerRecord)));
  }
  return documents;
}

const single = (lines: string[], from: number): SearchDocument[] =>
  lines.map((line, place) => {
    const [title, page] = line.split('\t') as [string, string];
    return recordOf(from + place, title, page ? [page] : []);
  });

async function build(corpus: string, folder: string, documentsOf: (lines: string[], from: number) => SearchDocument[]): Promise<object> {
  index = await openSearch({ folder, role: 'writer' });
  const start = performance.now();
  const rebuild = await index.rebuild();
  let lines: string[] = [];
  let from = 0;
  const put = async (): Promise<void> => {
    if (lines.length > 0) await rebuild.put(documentsOf(lines, from));
    from += lines.length;
    lines = [];
  };
  for await (const line of createInterface({ input: createReadStream(corpus) })) if (lines.push(line) === linesAtOnce) await put();
  await put();
  await rebuild.commit();
  return { seconds: (performance.now() - start) / 1000, bytes: bytesIn(folder) };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const query = (asked: OwnQuery, rest: Partial<SearchQuery>): SearchQuery => ({
  ...{ text: asked.phrases ? `"${asked.text}"` : asked.text, audience: ['public'], facets: {}, sort: 'relevance', offset: 0, limit: 20, pagesPerRecord: 3 },
  ...rest,
});

/** `pages`: hits are pages, counted outside the time taken. `records`: hits are records. `chosen`: with a value of each facet chosen. */
async function run(queries: string, answers: string, mode: string): Promise<object> {
  const lines: string[] = [];
  for (const line of readFileSync(queries, 'utf8').trimEnd().split('\n')) {
    const [kind, text] = line.split('\t') as [string, string];
    const asked = { text, phrases: kind === 'phrases' };
    const facets = mode === 'chosen' ? { subject: ['S1', 'S2', 'S3'], grade: ['2', '3', '4'], type: ['T1', 'T2', 'T3'] } : {};
    const start = performance.now();
    const { total } = await index.search(query(asked, { facets }));
    const ms = performance.now() - start;
    lines.push(`${mode === 'pages' ? await pagesThatMatch(asked) : total}\t${ms}`);
  }
  writeFileSync(answers, `${lines.join('\n')}\n`);
  return {};
}

async function pagesThatMatch(asked: OwnQuery): Promise<number> {
  let pages = 0;
  for (let offset = 0; ; offset += 1000) {
    const { hits } = await index.search(query(asked, { sort: 'title', offset, limit: 1000, pagesPerRecord: 0 }));
    pages += hits.reduce((sum, hit) => sum + hit.pagesTotal, 0);
    if (hits.length < 1000) return pages;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [order, first = '', second = '', third = ''] = line.split('\t');
  let answer: object = { version: 'embedded' };
  if (order === 'build') answer = await build(first, second, grouped);
  if (order === 'records') answer = await build(first, second, single);
  if (order === 'open') index = await openSearch({ folder: first, role: 'reader' });
  if (order === 'run') answer = await run(first, second, third);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await index!.close();
