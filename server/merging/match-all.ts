import type { Metadata } from '../../storage/metadata/database.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';
import { recordsAfter } from '../../storage/metadata/records.ts';
import type { JobOutcome } from '../jobs/job-kinds.ts';
import { enqueue } from '../jobs/queue.ts';
import { matchRecords } from './entry-matching.ts';
import { formVersion } from './match-form.ts';

const key = 'match-all';
const rowsAtOnce = 200;
/** Gives way to what people do in between. */
const sliceMs = 20_000;

/** How far records have been compared by the rules of which version. */
interface Compared {
  version: number;
  /** Null: all. */
  after: string | null;
}

/** Asks for all records to be compared where that was done by older rules, or never. */
export async function matchWhatIsOld(metadata: Metadata): Promise<void> {
  const compared = await setting<Compared>(metadata.queries, key);
  if (compared?.version === formVersion && compared.after === null) return;
  await metadata.transaction((queries) => enqueue(queries, { kind: 'match-all' }));
}

/** Compares all records, from where it was left. Throws the signal's reason. */
export async function matchAll(metadata: Metadata, signal: AbortSignal): Promise<JobOutcome> {
  const compared = await setting<Compared>(metadata.queries, key);
  let after: string | null = compared?.version === formVersion ? compared.after : '';
  const deadline = performance.now() + sliceMs;
  while (after !== null) {
    if (performance.now() > deadline) {
      await metadata.transaction((queries) => enqueue(queries, { kind: 'match-all' }));
      break;
    }
    const rows = await recordsAfter(metadata.queries, after, rowsAtOnce);
    await matchRecords(
      metadata,
      rows.map(({ id }) => id),
      signal,
    );
    after = rows.length < rowsAtOnce ? null : rows.at(-1)!.id;
    await putSetting(metadata.queries, key, { version: formVersion, after } satisfies Compared);
  }
  return { state: 'done' };
}
