import type { IngestStepName } from '../contract/file.ts';
import { addToCounters } from '../../storage/metadata/counters.ts';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import {
  checkCurrentFile,
  type PageChanges,
  type StepChanges,
  writeFileProgress,
  writePage,
  writeStep,
} from '../../storage/metadata/ingest-rows.ts';
import type { Row } from '../../storage/metadata/tables.ts';

/** Commits cost an fsync: four a second are enough for a progress bar. */
const flushMilliseconds = 250;
/** Every worker adds to the same row: seldom enough that they do not wait for each other, often enough for pages a second. */
const countMilliseconds = 5_000;

/** Writes of one run, gathered. After an object is stored its page row follows with the next flush. */
export interface IngestProgress {
  page(number: number, changes: PageChanges): void;
  step(step: IngestStepName, changes: StepChanges): void;
  /** Everything gathered so far is on disk when it resolves. Throws FileSuperseded, or the database's error. */
  flush(): Promise<void>;
  /** Throws what a flush in the background has met. */
  check(): void;
  /** What is gathered, then `work`, in one transaction that holds only while the file is still this one. */
  commit<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Ends the timer; what is gathered is dropped. Waits for a flush under way. */
  close(): Promise<void>;
}

/** `notCounted`: the library's sum of pages read could not be added to; the reading goes on. */
export function openProgress(
  metadata: Metadata,
  file: Pick<Row<'files'>, 'id' | 'revision'>,
  notCounted: (error: unknown) => void,
  checkLease?: (queries: Queries) => Promise<void>,
): IngestProgress {
  let pages = new Map<number, PageChanges>();
  let steps = new Map<IngestStepName, StepChanges>();
  let timer: NodeJS.Timeout | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let fault: unknown = null;
  let closed = false;
  let read = 0;
  let countedAt = Date.now();

  function later(): void {
    if (timer || closed) return;
    timer = setTimeout(() => {
      flush().catch((error: unknown) => {
        fault ??= error;
      });
    }, flushMilliseconds);
  }

  function commit<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    if (timer) clearTimeout(timer);
    timer = null;
    const mine = turn.then(() => {
      // What that flush had gathered is lost: to go on would end the file with pages missing.
      if (fault) throw fault;
      const [somePages, someSteps] = [pages, steps];
      [pages, steps] = [new Map(), new Map()];
      return metadata
        .transaction(async (queries) => {
          await checkCurrentFile(queries, file);
          await checkLease?.(queries);
          for (const [number, changes] of somePages) await writePage(queries, file.id, number, changes);
          for (const [step, changes] of someSteps) await writeStep(queries, file.id, step, changes);
          await writeFileProgress(queries, file.id, {});
          return work(queries);
        })
        .then(async (answer) => {
          read += [...somePages.values()].filter(({ state }) => state === 'text').length;
          if (Date.now() - countedAt >= countMilliseconds) await countPages();
          return answer;
        });
    });
    turn = mine.catch(() => {});
    return mine;
  }

  const flush = (): Promise<void> => commit(async () => {});

  async function countPages(): Promise<void> {
    const pages = read;
    read = 0;
    countedAt = Date.now();
    if (pages > 0) await addToCounters(metadata.queries, { 'ingest-pages': pages }).catch(notCounted);
  }

  return {
    page(number, changes) {
      pages.set(number, { ...pages.get(number), ...changes });
      later();
    },
    step(step, changes) {
      steps.set(step, { ...steps.get(step), ...changes });
      later();
    },
    flush,
    check() {
      if (fault) throw fault;
    },
    commit,
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await turn;
      await countPages();
    },
  };
}
