import type { Metadata } from '../../storage/metadata/database.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';
import { recordsAfter } from '../../storage/metadata/records.ts';
import { noteHarvestItem } from './harvest-noting.ts';
import { descriptionOf } from './record-writing.ts';

const filled = 'harvest-items-filled';
const rowsAtOnce = 200;

/** For a library that is older than its harvest items: all of them, once. Any number of processes may do it together. */
export async function fillHarvestItems(metadata: Metadata): Promise<void> {
  if ((await setting<boolean>(metadata.queries, filled)) === true) return;
  for (let after: string | null = ''; after !== null; ) {
    const from: string = after;
    after = await metadata.transaction(async (queries) => {
      const rows = await recordsAfter(queries, from, rowsAtOnce);
      for (const row of rows) await noteHarvestItem(queries, row, descriptionOf(row));
      return rows.length < rowsAtOnce ? null : rows.at(-1)!.id;
    });
  }
  await putSetting(metadata.queries, filled, true);
}
