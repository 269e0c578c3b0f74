import { join } from 'node:path';
import type { Metadata } from './database.ts';
import { openPostgresMetadata } from './postgres-metadata.ts';
import { openSqliteMetadata } from './sqlite-metadata.ts';

/** `url` is a postgres:// address; without one the rows lie in `folder`/library.db. */
export async function openMetadata(config: { folder: string; url: string | null }): Promise<Metadata> {
  return config.url === null ? openSqliteMetadata(join(config.folder, 'library.db')) : openPostgresMetadata(config.url);
}
