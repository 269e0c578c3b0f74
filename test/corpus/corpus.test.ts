import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { refusalStatus } from '../../server/errors.ts';
import { findTools } from '../../server/ingest/tools.ts';
import { need } from '../support/need.ts';
import { projectRoot } from '../support/source-files.ts';
import { type IngestLibrary, openIngestLibrary, testEnvironment } from '../server/ingest/ingest-library.ts';
import { corpus } from './place.ts';

const folders = ['pdf-ocrmypdf', 'pdf-qpdf', 'pdf-verapdf', 'scanned-book'];
/** Of each folder at most so many, evenly spread over its names. */
const mostFiles = Number(process.env['CORPUS_MOST'] ?? 150);
/** No file of the corpus may take longer, whatever it does. */
const fileSeconds = 60;

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => !/(README|REUSE|licen[cs]e)/i.test(path)).sort();
}

interface Outcome {
  path: string;
  state: string;
  code: string;
  format: string;
  pages: number;
  failedPages: number;
  textPages: number;
  letters: number;
  milliseconds: number;
}

describe('a corpus of odd and hostile files', function () {
  this.timeout(600_000);
  let library: IngestLibrary;

  before(async function () {
    const missing = folders.filter((folder) => !existsSync(join(corpus, folder)));
    need(this, missing.length === 0, `${missing.join(', ')} in CORPUS_DIR`);
    library = await openIngestLibrary({ requestSeconds: 20, documentSeconds: 45 });
  });
  after(() => library?.close());

  it('every file ends with pages, with text or with a permanent code, and none hangs', async () => {
    const tools = await findTools(testEnvironment.PATH);
    const outcomes: Outcome[] = [];
    const left: string[] = [];
    const chosen: string[] = [];
    for (const folder of folders) {
      const all = await filesUnder(join(corpus, folder));
      const step = Math.max(1, all.length / mostFiles);
      const some = Array.from(
        { length: Math.min(all.length, mostFiles) },
        (_, index) => all[Math.floor(index * step)] as string,
      );
      chosen.push(...some);
      if (all.length > some.length) left.push(`${folder}: ${all.length - some.length} of ${all.length} left out`);
    }
    const lane = async (): Promise<void> => {
      for (let path = chosen.shift(); path; path = chosen.shift()) outcomes.push(await outcomeOf(path, tools));
    };
    const total = chosen.length;
    await Promise.all([lane(), lane()]);
    await report(outcomes, left);

    expect(outcomes).to.have.length(total);
    for (const one of outcomes) {
      const known = one.code === '' || Object.hasOwn(refusalStatus, one.code);
      expect(known, `${one.path}: code ${one.code}`).to.equal(true);
      const sense = one.state === 'ready' ? one.pages > one.failedPages || one.format === 'other' : one.code !== '';
      expect(sense, `${one.path}: ${JSON.stringify(one)}`).to.equal(true);
      expect(one.milliseconds, one.path).to.be.below(fileSeconds * 1000);
    }
    expect(outcomes.filter((one) => one.state === 'ready').length, 'most can be read').to.be.above(total / 2);
  });

  async function outcomeOf(path: string, tools: Awaited<ReturnType<typeof findTools>>): Promise<Outcome> {
    const id = await library.putPath(path);
    const started = performance.now();
    await library.ingest(id, { tools });
    const milliseconds = Math.round(performance.now() - started);
    const [file, pages] = await Promise.all([library.file(id), library.pages(id)]);
    return {
      path: relative(corpus, path),
      state: file.state,
      code: file.code ?? '',
      format: file.format ?? '',
      pages: pages.length,
      failedPages: pages.filter((page) => page.state === 'failed').length,
      textPages: pages.filter((page) => page.text !== '').length,
      letters: pages.reduce((sum, page) => sum + page.text.length, 0),
      milliseconds,
    };
  }
});

async function report(outcomes: Outcome[], left: string[]): Promise<void> {
  const columns = [
    'path',
    'state',
    'code',
    'format',
    'pages',
    'failedPages',
    'textPages',
    'letters',
    'milliseconds',
  ] as const;
  const lines = [...outcomes]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((one) => columns.map((column) => one[column]).join('\t'));
  const target = join(projectRoot, '.cache', 'corpus.tsv');
  await mkdir(join(projectRoot, '.cache'), { recursive: true });
  await writeFile(target, `${[columns.join('\t'), ...lines].join('\n')}\n`);
  expect((await stat(target)).size).to.be.above(0);
  const count = (test: (one: Outcome) => boolean): number => outcomes.filter(test).length;
  const codes = [...new Set(outcomes.map((one) => one.code).filter(Boolean))].sort();
  console.log(
    `      ${outcomes.length} files: ${count((one) => one.pages > one.failedPages)} with pages, ${count((one) => one.textPages > 0)} with text; ` +
      `${codes.map((code) => `${code} ${count((one) => one.code === code)}`).join(', ')}${left.length ? `; ${left.join(', ')}` : ''}; table in .cache/corpus.tsv`,
  );
}
