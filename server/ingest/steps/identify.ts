import { writeFileProgress } from '../../../storage/metadata/ingest-rows.ts';
import { DocumentFault } from '../document-fault.ts';
import type { IngestRun } from '../ingest-parts.ts';
import { done, failed, type StepOutcome } from '../step-outcome.ts';

/** What the file is, by its content. */
export async function identify(run: IngestRun): Promise<StepOutcome> {
  const { file, parts, progress } = run;
  try {
    const { format, mediaType } = await run.document().ask('identify', run.path, parts.limits);
    run.learnFormat({ format, mediaType });
    await progress.commit((queries) => writeFileProgress(queries, file.id, { format, media_type: mediaType }));
    return done;
  } catch (error) {
    if (error instanceof DocumentFault) return failed(error.code, error.params);
    throw error;
  }
}
