import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { naturalOrder } from './natural-order.ts';

/** Packs page images, unsqueezed, into one book at `target`, in the natural order of their names. */
export async function zipFolder(paths: readonly string[], target: string): Promise<void> {
  const zip = new yazl.ZipFile();
  const used = new Set<string>();
  for (const path of [...paths].sort(naturalOrder)) {
    let name = basename(path).normalize('NFC');
    for (let twin = 2; used.has(name); twin++) name = `${twin}-${basename(path).normalize('NFC')}`;
    used.add(name);
    // A fixed time, so that the same folder gives the same bytes and is recognised as already held.
    zip.addFile(path, name, { compress: false, mtime: new Date(Date.UTC(2000, 0, 1)), mode: 0o100644 });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target, { flags: 'wx' }));
}
