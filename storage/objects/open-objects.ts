import { join } from 'node:path';
import { openFilesystemStore } from './filesystem.ts';
import type { ObjectStore } from './object-store.ts';

/** `url` is an s3+http(s)://key:secret@host:port/bucket[/prefix] address; without one the objects lie in `folder`/objects. */
export async function openObjects(config: { folder: string; url: string | null }): Promise<ObjectStore> {
  if (config.url !== null) throw new Error('OBJECT_STORE_URL is not served yet');
  return openFilesystemStore(join(config.folder, 'objects'));
}
