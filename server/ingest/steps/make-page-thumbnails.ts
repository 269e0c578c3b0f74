import { thumbnailKey } from '../../../storage/objects/keys.ts';
import { pageRows } from '../../../storage/metadata/ingest-rows.ts';
import type { RefusalCode } from '../../errors.ts';
import { DocumentFault } from '../document-fault.ts';
import { inOrder } from '../in-order.ts';
import type { IngestRun } from '../ingest-parts.ts';
import { doneInSpiteOf, failed, skipped, type StepOutcome } from '../step-outcome.ts';

const ahead = 8;

/** Both thumbnails of every page that has an image, from one decode a page. */
export async function makePageThumbnails(run: IngestRun): Promise<StepOutcome> {
  const { file, parts, progress, signal } = run;
  const rows = (await pageRows(parts.metadata.queries, file.id)).filter((row) => row.image_key);
  if (rows.length === 0) return skipped('no page images', 'format-not-read');
  const missing = rows.filter((row) => !row.thumb_small_key || !row.thumb_large_key);
  let made = rows.length - missing.length;
  progress.step('thumbnails', { done: made, total: rows.length });
  await inOrder(missing, ahead, async (row) => {
    progress.check();
    signal.throwIfAborted();
    await thumbnailsOfPage(run, { number: row.number, image_key: row.image_key as string, bytes: null });
    progress.step('thumbnails', { done: ++made });
  });
  return readableOrFailed(run);
}

/** A book of which no page can be shown has failed, with the code of its first page; else the first fault is told. */
export async function readableOrFailed({ file, parts, progress }: IngestRun): Promise<StepOutcome> {
  await progress.flush();
  const rows = await pageRows(parts.metadata.queries, file.id);
  const code = (rows.find((row) => row.code)?.code ?? null) as RefusalCode | null;
  return rows.some((row) => row.image_key) ? doneInSpiteOf(code) : failed(code ?? 'document-has-no-pages');
}

/** A page whose image cannot be decoded is shown to nobody: it fails with the code. */
export async function thumbnailsOfPage(
  run: IngestRun,
  page: { number: number; image_key: string; bytes: Uint8Array | null },
): Promise<void> {
  const { file, parts, progress, signal } = run;
  const copy = page.bytes ? null : await parts.objects.localCopy(page.image_key);
  try {
    const source = copy?.path ?? (page.bytes as Uint8Array);
    const { small, large } = await run.document().ask('thumbnails', source, parts.limits.pixels);
    const keys = (['small', 'large'] as const).map((size) => thumbnailKey(file.id, file.revision, page.number, size));
    await Promise.all([
      parts.objects.put(keys[0] as string, small, { signal }),
      parts.objects.put(keys[1] as string, large, { signal }),
    ]);
    progress.page(page.number, { thumb_small_key: keys[0], thumb_large_key: keys[1] });
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    parts.log.warn({ fileId: file.id, page: page.number, code: error.code }, 'page image cannot be decoded');
    progress.page(page.number, { state: 'failed', code: error.code, image_key: null, image_type: null });
  } finally {
    await copy?.release();
  }
}
