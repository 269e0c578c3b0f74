import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { recognitionModel } from '../../server/ingest/text-recognition/recognition-model.ts';
import { findTools, noTools, type Tools } from '../../server/ingest/tools.ts';
import { makePdf, makeZip } from '../fixtures/make-documents.ts';
import { type IngestLibrary, openIngestLibrary, testEnvironment } from '../server/ingest/ingest-library.ts';
import { type BenchRow, type BenchTable, median } from './bench-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scan = join(root, 'server/sample/files/truyen-kieu-ban-quet.pdf');
const guide = resolve(root, process.env['CORPUS_DIR'] ?? '../shared/data', 'vn-pdf/installation-guide.vi.pdf');
const rounds = 5;
const recognisedPages = 12;
const scanPages = 240;
const run = promisify(execFile);

type Cost = { wall: number; cpu: number };

/** Seconds of processor that this process and all children it has waited for have used; wall time where there is no /proc. */
function cpuSeconds(): number {
  const stat = existsSync('/proc/self/stat') ? readFileSync('/proc/self/stat', 'utf8') : null;
  if (!stat) return performance.now() / 1000;
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) / 100;
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const [wall, cpu] = [performance.now(), cpuSeconds()];
  await work();
  return { wall: (performance.now() - wall) / 1000, cpu: cpuSeconds() - cpu };
}

/** Runs ours and the peer's in turn; medians of each and of the ratios. */
async function compare(
  row: Pick<BenchRow, 'name' | 'note'> & { by: keyof Cost },
  ours: () => Promise<Cost>,
  peer: (() => Promise<Cost>) | null,
): Promise<BenchRow> {
  await ours();
  const [mine, theirs, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const our = (await ours())[row.by];
    mine.push(our);
    if (!peer) continue;
    const their = (await peer())[row.by];
    theirs.push(their);
    ratios.push(our / their);
  }
  return {
    name: row.name,
    ours: median(mine),
    peer: peer ? median(theirs) : null,
    ratio: peer ? median(ratios) : null,
    unit: row.by === 'cpu' ? 'CPU s' : 's',
    note: row.note,
  };
}

async function version(path: string, argument: string): Promise<string> {
  const { stdout, stderr } = await run(path, [argument]);
  return `${stdout}\n${stderr}`.trim().split('\n')[0] ?? path;
}

const quiet = (path: string, args: string[], environment: Record<string, string>): Promise<void> =>
  new Promise((done, reject) => {
    const child = spawn(path, args, { env: environment, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? done() : reject(new Error(`${path} ended with ${code}`))));
  });

/** Seconds from the beginning of ingestFile to the end of one step, where the run is stopped. */
async function untilStep(library: IngestLibrary, fileId: string, step: string, tools: Tools): Promise<Cost> {
  const started = Date.now();
  const stop = new AbortController();
  const { objects } = library.storage;
  // What comes after the step is not measured, and need not be waited for.
  const put: typeof objects.put = (key, ...rest) => {
    if (step === 'pages' && /thumbnails\/0*2-/.test(key)) stop.abort();
    return objects.put(key, ...rest);
  };
  const whole = await cost(() =>
    library.ingest(fileId, { tools, objects: { ...objects, put } }, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    }),
  );
  const ended = (await library.steps(fileId))[step]?.ended_at;
  return { ...whole, wall: (Date.parse(ended ?? '') - started) / 1000 };
}

/** The pages of the sample's scan again and again: a book as long as those that schools have. */
async function longScan(library: IngestLibrary): Promise<Buffer> {
  const id = await library.putPath(scan);
  await library.ingest(id);
  const pages = await library.pages(id);
  const jpegs = await Promise.all(pages.map((page) => library.storage.objects.read(page.image_key as string)));
  return makePdf(
    Array.from({ length: scanPages }, (_, index) => ({ jpeg: jpegs[index % jpegs.length], size: [419, 594] })),
  );
}

async function pageImageRows(library: IngestLibrary, tools: Tools, folder: string): Promise<BenchRow[]> {
  const peer = tools.pdftoppm;
  const note = peer
    ? `${await version(peer, '-v')} -r 150 -jpeg; ours with identifying, starting the process and storing with fsync`
    : 'pdftoppm is missing';
  const bytes = await longScan(library);
  const path = join(folder, 'quet.pdf');
  await writeFile(path, bytes);
  const rows: BenchRow[] = [];
  for (const [how, ours] of variants(tools)) {
    const work = async (): Promise<Cost> => untilStep(library, await library.put('quet.pdf', bytes), 'pages', ours);
    const theirs = peer
      ? () => cost(() => quiet(peer, ['-r', '150', '-jpeg', path, join(folder, 'p')], tools.environment))
      : null;
    rows.push(
      await compare({ name: `page images of ${scanPages} scanned pages, ${how}`, by: 'wall', note }, work, theirs),
    );
  }
  return rows;
}

async function textRows(library: IngestLibrary, tools: Tools): Promise<BenchRow[]> {
  if (!existsSync(guide)) {
    return [
      {
        name: 'text and boxes of installation-guide.vi.pdf',
        ours: null,
        peer: null,
        ratio: null,
        unit: 's',
        note: `${guide} is missing`,
      },
    ];
  }
  const peer = tools.pdftotext;
  const note = peer
    ? `${await version(peer, '-v')} -bbox-layout; ours with judging and storing 118 lists of words`
    : 'pdftotext is missing';
  const id = await library.putPath(guide);
  await library.ingest(id);
  const { queries } = library.storage.metadata;
  const rows: BenchRow[] = [];
  for (const [how, ours] of variants(tools)) {
    const work = async (): Promise<Cost> => {
      await queries
        .updateTable('pages')
        .set({ text_source: null, state: 'image', text: '' })
        .where('file_id', '=', id)
        .execute();
      return untilStep(library, id, 'text', ours);
    };
    const theirs = peer ? () => cost(() => quiet(peer, ['-bbox-layout', guide, '/dev/null'], tools.environment)) : null;
    rows.push(
      await compare({ name: `text and boxes of installation-guide.vi.pdf, ${how}`, by: 'wall', note }, work, theirs),
    );
  }
  return rows;
}

async function recognitionRows(library: IngestLibrary, tools: Tools, folder: string): Promise<BenchRow[]> {
  const id = await library.putPath(scan);
  await library.ingest(id);
  const pages = (await library.pages(id)).slice(0, recognisedPages);
  const images = await Promise.all(pages.map((page) => library.storage.objects.read(page.image_key as string)));
  const paths = images.map((_, index) => join(folder, `trang-${index + 1}.jpg`));
  await Promise.all(images.map((bytes, index) => writeFile(paths[index] as string, bytes)));
  const book = await makeZip(images.map((bytes, index) => ({ name: `trang-${index + 1}.jpg`, bytes })));
  const { tesseract } = tools;
  const language = recognitionModel('vi', tesseract?.languages ?? ['vie']);
  const note = tesseract
    ? `${await version(tesseract.path, '--version')}, OMP_THREAD_LIMIT=1, -l ${language} txt hocr; ours is the whole ingest of ${images.length} pages`
    : 'tesseract is missing';
  const environment = { ...tools.environment, OMP_THREAD_LIMIT: '1' };
  const bare = tesseract
    ? () =>
        cost(async () => {
          for (const path of paths)
            await quiet(tesseract.path, [path, path, '-l', language, 'txt', 'hocr'], environment);
        })
    : null;
  const limits = { ...library.parts.limits, recognition: true };
  const rows: BenchRow[] = [];
  for (const [how, ours] of variants(tools)) {
    const work = async (): Promise<Cost> => {
      const fileId = await library.put('kieu.zip', book);
      return cost(() => library.ingest(fileId, { tools: ours, limits }));
    };
    rows.push(await compare({ name: `OCR of the Kiều pages, ${how}`, by: 'cpu', note }, work, bare));
  }
  return rows;
}

const variants = (tools: Tools): [string, Tools][] => [
  ['tools visible', tools],
  ['tools hidden', { ...noTools, environment: tools.environment }],
];

/** Ingest against the programs that do one part of it; each with poppler and tesseract visible to us, and hidden. */
export async function ingestBench(): Promise<BenchTable> {
  const tools = await findTools(testEnvironment.PATH);
  const library = await openIngestLibrary();
  const folder = await mkdtemp(join(tmpdir(), 'tu-sach-bench-'));
  try {
    return {
      title: 'Ingest',
      rows: [
        ...(await pageImageRows(library, tools, folder)),
        ...(await textRows(library, tools)),
        ...(await recognitionRows(library, tools, folder)),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await library.close();
  }
}
