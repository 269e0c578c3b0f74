import type { Kysely } from 'kysely';

/** Searches that people keep, and how often which words were searched for: counted by week, of nobody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('saved_searches')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('person_id', 'text', (c) => c.notNull().references('people.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('query', 'text', (c) => c.notNull())
    .addColumn('alerts', 'integer', (c) => c.notNull())
    .addColumn('feed_token', 'text', (c) => c.unique())
    .addColumn('seen_at', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('saved_searches_of_person').on('saved_searches').columns(['person_id', 'id']).execute();

  await schema
    .createTable('typed_queries')
    .addColumn('fold', 'text', (c) => c.primaryKey())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('week', 'text', (c) => c.notNull())
    .execute();
}
