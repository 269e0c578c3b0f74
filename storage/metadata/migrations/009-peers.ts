import type { Kysely } from 'kysely';

/** Other installations that records, files and corrections are exchanged with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('peers')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull())
    .addColumn('former_key', 'text')
    .addColumn('knows_key', 'text', (c) => c.notNull())
    .addColumn('heard_at', 'text')
    .addColumn('reached_at', 'text')
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('code', 'text')
    .addColumn('retry_at', 'text')
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('ended_at', 'text')
    .execute();
  await schema
    .createTable('peer_invitations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('school_id', 'text', (c) => c.notNull().references('organisations.id'))
    .addColumn('code_hash', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .addColumn('peer_id', 'text')
    .execute();
  await schema
    .createTable('peer_nonces')
    .addColumn('peer_id', 'text', (c) => c.notNull().references('peers.id').onDelete('cascade'))
    .addColumn('nonce', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('peer_nonces_key', ['peer_id', 'nonce'])
    .execute();
  await schema
    .createTable('peer_messages')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('peer_id', 'text', (c) => c.notNull().references('peers.id').onDelete('cascade'))
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('message_json', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('peer_messages_of_peer').on('peer_messages').columns(['peer_id', 'key']).unique().execute();
  await schema
    .createTable('peer_copies')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('record_id', 'text', (c) => c.notNull().references('records.id').onDelete('cascade'))
    .addColumn('remote_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('file_id', 'text')
    .addColumn('code', 'text')
    .addColumn('asked_by', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('peer_copies_of_record').on('peer_copies').columns(['record_id', 'remote_id']).unique().execute();
  await schema
    .createTable('peer_proposals')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('peer_id', 'text', (c) => c.notNull().references('peers.id').onDelete('cascade'))
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('record_id', 'text', (c) => c.notNull())
    .addColumn('changes_json', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('answer', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_at', 'text')
    .execute();
  await schema.createIndex('peer_proposals_by_state').on('peer_proposals').columns(['direction', 'state', 'id']).execute();
  await schema
    .createTable('withdrawal_confirmations')
    .addColumn('record_id', 'text', (c) => c.notNull().references('records.id').onDelete('cascade'))
    .addColumn('peer_id', 'text', (c) => c.notNull().references('peers.id').onDelete('cascade'))
    .addColumn('copies', 'integer', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('withdrawal_confirmations_key', ['record_id', 'peer_id'])
    .execute();
  await schema.alterTable('harvest_sources').addColumn('peer_id', 'text').execute();
  await schema
    .alterTable('harvested_records')
    .addColumn('told_json', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute();
}
