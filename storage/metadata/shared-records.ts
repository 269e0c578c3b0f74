import type { Queries } from './database.ts';
import { oaiInstant } from './harvest-items.ts';
import type { RecordRow } from './records.ts';

/** Records that others may know of, in the order of their ids, for reading all of them without holding them. */
export const sharedRecordsAfter = (queries: Queries, after: string, limit: number): Promise<RecordRow[]> =>
  queries
    .selectFrom('harvest_items')
    .innerJoin('records', 'records.id', 'harvest_items.record_id')
    .selectAll('records')
    .where('harvest_items.record_id', '>', after)
    .where('in_sector', '=', 1)
    .orderBy('harvest_items.record_id')
    .limit(limit)
    .execute();

/**
 * Every record that others were ever told of and whose standing or words were written since: its version now, null where it is gone, and
 * whether (1) others may still know it.
 * Items are dated ahead of their transactions (harvest-items.ts), so none that ends after `since` is older.
 */
export const sharedVersionsSince = (queries: Queries, since: Date): Promise<{ id: string; version: number | null; shared: number }[]> =>
  queries
    .selectFrom('harvest_items')
    .leftJoin('records', 'records.id', 'harvest_items.record_id')
    .select(['harvest_items.record_id as id', 'records.version as version', 'in_sector as shared'])
    .where('datestamp', '>=', oaiInstant(since))
    .execute();
