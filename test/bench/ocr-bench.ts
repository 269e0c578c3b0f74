import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { recognitionModel } from '../../server/ingest/text-recognition/recognition-model.ts';
import { findTools, type Tools } from '../../server/ingest/tools.ts';
import { type IngestLibrary, openIngestLibrary, testEnvironment } from '../server/ingest/ingest-library.ts';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { charactersWrong } from './ocr-measure.ts';
import { type Grey, harshRecipes, spoiltJpeg, toGrey } from './ocr-recipes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pairs = resolve(root, process.env['CORPUS_DIR'] ?? '../shared/data', 'vn-ocr-pairs');
const run = promisify(execFile);

/** One picture to read, and what stands on it. */
interface Sheet {
  name: string;
  jpeg: Buffer;
  text: string;
}

const names = [
  ...[1, 2, 3, 4, 5, 6].map((n) => `kieu/page-${n}`),
  ...[11, 16, 22, 30, 41, 52].map((n) => `maint-guide/p${n}`),
];
/** The second page of a recipe is the next one of the same book. */
const bookLength = 6;
const nextOf = (index: number): number => index - (index % bookLength) + ((index + 1) % bookLength);

/** The pairs of the corpus; where they are missing, pages that ingest sets from the sample's text. */
async function cleanSheets(library: IngestLibrary): Promise<{ sheets: Sheet[]; from: string }> {
  if (names.every((name) => existsSync(join(pairs, `${name}.jpg`)))) {
    const read = async (name: string): Promise<Sheet> => ({
      name,
      jpeg: await readFile(join(pairs, `${name}.jpg`)),
      text: await readFile(join(pairs, `${name}.gt.txt`), 'utf8'),
    });
    return { sheets: await Promise.all(names.map(read)), from: 'vn-ocr-pairs' };
  }
  const id = await library.putPath(join(root, 'server/sample/truyen-kieu.txt'));
  await library.ingest(id);
  const pages = (await library.pages(id)).slice(0, names.length);
  const sheets = pages.map(async (page): Promise<Sheet> => {
    const image = await library.storage.objects.read(page.image_key as string);
    return { name: `trang ${page.number}`, jpeg: await sharp(image).jpeg({ quality: 85 }).toBuffer(), text: page.text };
  });
  return { sheets: await Promise.all(sheets), from: `pages set from truyen-kieu.txt, because ${pairs} is missing` };
}

async function harshSheets(clean: readonly Sheet[], seed: number): Promise<Sheet[]> {
  const sheets: Sheet[] = [];
  const greyOf = (index: number): Promise<Grey> => toGrey(sharp((clean[index] as Sheet).jpeg));
  for (const [index, recipe] of harshRecipes.entries()) {
    const second = recipe.second === 'none' ? null : await greyOf(nextOf(index));
    const jpeg = await spoiltJpeg(recipe, await greyOf(index), seed * 100 + index, second);
    const beside = recipe.second === 'beside' ? `\n${(clean[nextOf(index)] as Sheet).text}` : '';
    sheets.push({ name: recipe.name, jpeg, text: (clean[index] as Sheet).text + beside });
  }
  return sheets;
}

/** What a library would keep as the text of the picture, by the whole ingest. */
async function ingestedText(library: IngestLibrary, tools: Tools, sheet: Sheet): Promise<string> {
  const id = await library.put('trang.jpg', sheet.jpeg);
  await library.ingest(id, { tools, limits: { ...library.parts.limits, recognition: true } });
  const [page] = await library.pages(id);
  if (!page || page.state !== 'text') throw new Error(`${sheet.name} was not read: ${page?.code}`);
  return page.text;
}

async function bareText(tesseract: string, model: string, sheet: Sheet, folder: string): Promise<string> {
  const path = join(folder, 'trang.jpg');
  await writeFile(path, sheet.jpeg);
  const environment = { ...testEnvironment, OMP_THREAD_LIMIT: '1' };
  return (await run(tesseract, [path, '-', '-l', model], { env: environment, maxBuffer: 1 << 24 })).stdout;
}

interface Wrong {
  name: string;
  ours: number;
  peer: number | null;
}

const ratioOf = ({ ours, peer }: Pick<Wrong, 'ours' | 'peer'>): number | null =>
  peer === null ? null : peer === 0 ? (ours === 0 ? 1 : Infinity) : ours / peer;

function total(name: string, rows: readonly Wrong[]): Wrong {
  const sum = (of: (row: Wrong) => number | null): number => rows.reduce((all, row) => all + (of(row) ?? 0), 0);
  return {
    name,
    ours: sum((row) => row.ours),
    peer: rows.some((row) => row.peer === null) ? null : sum((row) => row.peer),
  };
}

/** Characters wrong by edit distance: ingest as it is, against tesseract alone with the same model on the same pictures. */
export async function ocrBench(options: { seed: number }): Promise<BenchTable> {
  const tools = await findTools(testEnvironment.PATH);
  const library = await openIngestLibrary();
  const folder = await mkdtemp(join(tmpdir(), 'tu-sach-ocr-'));
  try {
    const { sheets, from } = await cleanSheets(library);
    const { tesseract } = tools;
    const model = tesseract ? recognitionModel('vi', tesseract.languages) : null;
    const note = tesseract
      ? `${(await run(tesseract.path, ['--version'])).stdout.split('\n')[0]} -l ${model}; ${from}`
      : `tesseract is missing, ours is tesseract.js; ${from}`;
    const read = async (sheet: Sheet): Promise<Wrong> => ({
      name: sheet.name,
      ours: charactersWrong(await ingestedText(library, tools, sheet), sheet.text),
      peer: tesseract
        ? charactersWrong(await bareText(tesseract.path, model as string, sheet, folder), sheet.text)
        : null,
    });
    const clean: Wrong[] = [];
    for (const sheet of sheets) clean.push(await read(sheet));
    const harsh: Wrong[] = [];
    for (const sheet of await harshSheets(sheets, options.seed)) harsh.push(await read(sheet));
    const row = (wrong: Wrong, more = ''): BenchRow => ({
      ...wrong,
      ratio: ratioOf(wrong),
      unit: 'characters wrong',
      note: note + more,
    });
    const worst = [...clean, ...harsh].sort((a, b) => (ratioOf(b) ?? 0) - (ratioOf(a) ?? 0))[0] as Wrong;
    return {
      title: 'Recognition of text',
      rows: [
        row(total('clean pages', clean)),
        row(total('harsh pages', harsh)),
        row({ ...worst, name: `worst against bare: ${worst.name}` }),
        ...clean.map((one) => row({ ...one, name: `clean: ${one.name}` })),
        ...harsh.map((one) => row({ ...one, name: `harsh: ${one.name}` }, `, seed ${options.seed}`)),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await library.close();
  }
}
