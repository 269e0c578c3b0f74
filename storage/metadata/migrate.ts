import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Migrator } from 'kysely';
import type { Metadata } from './database.ts';
import { migrations } from './migrations/all.ts';

/**
 * Brings an older library up to this version. Before the first change to a library that holds anything, writes a copy into
 * `backups` (named for the last migration it had) and answers its path.
 * Throws when the library was made by a newer version, or when a migration fails (the copy stays).
 */
export async function migrate(metadata: Metadata, backups: string, now: Date, steps = migrations): Promise<Migrated> {
  // Web, worker and command line may start together on one folder: one of them migrates, the others wait and find it done.
  const release = await metadata.lock('migrate');
  try {
    return await migrateAlone(metadata, backups, now, steps);
  } finally {
    await release();
  }
}

export interface Migrated {
  applied: string[];
  backup: string | null;
}

/** A copy made before a change: SQLite's is a library of its own, PostgreSQL's is JSON lines (postgres-copy.ts). */
const copySuffix: Record<Metadata['kind'], string> = { sqlite: 'db', postgres: 'jsonl.gz' };

const migrateAlone = (metadata: Metadata, backups: string, now: Date, steps: typeof migrations): Promise<Migrated> =>
  metadata.changeTables(async (queries, schema) => {
    const migrator = new Migrator({
      db: queries,
      provider: { getMigrations: async () => steps },
      // 003 and 004 came after 005 had run in some libraries; each touches tables of its own.
      allowUnorderedMigrations: true,
      ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    });
    const known = await migrator.getMigrations();
    const pending = known.filter((migration) => !migration.executedAt);
    if (pending.length === 0) return { applied: [], backup: null };

    let backup: string | null = null;
    const last = known.filter((migration) => migration.executedAt).at(-1);
    if (last) {
      mkdirSync(backups, { recursive: true });
      backup = join(backups, `before-${pending[0]!.name}-${now.toISOString().replaceAll(/[:.]/g, '-')}.${copySuffix[metadata.kind]}`);
      if (!existsSync(backup)) await metadata.backupTo(backup);
    }
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw error;
    return { applied: (results ?? []).map((result) => result.migrationName), backup };
  });
