import type { Kysely } from 'kysely';

/** What several web and worker processes of one library must agree on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  await schema.dropTable('workers').execute();
  await schema
    .createTable('processes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text', (c) => c.notNull())
    .addColumn('seen_at', 'text', (c) => c.notNull())
    .execute();

  await schema
    .createTable('schedules')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('next_at', 'text', (c) => c.notNull())
    .addColumn('last_at', 'text')
    .execute();

  await schema
    .createTable('counters')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'bigint', (c) => c.notNull())
    .execute();

  // Two web processes may be asked for the same upload at once.
  await schema.alterTable('uploads').addColumn('claimed_by', 'text').execute();
  await schema.alterTable('uploads').addColumn('claimed_until', 'text').execute();

  // Whether a job of the same key came later; the index that keeps them apart holds the queued ones alone.
  await schema.createIndex('jobs_by_key').on('jobs').columns(['key', 'id']).execute();
}
