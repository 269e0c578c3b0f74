/** A zip with fixed dates, so that the same content gives the same bytes. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import yazl from 'yazl';

const mtime = new Date(2025, 8, 5, 7, 0, 0);

/** `entries`: `[name, text or bytes, { compress } ]` in the order they are to stand. */
export async function writeZip(path, entries) {
  const zip = new yazl.ZipFile();
  for (const [name, content, options] of entries) {
    zip.addBuffer(Buffer.from(content), name, { mtime, mode: 0o100644, forceDosTimestamp: true, ...options });
  }
  const file = createWriteStream(path);
  zip.outputStream.pipe(file);
  zip.end();
  await once(file, 'finish');
}
