import type { TextConversion } from '../../contract/file.ts';
import { wordsKey } from '../../../storage/objects/keys.ts';
import { pageRows, type PageRow, pageTextOf, stepRows } from '../../../storage/metadata/ingest-rows.ts';
import { hasLegacySigns } from '../../../search/vietnamese/legacy-words.ts';
import { DocumentFault } from '../document-fault.ts';
import type { PageLayer } from '../document-protocol.ts';
import { inOrder } from '../in-order.ts';
import type { IngestRun } from '../ingest-parts.ts';
import { encodePageWords, type PageWords, scaleWords, textOfWords } from '../page-words.ts';
import { type PopplerPage, readPopplerText } from '../pdf/poppler-text.ts';
import { doneInSpiteOf, skipped, type StepOutcome } from '../step-outcome.ts';
import { recognisePages } from '../text-recognition/recognise-pages.ts';
import { conversionsOfStep, joinConversions } from '../text-conversion.ts';
import { judgeLayer } from '../text-quality.ts';
import { guess } from './describe.ts';

type Page = Omit<PageRow, 'text'>;

/** A layer this short beside a picture is a stamp or a page number, not the page's text. */
const shortLayer = 25;
const ahead = 8;
/** Pages asked of pdftotext at a time: their words are in memory together. */
const popplerPages = 100;
/** Pages whose words are held until PDFium has told their fonts; of more, PDFium's own words are taken. */
const mostInDoubt = 200;

/** The text of every page with its words and boxes: the page's own where it is good, else read off the image. */
export async function readPageTexts(run: IngestRun): Promise<StepOutcome> {
  const { file, parts, progress, signal } = run;
  const handler = run.handler();
  if (!handler) return skipped('kept as it is', 'format-not-read');
  const rows = (await pageRows(parts.metadata.queries, file.id)).filter((row) => row.image_key);
  const missing = rows.filter((row) => row.text_source === null);
  const conversions = await openConversions(run);
  const count = { done: rows.length - missing.length };
  const stepDone = (): void => progress.step('text', { done: ++count.done });
  progress.step('text', { done: count.done, total: rows.length });

  const unread: Page[] = [];
  if (handler.text === 'none') unread.push(...missing);
  else {
    const { rest, inDoubt } = await takePopplerLayers(run, missing, stepDone);
    await inOrder(rest, ahead, async (row) => {
      progress.check();
      signal.throwIfAborted();
      const layer = await layerOf(run, row);
      // Where no word turned out to be in an old encoding, poppler's order is the better one.
      const words = (layer.conversions.length === 0 && inDoubt.get(row.number)) || layer.words;
      if (handler.text === 'exact' || isEnough(textOfWords(words), layer.picture)) {
        conversions.note(layer.conversions);
        const source = words.length ? 'layer' : 'none';
        await keepWords(run, row, { width: row.width, height: row.height, source, words });
        stepDone();
      } else unread.push(row);
    });
  }
  const code = await recognisePages(run, unread, stepDone);
  await progress.flush();
  if (unread.some((row) => row.number === 1)) await guessAgain(run);
  return doneInSpiteOf(code, conversions.params());
}

/** What the texts of a file were converted from: kept with the step, in the commit of the first page that says so. */
async function openConversions(run: IngestRun): Promise<{
  note(conversions: readonly TextConversion[]): void;
  params(): Record<string, unknown>;
}> {
  const step = (await stepRows(run.parts.metadata.queries, run.file.id)).find((row) => row.step === 'text');
  let known = conversionsOfStep(step?.params_json ?? '{}');
  const params = (): Record<string, unknown> => (known.length ? { conversions: known } : {});
  return {
    params,
    note(conversions) {
      if (conversions.length === 0) return;
      const joined = joinConversions([...known, ...conversions]);
      if (JSON.stringify(joined) === JSON.stringify(known)) return;
      known = joined;
      run.progress.step('text', { params_json: JSON.stringify(params()) });
    },
  };
}

/** The first page's text came from its image: now there is more to guess from. */
async function guessAgain(run: IngestRun): Promise<void> {
  const text = await pageTextOf(run.parts.metadata.queries, run.file.id, 1);
  if (text) await guess(run, (await run.outline()).metadata, text);
}

function isEnough(text: string, picture: boolean): boolean {
  const judged = judgeLayer(text);
  if (judged === 'empty') return !picture;
  return judged === 'good' && (!picture || text.length >= shortLayer);
}

async function layerOf(run: IngestRun, row: Page): Promise<PageLayer> {
  try {
    return await run.document().ask('pageText', row.number, row.width, row.height);
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    // A page that can be seen can still be read off its image.
    return { words: [], picture: true, conversions: [] };
  }
}

interface Left {
  /** Pages whose layer is still to be judged. */
  rest: Page[];
  /** Of those, good ones with words that may be in an encoding from before Unicode: poppler does not tell the font. */
  inDoubt: Map<number, PageWords['words']>;
}

/** Good layers as poppler reads them, which is faster and in better order; answers the pages that are left. */
async function takePopplerLayers(run: IngestRun, missing: Page[], stepDone: () => void): Promise<Left> {
  const inDoubt: Left['inDoubt'] = new Map();
  const { parts, signal } = run;
  const { pdftotext } = parts.tools;
  // A password would be seen in the list of processes.
  if (!pdftotext || run.format() !== 'pdf' || run.password !== null || missing.length === 0) {
    return { rest: missing, inDoubt };
  }
  const wanted = new Map(missing.map((row) => [row.number, row]));
  const [first, last] = [missing[0]?.number ?? 1, missing.at(-1)?.number ?? 1];
  for (let from = first; from <= last; from += popplerPages) {
    const found: { row: Page; words: PageWords['words'] }[] = [];
    const onPage = (page: PopplerPage): void => {
      const row = wanted.get(page.number);
      const words = row && wordsOnImage(page, row);
      if (!row || !words || !isEnough(textOfWords(words), true)) return;
      if (!hasLegacySigns(words.map(([text]) => text))) found.push({ row, words });
      else if (inDoubt.size < mostInDoubt) inDoubt.set(row.number, words);
    };
    const source = { path: run.path, first: from, last: Math.min(last, from + popplerPages - 1) };
    try {
      await readPopplerText({ ...parts.tools, pdftotext }, parts.limits, source, signal, onPage);
    } catch (error) {
      signal.throwIfAborted();
      parts.log.warn({ fileId: run.file.id, err: error }, 'pdftotext gave up');
    }
    await inOrder(found, ahead, async ({ row, words }) => {
      await keepWords(run, row, { width: row.width, height: row.height, source: 'layer', words });
      wanted.delete(row.number);
      stepDone();
    });
  }
  return { rest: missing.filter((row) => wanted.has(row.number)), inDoubt };
}

/** Points to pixels; null where poppler and the page image do not mean the same rectangle. */
function wordsOnImage(page: PopplerPage, row: Page): PageWords['words'] | null {
  const turned = page.width > page.height !== row.width > row.height;
  const [width, height] = turned ? [page.height, page.width] : [page.width, page.height];
  if (!(width > 0 && height > 0) || Math.abs((width / height) * (row.height / row.width) - 1) > 0.03) return null;
  return scaleWords(page.words, row.width / width, row.height / height);
}

async function keepWords(run: IngestRun, row: Page, page: PageWords): Promise<void> {
  const { file, parts, progress, signal } = run;
  const key = wordsKey(file.id, file.revision, row.number);
  await parts.objects.put(key, encodePageWords(page), { signal });
  progress.page(row.number, {
    state: 'text',
    text: textOfWords(page.words),
    text_source: page.source,
    words_key: key,
    confidence: null,
    syllables: null,
    quality: null,
  });
}
