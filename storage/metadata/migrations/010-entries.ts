import type { Kysely } from 'kysely';

/** Which records are one entry of the catalogue, by what they say and by what people decided. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('entry_records')
    .addColumn('record_id', 'text', (c) => c.primaryKey().references('records.id').onDelete('cascade'))
    .addColumn('entry_id', 'text', (c) => c.notNull())
    .addColumn('printing', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('entry_records_by_entry').on('entry_records').columns(['entry_id', 'record_id']).execute();
  await schema
    .createTable('match_keys')
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('record_id', 'text', (c) => c.notNull().references('records.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('match_keys_key', ['key', 'record_id'])
    .execute();
  await schema.createIndex('match_keys_of_record').on('match_keys').column('record_id').execute();
  await schema
    .createTable('match_decisions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('one', 'text', (c) => c.notNull().references('records.id').onDelete('cascade'))
    .addColumn('other', 'text', (c) => c.notNull().references('records.id').onDelete('cascade'))
    .addColumn('decision', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('person_id', 'text')
    .addColumn('school_id', 'text', (c) => c.notNull())
    .addColumn('forms_json', 'text', (c) => c.notNull())
    .addColumn('signature', 'text', (c) => c.notNull())
    .addColumn('undone_at', 'text')
    .execute();
  await schema.createIndex('match_decisions_of_one').on('match_decisions').column('one').execute();
  await schema.createIndex('match_decisions_of_other').on('match_decisions').column('other').execute();
  await schema
    .createTable('match_questions')
    .addColumn('one', 'text', (c) => c.notNull().references('records.id').onDelete('cascade'))
    .addColumn('other', 'text', (c) => c.notNull().references('records.id').onDelete('cascade'))
    .addColumn('score', 'real', (c) => c.notNull())
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('reasons_json', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('match_questions_key', ['one', 'other'])
    .execute();
  await schema.createIndex('match_questions_of_other').on('match_questions').column('other').execute();
  await schema.createIndex('match_questions_by_score').on('match_questions').columns(['score', 'one', 'other']).execute();
}
