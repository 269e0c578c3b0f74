import type { Tables } from './tables.ts';

/** A table as it is copied: its primary key gives the order, and what it refers to stands before it in the list. */
export interface LibraryTable {
  name: keyof Tables;
  key: readonly string[];
  /**
   * `library`: what a school would miss. `signed-in`: keeps people signed in and held off; carried when a library moves, left out of
   * backups, for a session that was ended must not live again. `here`: of this installation's processes, never copied.
   */
  holds: 'library' | 'signed-in' | 'here';
}

/** All tables. Kysely's own, which say what migrations have run, are not copied: a copy names its last migration and they run again. */
export const libraryTables: readonly LibraryTable[] = [
  { name: 'settings', key: ['key'], holds: 'library' },
  { name: 'organisations', key: ['id'], holds: 'library' },
  { name: 'organisation_edges', key: ['parent_id', 'child_id', 'relation', 'valid_from'], holds: 'library' },
  { name: 'people', key: ['id'], holds: 'library' },
  { name: 'sessions', key: ['id'], holds: 'signed-in' },
  { name: 'access_tokens', key: ['id'], holds: 'library' },
  { name: 'saved_searches', key: ['id'], holds: 'library' },
  { name: 'typed_queries', key: ['fold'], holds: 'library' },
  { name: 'password_resets', key: ['token_hash'], holds: 'signed-in' },
  { name: 'throttles', key: ['key'], holds: 'signed-in' },
  { name: 'terms', key: ['vocabulary', 'code'], holds: 'library' },
  { name: 'peers', key: ['id'], holds: 'library' },
  { name: 'peer_invitations', key: ['id'], holds: 'signed-in' },
  { name: 'peer_nonces', key: ['peer_id', 'nonce'], holds: 'signed-in' },
  { name: 'peer_messages', key: ['id'], holds: 'library' },
  { name: 'lti_platforms', key: ['id'], holds: 'library' },
  { name: 'lti_people', key: ['platform_id', 'subject'], holds: 'library' },
  { name: 'lti_tickets', key: ['id'], holds: 'signed-in' },
  // Platforms ask for our keys by their address: a library that is restored makes a new one, and a stolen backup signs nothing.
  { name: 'lti_keys', key: ['kid'], holds: 'signed-in' },
  { name: 'harvest_sources', key: ['id'], holds: 'library' },
  { name: 'harvest_runs', key: ['id'], holds: 'library' },
  { name: 'records', key: ['id'], holds: 'library' },
  { name: 'harvested_records', key: ['source_id', 'identifier'], holds: 'library' },
  { name: 'peer_copies', key: ['id'], holds: 'library' },
  { name: 'peer_proposals', key: ['id'], holds: 'library' },
  { name: 'withdrawal_confirmations', key: ['record_id', 'peer_id'], holds: 'library' },
  { name: 'entry_records', key: ['record_id'], holds: 'library' },
  { name: 'match_keys', key: ['key', 'record_id'], holds: 'library' },
  { name: 'match_decisions', key: ['id'], holds: 'library' },
  { name: 'match_questions', key: ['one', 'other'], holds: 'library' },
  { name: 'harvest_asides', key: ['source_id', 'key'], holds: 'library' },
  { name: 'record_changes', key: ['record_id', 'version'], holds: 'library' },
  { name: 'harvest_items', key: ['record_id'], holds: 'library' },
  { name: 'harvest_sets', key: ['spec', 'record_id'], holds: 'library' },
  { name: 'files', key: ['id'], holds: 'library' },
  { name: 'file_revisions', key: ['file_id', 'revision'], holds: 'library' },
  { name: 'file_steps', key: ['file_id', 'step'], holds: 'library' },
  { name: 'pages', key: ['file_id', 'number'], holds: 'library' },
  { name: 'jobs', key: ['id'], holds: 'library' },
  { name: 'processes', key: ['id'], holds: 'here' },
  { name: 'schedules', key: ['name'], holds: 'library' },
  { name: 'counters', key: ['name'], holds: 'library' },
  { name: 'uploads', key: ['id'], holds: 'library' },
];

export const migrationTables = ['kysely_migration', 'kysely_migration_lock'] as const;
/** Of former versions; a backup of one may have them. */
export const formerTables = ['workers'] as const;

/** Settings that say something of this installation and not of the library. */
export const marks = ['moved-to', 'arriving'] as const;

export type CopyPurpose = 'backup' | 'move';

export const tablesFor = (purpose: CopyPurpose): readonly LibraryTable[] =>
  libraryTables.filter(({ holds }) => holds === 'library' || (holds === 'signed-in' && purpose === 'move'));
