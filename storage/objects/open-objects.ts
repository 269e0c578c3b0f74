import { join } from 'node:path';
import { openFilesystemStore } from './filesystem.ts';
import type { ObjectStore } from './object-store.ts';
import { openS3Store } from './s3.ts';

/** `url` is an s3+http(s)://key:secret@host:port/bucket[/prefix] address (s3-address.ts); without one the objects lie in `folder`/objects. */
export async function openObjects(config: { folder: string; url: string | null }): Promise<ObjectStore> {
  if (config.url !== null) return openS3Store(config.url, { copiesIn: join(config.folder, 'copies') });
  return openFilesystemStore(join(config.folder, 'objects'));
}
