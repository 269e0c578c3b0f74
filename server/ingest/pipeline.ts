import type { IngestStepName } from '../contract/file.ts';
import type { IngestRun } from './ingest-parts.ts';
import type { StepOutcome } from './step-outcome.ts';
import { describe } from './steps/describe.ts';
import { identify } from './steps/identify.ts';
import { makePageThumbnails } from './steps/make-page-thumbnails.ts';
import { makePageImages } from './steps/make-page-images.ts';
import { readPageTexts } from './steps/read-page-texts.ts';

export interface IngestStep {
  name: IngestStepName;
  /** May run again at any time, and does only what is missing. */
  run(run: IngestRun): Promise<StepOutcome>;
}

/** In this order; `index`, the last of contract/file.ingestSteps, is the commit that ends a run. */
export const pipeline: readonly IngestStep[] = [
  { name: 'identify', run: identify },
  { name: 'describe', run: describe },
  { name: 'pages', run: makePageImages },
  { name: 'thumbnails', run: makePageThumbnails },
  { name: 'text', run: readPageTexts },
];
