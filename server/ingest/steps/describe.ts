import { addMissingPages, writeFileProgress } from '../../../storage/metadata/ingest-rows.ts';
import { termsByVocabulary } from '../ingest-terms.ts';
import { DocumentFault } from '../document-fault.ts';
import type { DocumentOutline } from '../document-protocol.ts';
import { guessDescription } from '../guess-description.ts';
import type { IngestRun } from '../ingest-parts.ts';
import { done, doneInSpiteOf, failed, skipped, stopped, type StepOutcome } from '../step-outcome.ts';

const forAPerson = new Set(['document-needs-password', 'document-password-wrong']);

/** What the file says of itself: its pages and their labels, its contents, and guesses for the draft record. */
export async function describe(run: IngestRun): Promise<StepOutcome> {
  const { file, progress } = run;
  if (!run.handler()) {
    await guess(run, {}, '');
    return done;
  }
  let outline: DocumentOutline;
  try {
    outline = await run.outline();
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    await guess(run, {}, '');
    if (error.code === 'format-not-read') {
      run.decline();
      return skipped('nothing to show', error.code);
    }
    return forAPerson.has(error.code) ? stopped(error.code, error.params) : failed(error.code, error.params);
  }
  const { labels, contents, metadata, firstPageText, softCode } = outline;
  await progress.commit(async (queries) => {
    await addMissingPages(queries, file.id, labels);
    await writeFileProgress(queries, file.id, { page_count: labels.length, contents_json: JSON.stringify(contents) });
  });
  await guess(run, metadata, firstPageText);
  return doneInSpiteOf(softCode);
}

export async function guess(
  run: IngestRun,
  metadata: DocumentOutline['metadata'],
  firstPageText: string,
): Promise<void> {
  const { file, parts } = run;
  if (!parts.describeRecord) return;
  const terms = await termsByVocabulary(parts.metadata.queries);
  await parts.describeRecord(file.id, guessDescription({ name: file.name, metadata, firstPageText, terms }));
}
