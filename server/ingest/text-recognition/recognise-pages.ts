import { cleanedImageKey, wordsKey } from '../../../storage/objects/keys.ts';
import type { PageRow } from '../../../storage/metadata/ingest-rows.ts';
import type { RefusalCode } from '../../errors.ts';
import { DocumentFault } from '../document-fault.ts';
import type { CleanedPage } from '../document-protocol.ts';
import { boxOnPage, type CleanUpPlan, type QuarterTurn, turnOnly } from '../images/clean-up-plan.ts';
import { inOrder } from '../in-order.ts';
import type { IngestRun } from '../ingest-parts.ts';
import { encodePageWords, type PageWord, textOfWords } from '../page-words.ts';
import { languageOfFile, languageOfText } from './recognition-language.ts';
import type { RecognitionLanguage } from './recognition-model.ts';
import { qualityOf, worthOf } from './recognition-quality.ts';
import type { RecognisedPage, Recogniser } from './recogniser.ts';

type Page = Omit<PageRow, 'text'>;

/** Below this it is worth a look what the page needs, and another reading where it needs something. */
const goodQuality = 0.93;
/** A page that was cleaned and reads worse than this is read as it came too. */
const lowQuality = 0.8;
/** Light on the small picture of the page below which there may be a shadow; print takes some of it away. */
const suspectLight = 0.8;
/** Below this it may lie on its side or stand on its head. */
const notText = 0.4;
const quarterTurns: readonly QuarterTurn[] = [180, 90, 270];

/** One reading of a page, in coordinates of the page as it is. */
interface Reading {
  page: RecognisedPage;
  cleaned: CleanedPage | null;
  /** Whether a cleaned image lies in the store, kept or not. */
  tried: boolean;
}

/** A page with the picture that is given to the engine. */
interface Prepared {
  row: Page;
  /** The page as it is, on this machine. */
  path: string;
  cleaned: CleanedPage | null;
  release(): Promise<void>;
}

/**
 * Reads the pages off their images, cleaned where they need it, and keeps words, confidence and the cleaned image.
 * Answers the code of the first page that could not be read; that page stays readable by eye.
 */
export async function recognisePages(
  run: IngestRun,
  unread: Page[],
  stepDone: () => void,
): Promise<RefusalCode | null> {
  const { file, parts, progress, signal } = run;
  const recogniser = run.recogniser();
  const ordered = unread.sort((a, b) => a.number - b.number);
  if (!recogniser) {
    await inOrder(ordered, 8, async (row) => {
      await keepReading(run, row, { page: { words: [], confidence: null }, cleaned: null, tried: false }, 'vi');
      stepDone();
    });
    return null;
  }
  let fault: RefusalCode | null = null;
  let language = await languageOfFile(parts.metadata.queries, file);
  const failed = (row: Page, problem: DocumentFault): void => {
    const { code, cause } = problem;
    parts.log.warn({ fileId: file.id, page: row.number, code, cause: String(cause ?? '') }, 'page not recognised');
    fault ??= code;
    progress.page(row.number, { code });
    stepDone();
  };
  const settle = async (
    prepared: Prepared,
    page: RecognisedPage | DocumentFault,
    readIn: RecognitionLanguage,
  ): Promise<void> => {
    const { row, cleaned } = prepared;
    if (page instanceof DocumentFault) return failed(row, page);
    const first: Reading = { page: cleaned ? onPage(page, cleaned, row) : page, cleaned, tried: cleaned !== null };
    if (!language) language = languageOfText(textOfWords(page.words), page.confidence);
    const known = language ?? 'vi';
    try {
      const reading = await betterReading(run, recogniser, prepared, first, known, readIn);
      await keepReading(run, row, reading, known);
      stepDone();
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      failed(row, error);
    }
  };
  const { atOnce, batch } = recogniser;
  const goes = inBatches(ordered, Math.min(batch, Math.ceil(ordered.length / atOnce)));
  await inOrder(goes, atOnce, async (rows) => {
    progress.check();
    signal.throwIfAborted();
    const prepared: Prepared[] = [];
    const settling: Promise<void>[] = [];
    try {
      for (const row of rows) prepared.push(await prepare(run, row));
      await withPaths(run, prepared, async (paths) => {
        const readIn = language ?? 'vi';
        await recogniser.recognise(paths, readIn, (index, page) =>
          settling.push(settle(prepared[index] as Prepared, page, readIn)),
        );
      });
    } finally {
      await Promise.allSettled(settling);
      await Promise.all(prepared.map((one) => one.release()));
    }
    await Promise.all(settling);
  });
  return fault;
}

/**
 * A page in shadow is cleaned before it is read: what the shadow hides is lost without a trace in the confidence. All others
 * are read as they came, at no cost, and looked at when they read badly.
 */
async function prepare(run: IngestRun, row: Page): Promise<Prepared> {
  const copy = await run.parts.objects.localCopy(row.image_key as string);
  const turn = row.turn as QuarterTurn;
  try {
    const plan = turn || (await mayLieInShadow(run, row)) ? await examine(run, copy.path) : null;
    const wanted = turn ? { ...(plan ?? turnOnly(0)), turn } : plan;
    return { row, path: copy.path, cleaned: wanted && (await clean(run, copy.path, wanted)), release: copy.release };
  } catch (error) {
    await copy.release();
    throw error;
  }
}

async function mayLieInShadow(run: IngestRun, row: Page): Promise<boolean> {
  if (!row.thumb_small_key) return true;
  const { path, release } = await run.parts.objects.localCopy(row.thumb_small_key);
  try {
    const light = await asked(run.document().ask('evenness', path));
    return light === null || light < suspectLight;
  } finally {
    await release();
  }
}

const examine = (run: IngestRun, path: string): Promise<CleanUpPlan | null> =>
  asked(run.document().ask('examinePage', path, run.parts.limits.pixels));

const clean = (run: IngestRun, path: string, plan: CleanUpPlan): Promise<CleanedPage | null> =>
  asked(run.document().ask('cleanPage', path, plan, run.parts.limits.pixels));

/** A page that cannot be cleaned is read as it is. */
async function asked<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DocumentFault) return null;
    throw error;
  }
}

/** Cleaned images as objects, and on this machine while `work` runs. */
async function withPaths(
  run: IngestRun,
  pages: readonly Pick<Prepared, 'row' | 'path' | 'cleaned'>[],
  work: (paths: string[]) => Promise<void>,
): Promise<void> {
  const { parts, file, signal } = run;
  const releases: (() => Promise<void>)[] = [];
  try {
    const paths: string[] = [];
    for (const { row, path, cleaned } of pages) {
      if (!cleaned) paths.push(path);
      else {
        const key = cleanedImageKey(file.id, file.revision, row.number);
        await parts.objects.put(key, cleaned.bytes, { signal });
        const copy = await parts.objects.localCopy(key);
        releases.push(copy.release);
        paths.push(copy.path);
      }
    }
    await work(paths);
  } finally {
    await Promise.all(releases.map((release) => release()));
  }
}

const onPage = (page: RecognisedPage, cleaned: CleanedPage, row: Page): RecognisedPage => ({
  confidence: page.confidence,
  words: page.words.map(([text, x, y, w, h, line]): PageWord => [text, ...boxOnPage([x, y, w, h], cleaned, row), line]),
});

/** Reads again what reads badly: cleaned or as it came, and turned where it hardly is text. What a person has turned stays so. */
async function betterReading(
  run: IngestRun,
  recogniser: Recogniser,
  { row, path, cleaned: given }: Prepared,
  first: Reading,
  language: RecognitionLanguage,
  readIn: RecognitionLanguage,
): Promise<Reading> {
  const quality = (reading: Reading): number => qualityOf(reading.page, language).quality;
  const better = (a: Reading, b: Reading | null): Reading => ({
    ...(b && worthOf(b.page, language) > worthOf(a.page, language) ? b : a),
    tried: true,
  });
  const again = async (plan: CleanUpPlan | null): Promise<Reading | null> => {
    const cleaned = plan && (await clean(run, path, plan));
    return plan && !cleaned ? null : read(cleaned);
  };
  const read = async (cleaned: CleanedPage | null): Promise<Reading | null> => {
    let found: Reading | null = null;
    await withPaths(run, [{ row, path, cleaned }], (paths) =>
      recogniser.recognise(paths, language, (_, page) => {
        if (!(page instanceof DocumentFault))
          found = { page: cleaned ? onPage(page, cleaned, row) : page, cleaned, tried: true };
      }),
    );
    return found;
  };
  // The language became known after the engine had begun.
  let best = (readIn !== language && (await read(given))) || first;
  if (quality(best) >= goodQuality || row.turn) return best;
  if (!first.cleaned) {
    const plan = await examine(run, path);
    if (plan) best = better(best, await again(plan));
  } else if (quality(best) < lowQuality) best = better(best, await again(null));
  // A cover or a picture has few words and is not worth four readings.
  if (first.page.words.length < 15 || quality(best) >= notText) return best;
  for (const turn of quarterTurns) {
    best = better(best, await again(turnOnly(turn)));
    if (quality(best) >= lowQuality) break;
  }
  return best;
}

function inBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size));
  return batches;
}

async function keepReading(run: IngestRun, row: Page, reading: Reading, language: RecognitionLanguage): Promise<void> {
  const { file, parts, progress, signal } = run;
  const { words } = reading.page;
  const { width, height } = row;
  const source = words.length ? 'ocr' : 'none';
  const key = wordsKey(file.id, file.revision, row.number);
  const cleanedKey = cleanedImageKey(file.id, file.revision, row.number);
  await parts.objects.put(key, encodePageWords({ width, height, source, words }), { signal });
  if (reading.cleaned) await parts.objects.put(cleanedKey, reading.cleaned.bytes, { signal });
  // What was tried and read worse, or came of an earlier reading.
  else if (reading.tried || row.cleaned_key) await parts.objects.remove(cleanedKey);
  const { confidence, syllables, quality } = qualityOf(reading.page, language);
  progress.page(row.number, {
    state: 'text',
    code: null,
    text: textOfWords(words),
    text_source: source,
    words_key: key,
    confidence,
    syllables,
    quality: words.length ? Math.round(quality * 1000) : null,
    cleaned_key: reading.cleaned ? cleanedKey : null,
  });
}
