import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metadata } from './metadata/database.ts';
import { migrate } from './metadata/migrate.ts';
import { openMetadata } from './metadata/open-metadata.ts';
import { openObjects } from './objects/open-objects.ts';
import type { ObjectStore } from './objects/object-store.ts';

export interface StorageConfig {
  /** Of this machine: rows and objects where no address is given, and copies made before a change of the tables. */
  folder: string;
  /** postgres://…; null or missing: SQLite in the folder. */
  databaseUrl?: string | null;
  /** s3+http(s)://key:secret@host:port/bucket[/prefix]; null or missing: files in the folder. */
  objectStoreUrl?: string | null;
}

export interface Storage {
  metadata: Metadata;
  objects: ObjectStore;
  /** What migrate() did at opening. */
  migrated: { applied: string[]; backup: string | null };
  close(): Promise<void>;
}

/** Opens the library (made when missing) and brings it up to this version. */
export async function openStorage(config: StorageConfig): Promise<Storage> {
  const { folder } = config;
  await mkdir(folder, { recursive: true });
  const metadata = await openMetadata({ folder, url: config.databaseUrl ?? null });
  try {
    const migrated = await migrate(metadata, join(folder, 'backups'), new Date());
    const objects = await openObjects({ folder, url: config.objectStoreUrl ?? null });
    return {
      metadata,
      objects,
      migrated,
      async close() {
        await objects.close();
        await metadata.close();
      },
    };
  } catch (error) {
    await metadata.close();
    throw error;
  }
}
