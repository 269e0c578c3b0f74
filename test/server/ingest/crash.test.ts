import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { countsOfLastRun } from '../../../server/ingest/ingest-run.ts';
import { makePdf } from '../../fixtures/make-documents.ts';
import { need } from '../../support/need.ts';
import { type IngestLibrary, openIngestLibrary } from './ingest-library.ts';

const worker = fileURLToPath(new URL('crash-worker.ts', import.meta.url));
const pageCount = 30;

async function until<T>(what: string, find: () => Promise<T | null | false> | T | null | false): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await pause(10);
  }
}

/** The process that the worker has started to read the document. */
function documentProcess(pid: number): number | null {
  const path = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(path) ? readFileSync(path, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number) : [];
  return children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('document-process')) ?? null;
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a worker killed in the middle', function () {
  this.timeout(120_000);
  let library: IngestLibrary;
  let bytes: Buffer;
  let running: ChildProcess | null = null;
  before(async () => {
    library = await openIngestLibrary();
    bytes = await makePdf(
      Array.from({ length: pageCount }, (_, index) => ({ paragraph: `Trang thứ ${index + 1} của quyển sách này.` })),
    );
  });
  afterEach(() => running?.kill('SIGKILL'));
  after(() => library.close());

  async function killedWhen(fileId: string, reached: () => Promise<boolean>): Promise<number | null> {
    running = fork(worker, [library.folder, JSON.stringify(library.addresses), fileId], {
      execArgv: ['--import', 'tsx'],
    });
    const ended = once(running, 'exit');
    await until('the point to kill at', reached);
    const child = documentProcess(running.pid as number);
    running.kill('SIGKILL');
    await ended;
    return child;
  }

  async function expectWhole(fileId: string): Promise<void> {
    expect(await library.file(fileId)).to.include({ state: 'ready', code: null, page_count: pageCount });
    const pages = await library.pages(fileId);
    expect(pages.map((page) => page.number)).to.deep.equal(Array.from({ length: pageCount }, (_, index) => index + 1));
    for (const page of pages) expect(page.text).to.equal(`Trang thứ ${page.number} của quyển sách này.`);
    const keys: string[] = [];
    for await (const { key } of library.storage.objects.list('derived/')) if (key.includes(fileId)) keys.push(key);
    expect(keys, 'one image, two thumbnails, one list of words a page').to.have.length(pageCount * 4);
    const steps = await library.steps(fileId);
    for (const step of ['pages', 'thumbnails', 'text'])
      expect(steps[step]).to.include({ state: 'done', done: pageCount, total: pageCount });
  }

  it('among the page images: the next run makes only the missing ones', async () => {
    const id = await library.put('mot.pdf', bytes);
    const images = async () => (await library.pages(id)).filter((page) => page.image_key);
    const child = await killedWhen(id, async () => (await images()).length >= 5);
    const kept = await images();
    expect(kept.length).to.be.within(5, pageCount - 1);
    const stamps = await Promise.all(kept.map(async (page) => library.storage.objects.read(page.image_key as string)));
    const thumbnails = (await library.pages(id)).filter((page) => page.thumb_large_key).length;
    await library.ingest(id);
    expect(countsOfLastRun().decodes, 'decoded only for the thumbnails that were missing').to.equal(
      pageCount - thumbnails,
    );
    for (const [index, page] of kept.entries()) {
      expect((await library.storage.objects.read(page.image_key as string)).equals(stamps[index] as Buffer)).to.equal(
        true,
      );
    }
    await expectWhole(id);
    if (child) await until('the end of the orphaned document process', () => !lives(child));
  });

  it('among the texts: images and thumbnails are not made again', async () => {
    const thumbnailsStand = async (id: string): Promise<boolean> => {
      const pages = await library.pages(id);
      return pages.length > 0 && pages.every((page) => page.thumb_large_key);
    };
    let id = '';
    // Texts are quick: a book that was whole before the kill came says nothing.
    for (let tail = '\n'; id === '' || (await library.file(id)).state === 'ready'; tail += '\n') {
      expect(tail.length, 'killed in time').to.be.below(12);
      id = await library.put('hai.pdf', Buffer.concat([bytes, Buffer.from(`${tail}%`)]));
      const one = id;
      await killedWhen(one, () => thumbnailsStand(one));
    }
    await library.ingest(id);
    expect(countsOfLastRun().decodes).to.equal(0);
    await expectWhole(id);
  });

  it('the process that reads the document is killed by the system: it is started again', async function () {
    need(this, existsSync(`/proc/${process.pid}/task/${process.pid}/children`), '/proc to find the process in');
    const id = await library.put('ba.pdf', Buffer.concat([bytes, Buffer.from('\n\n')]));
    const reading = library.ingest(id);
    await until('a page image', async () => (await library.pages(id)).some((page) => page.image_key));
    process.kill(documentProcess(process.pid) as number, 'SIGKILL');
    await reading;
    expect(countsOfLastRun().processes).to.equal(2);
    await expectWhole(id);
  });
});
