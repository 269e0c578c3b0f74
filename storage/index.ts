import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Metadata, openMetadata } from './metadata/database.ts';
import { migrate } from './metadata/migrate.ts';
import { openFilesystemStore } from './objects/filesystem.ts';
import type { ObjectStore } from './objects/object-store.ts';

export interface Storage {
  metadata: Metadata;
  objects: ObjectStore;
  /** What migrate() did at opening. */
  migrated: { applied: string[]; backup: string | null };
  close(): Promise<void>;
}

/** Opens the library in `folder` (made when missing) and brings it up to this version. */
export async function openStorage(config: { folder: string }): Promise<Storage> {
  await mkdir(config.folder, { recursive: true });
  const metadata = await openMetadata(join(config.folder, 'library.db'));
  try {
    const migrated = await migrate(metadata, join(config.folder, 'backups'), new Date());
    const objects = await openFilesystemStore(join(config.folder, 'objects'));
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
