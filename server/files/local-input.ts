import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { zipFolder } from '../ingest/images/zip-folder.ts';

/** Something on this machine that becomes one file of the library. */
export type LocalInput = { kind: 'file'; path: string } | { kind: 'image-folder'; path: string; images: string[] };

const imageName = /\.(jpe?g|png|webp|tiff?)$/i;
/** What systems leave lying about in folders. */
const clutter = /^(\..*|Thumbs\.db|desktop\.ini|__MACOSX)$/i;

/**
 * The inputs under a path: a file; a folder whose files are all images, and at least two, is one book; any other folder, what lies in it.
 * Links are not followed. Throws when the path cannot be read.
 */
export async function localInputs(path: string): Promise<LocalInput[]> {
  const found = await stat(path);
  if (found.isFile()) return [{ kind: 'file', path }];
  if (!found.isDirectory()) return [];
  const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => !clutter.test(entry.name)).sort((a, b) => a.name.localeCompare(b.name, 'vi', { numeric: true }));
  const files = entries.filter((entry) => entry.isFile());
  if (files.length > 1 && files.length === entries.length && files.every((entry) => imageName.test(entry.name)))
    return [{ kind: 'image-folder', path, images: files.map((entry) => join(path, entry.name)) }];
  const inputs: LocalInput[] = [];
  for (const entry of entries) {
    if (entry.isFile()) inputs.push({ kind: 'file', path: join(path, entry.name) });
    else if (entry.isDirectory()) inputs.push(...(await localInputs(join(path, entry.name))));
  }
  return inputs;
}

/** Opens an input for receive(). `release` removes what was made on the way. */
export async function openLocalInput(input: LocalInput): Promise<{ name: string; body: Readable; release(): Promise<void> }> {
  if (input.kind === 'file') return { name: basename(input.path), body: createReadStream(input.path, { highWaterMark: 1024 * 1024 }), release: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'tu-sach-'));
  const release = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const target = join(folder, 'book.zip');
    await zipFolder(input.images, target);
    return { name: `${basename(input.path)}.zip`, body: createReadStream(target, { highWaterMark: 1024 * 1024 }), release };
  } catch (error) {
    await release();
    throw error;
  }
}
