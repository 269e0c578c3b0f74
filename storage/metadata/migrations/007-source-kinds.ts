import type { Kysely } from 'kysely';

/** Sources that are no OAI-PMH: what they are, what the columns of a table mean, and by what an unchanged document is known again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('harvest_sources').addColumn('kind', 'text', (c) => c.notNull().defaultTo('oai')).execute();
  await schema.alterTable('harvest_sources').addColumn('mapping_json', 'text').execute();
  await schema.alterTable('harvest_sources').addColumn('validators_json', 'text').execute();
  await schema.alterTable('harvest_runs').addColumn('validators_json', 'text').execute();
}
