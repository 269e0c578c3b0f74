import type { Metadata } from '../../storage/metadata/database.ts';
import { concealFile, eraseFileRows } from '../../storage/metadata/files.ts';
import { isNamed } from '../../storage/metadata/object-references.ts';
import { derivedOfFile } from '../../storage/objects/keys.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';

/**
 * Files that must not be here any more: rows, page images, text, and the bytes themselves, unless another file of the library has the same.
 * For copies that their owner has taken back; what people remove can be brought back and is kept. The rows go last and cannot be found by
 * their bytes meanwhile: after a crash in the middle the same call goes on, and no new file takes over bytes that are about to go.
 */
export async function eraseFiles({ metadata, objects }: { metadata: Metadata; objects: ObjectStore }, fileIds: readonly string[]): Promise<void> {
  for (const fileId of fileIds) {
    const originals = await metadata.transaction((queries) => concealFile(queries, fileId, new Date().toISOString()));
    for await (const { key } of objects.list(derivedOfFile(fileId))) await objects.remove(key);
    for (const key of originals) if (!(await isNamed(metadata.queries, { key, fileId: null }, fileId))) await objects.remove(key);
    await metadata.transaction((queries) => eraseFileRows(queries, fileId));
  }
}
