import type { Kysely } from 'kysely';

/**
 * What other repositories may know of each record, and since when: rows outlive their records, for what was once shown stays known as
 * deleted (OAI-PMH 2.0 section 2.5.1, persistent). Filled by the catalogue; the first time by `npm start`, which finds it empty.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('harvest_items')
    .addColumn('record_id', 'text', (c) => c.primaryKey())
    .addColumn('school_id', 'text', (c) => c.notNull())
    .addColumn('datestamp', 'text', (c) => c.notNull())
    .addColumn('in_public', 'integer', (c) => c.notNull())
    .addColumn('in_sector', 'integer', (c) => c.notNull())
    .addColumn('was_public', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('harvest_items_by_datestamp').on('harvest_items').columns(['datestamp', 'record_id']).execute();
  await schema
    .createTable('harvest_sets')
    .addColumn('spec', 'text', (c) => c.notNull())
    .addColumn('record_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('harvest_sets_key', ['spec', 'record_id'])
    .execute();
  await schema.createIndex('harvest_sets_by_record').on('harvest_sets').column('record_id').execute();
}
