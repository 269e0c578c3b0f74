import type { Kysely } from 'kysely';

/** How well each page was recognised, what it was recognised from, and what a librarian says of both. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('pages').addColumn('syllables', 'real').execute();
  await schema.alterTable('pages').addColumn('quality', 'integer').execute();
  await schema.alterTable('pages').addColumn('cleaned_key', 'text').execute();
  await schema.alterTable('pages').addColumn('turn', 'integer', (c) => c.notNull().defaultTo(0)).execute();
  await schema.alterTable('pages').addColumn('checked_at', 'text').execute();
  await schema.alterTable('files').addColumn('recognition_language', 'text').execute();
  // The pages that a person should look at, worst first.
  await schema.createIndex('pages_by_quality').on('pages').columns(['quality', 'file_id', 'number']).execute();
}
