import { pageImageKey } from '../../../storage/objects/keys.ts';
import { addMissingPages, pageRows } from '../../../storage/metadata/ingest-rows.ts';
import { DocumentFault } from '../document-fault.ts';
import { inOrder } from '../in-order.ts';
import type { IngestRun } from '../ingest-parts.ts';
import { skipped, type StepOutcome } from '../step-outcome.ts';
import { readableOrFailed, thumbnailsOfPage } from './make-page-thumbnails.ts';

/** Page images stored at the same time as the next ones are made. */
const ahead = 8;

/** An image for every page that has none; page 1 can be read, thumbnails and all, before the second is begun. */
export async function makePageImages(run: IngestRun): Promise<StepOutcome> {
  if (!run.handler()) return skipped('kept as it is', 'format-not-read');
  const { file, parts, progress, signal } = run;
  let rows = await pageRows(parts.metadata.queries, file.id);
  // Pages that failed and are to be tried again have no row.
  if (rows.length === 0 || rows.length < file.page_count) {
    const { labels } = await run.outline();
    await progress.commit((queries) => addMissingPages(queries, file.id, labels));
    rows = await pageRows(parts.metadata.queries, file.id);
  }
  const missing = rows.filter((row) => row.state === 'waiting');
  let made = rows.length - missing.length;
  progress.step('pages', { done: made, total: rows.length });
  if (missing[0]?.number === 1) {
    const image = await imageOfPage(run, missing.shift()?.number ?? 1);
    if (image) await thumbnailsOfPage(run, { number: 1, ...image });
    progress.step('pages', { done: ++made });
    await progress.flush();
  }
  await inOrder(missing, ahead, async (row) => {
    progress.check();
    signal.throwIfAborted();
    await imageOfPage(run, row.number);
    progress.step('pages', { done: ++made });
  });
  return readableOrFailed(run);
}

/** A page that cannot be shown is marked with its code, and the book goes on. */
async function imageOfPage(run: IngestRun, number: number) {
  const { file, parts, progress, signal } = run;
  try {
    const image = await run.document().ask('pageImage', number);
    const key = image.bytes ? pageImageKey(file.id, file.revision, number, image.extension) : file.object_key;
    if (image.bytes) await parts.objects.put(key, image.bytes, { signal });
    const { width, height } = image;
    progress.page(number, { state: 'image', image_key: key, image_type: image.type, width, height, code: image.code });
    return { image_key: key, bytes: image.bytes };
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    parts.log.warn(
      { fileId: file.id, page: number, code: error.code, cause: String(error.cause ?? '') },
      'page has no image',
    );
    progress.page(number, { state: 'failed', code: error.code });
    return null;
  }
}
