import type { Kysely } from 'kysely';

/** Catalogues that are harvested: their addresses, how far each was read, what came of each record, and what could not be taken. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('harvest_sources')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('school_id', 'text', (c) => c.notNull().references('organisations.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('set_spec', 'text')
    .addColumn('format', 'text', (c) => c.notNull())
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('schedule', 'text', (c) => c.notNull())
    .addColumn('next_at', 'text')
    .addColumn('granularity', 'text', (c) => c.notNull())
    .addColumn('deletions', 'text', (c) => c.notNull())
    .addColumn('listed_until', 'text')
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'text', (c) => c.notNull())
    .addColumn('removed_at', 'text')
    .execute();

  let runs = schema
    .createTable('harvest_runs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('source_id', 'text', (c) => c.notNull().references('harvest_sources.id').onDelete('cascade'))
    .addColumn('state', 'text', (c) => c.notNull());
  for (const text of ['asked_from', 'told_at', 'token', 'mark', 'seen_datestamp', 'wait_until', 'code', 'ended_at'] as const) runs = runs.addColumn(text, 'text');
  for (const count of ['whole', 'restarts', 'pages', 'taken', 'unchanged', 'deleted', 'aside', 'empty_pages', 'in_order', 'blind', 'failures'] as const)
    runs = runs.addColumn(count, 'integer', (c) => c.notNull());
  await runs
    .addColumn('list_size', 'integer')
    .addColumn('params_json', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('harvest_runs_of_source').on('harvest_runs').columns(['source_id', 'id']).execute();

  await schema.alterTable('records').addColumn('source_id', 'text').execute();
  // A school's own, without a source, are listed newest first beside however many of others.
  await schema.createIndex('records_by_source').on('records').columns(['source_id', 'state', 'published_at', 'id']).execute();

  await schema
    .createTable('harvested_records')
    .addColumn('source_id', 'text', (c) => c.notNull().references('harvest_sources.id').onDelete('cascade'))
    .addColumn('identifier', 'text', (c) => c.notNull())
    .addColumn('record_id', 'text', (c) => c.notNull().unique().references('records.id').onDelete('cascade'))
    .addColumn('datestamp', 'text')
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('gone', 'integer', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('batch_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('harvested_records_key', ['source_id', 'identifier'])
    .execute();
  await schema.createIndex('harvested_records_by_batch').on('harvested_records').column('batch_id').execute();

  await schema
    .createTable('harvest_asides')
    .addColumn('source_id', 'text', (c) => c.notNull().references('harvest_sources.id').onDelete('cascade'))
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('identifier', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('harvest_asides_key', ['source_id', 'key'])
    .execute();
}
