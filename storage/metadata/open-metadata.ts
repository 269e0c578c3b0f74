import { join } from 'node:path';
import type { Metadata } from './database.ts';
import { openSqliteMetadata } from './sqlite-metadata.ts';

/** `url` is a postgres:// address; without one the rows lie in `folder`/library.db. */
export async function openMetadata(config: { folder: string; url: string | null }): Promise<Metadata> {
  if (config.url === null) return openSqliteMetadata(join(config.folder, 'library.db'));
  // Loaded only where it is used: a small library starts without it.
  return (await import('./postgres-metadata.ts')).openPostgresMetadata(config.url);
}
