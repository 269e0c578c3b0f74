import type { Kysely } from 'kysely';

/** Learning platforms that open records by LTI 1.3: who they are, whom their people are here, what is under way, our keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  let platforms = schema
    .createTable('lti_platforms')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('school_id', 'text', (c) => c.notNull().references('organisations.id'));
  for (const text of [
    'name',
    'issuer',
    'client_id',
    'deployments_json',
    'authorization_endpoint',
    'token_endpoint',
    'jwks_url',
  ] as const)
    platforms = platforms.addColumn(text, 'text', (c) => c.notNull());
  await platforms
    .addColumn('site', 'text')
    .addColumn('strangers', 'text', (c) => c.notNull())
    .addColumn('trusts_teachers', 'integer', (c) => c.notNull())
    .addColumn('keeps_names', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createIndex('lti_platforms_known_as')
    .unique()
    .on('lti_platforms')
    .columns(['issuer', 'client_id'])
    .execute();

  await schema
    .createTable('lti_people')
    .addColumn('platform_id', 'text', (c) => c.notNull().references('lti_platforms.id').onDelete('cascade'))
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('person_id', 'text', (c) => c.notNull().references('people.id').onDelete('cascade'))
    .addColumn('made_as', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('lti_people_key', ['platform_id', 'subject'])
    .execute();
  await schema.createIndex('lti_people_of_person').on('lti_people').column('person_id').execute();

  await schema
    .createTable('lti_tickets')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('platform_id', 'text', (c) => c.references('lti_platforms.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (c) => c.references('people.id').onDelete('cascade'))
    .addColumn('holds_json', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('lti_tickets_by_end').on('lti_tickets').column('expires_at').execute();

  await schema
    .createTable('lti_keys')
    .addColumn('kid', 'text', (c) => c.primaryKey())
    .addColumn('private_json', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();

  await schema.alterTable('sessions').addColumn('platform_id', 'text').execute();
}
