import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry as ZipEntry, openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { isInnerPath, manifestName } from './backup-format.ts';
import type { BackupReader, BackupWriter } from './backup-place.ts';
import { KeepingFault } from './keeping-fault.ts';
import { measured } from './streams.ts';

/** Entries are held in memory while a zip is written or read, about 300 bytes each; a larger library goes into a folder. */
const mostEntries = 5_000_000;
const longestManifest = 50_000_000;

/** A backup in one zip file, stored, not compressed: pictures and PDFs do not shrink. Written beside its name and renamed at the end. */
export async function openZipWriter(path: string): Promise<BackupWriter> {
  const partial = `${path}.partial`;
  const zip = new ZipFile();
  const out = createWriteStream(partial, { flush: true });
  await once(out, 'open');
  const broken = new AbortController();
  const written = pipeline(zip.outputStream, out);
  written.catch((error: unknown) => broken.abort(error));
  zip.on('error', (error: unknown) => {
    broken.abort(error);
    out.destroy(error instanceof Error ? error : undefined);
  });
  const options = { compress: false, mtime: new Date(), forceDosTimestamp: true };
  let turn: Promise<unknown> = Promise.resolve();

  /** Entries stand one behind the other: each is opened when the one before has been written. */
  function append<T>(name: string, read: () => Promise<Readable>, passed: ((bytes: number) => void) | undefined, made: (size: number, sha256: string) => T): Promise<T> {
    const mine = turn.then(async () => {
      broken.signal.throwIfAborted();
      const { body, size, sha256 } = measured(await read(), passed);
      const ended = once(body, 'end', { signal: broken.signal });
      zip.addReadStream(body, name, options);
      await ended.catch((error: unknown) => {
        body.destroy();
        throw broken.signal.aborted ? broken.signal.reason : error;
      });
      return made(size(), sha256());
    });
    turn = mine.catch(() => {});
    return mine;
  }

  return {
    atOnce: 1,
    // What an earlier round of this run has put is in the file.
    has: async ({ path: inner }) => inner !== null,
    held: async () => null,
    putObject: (key, read, passed) => append(`objects/${key}`, read, passed, (size, sha256) => ({ path: `objects/${key}`, size, sha256 })),
    putFile: (name, from) => append(`rows/${name}`, async () => (await open(from, 'r')).createReadStream(), undefined, () => `rows/${name}`),
    async finish(manifest) {
      await turn;
      zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), manifestName, options);
      zip.end();
      await written;
      await rename(partial, path);
    },
    async abandon() {
      out.destroy();
      await written.catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

const damaged = (what: string, cause?: unknown): KeepingFault => new KeepingFault('backup-damaged', { what }, { cause });

/** Whoever made the file may be hostile: names that lead out, packed or overlapping entries and doubles are refused before any is read. */
export async function openZipReader(path: string): Promise<BackupReader> {
  const { size: fileSize } = await stat(path);
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true }).catch((error: unknown) => {
    throw damaged('zip', error);
  });
  const entries = new Map<string, { relativeOffsetOfLocalHeader: number; compressedSize: number }>();
  try {
    if (zip.entryCount > mostEntries) throw new KeepingFault('backup-unsafe', { what: `${zip.entryCount} entries` });
    let sum = 0;
    for await (const entry of zip.eachEntry()) {
      const { fileName, relativeOffsetOfLocalHeader, compressedSize, uncompressedSize } = entry;
      const plain = entry.compressionMethod === 0 && !entry.isEncrypted() && compressedSize === uncompressedSize;
      if (!isInnerPath(fileName) || !plain || entries.has(fileName)) throw new KeepingFault('backup-unsafe', { what: JSON.stringify(fileName).slice(0, 200) });
      sum += compressedSize;
      if (sum > fileSize) throw new KeepingFault('backup-unsafe', { what: 'entries that lie over each other' });
      entries.set(fileName, { relativeOffsetOfLocalHeader, compressedSize });
    }
  } catch (error) {
    zip.close();
    if (error instanceof KeepingFault) throw error;
    if (error instanceof Error && /invalid relative path|absolute path|invalid characters/.test(error.message)) throw new KeepingFault('backup-unsafe', { what: error.message.slice(0, 200) });
    throw damaged('zip', error);
  }

  const found = (inner: string): { relativeOffsetOfLocalHeader: number; compressedSize: number } => {
    const entry = entries.get(inner);
    if (!entry) throw new KeepingFault('backup-incomplete', { what: inner });
    return entry;
  };
  async function read(inner: string): Promise<Readable> {
    const entry = found(inner);
    try {
      const { fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry as ZipEntry, { minimal: true });
      if (start + entry.compressedSize > fileSize) throw damaged(inner);
      // Stored bytes need no unpacking.
      return entry.compressedSize === 0 ? Readable.from([]) : createReadStream(path, { start, end: start + entry.compressedSize - 1, highWaterMark: 256 * 1024 });
    } catch (error) {
      throw damaged(inner, error);
    }
  }
  return {
    async manifest() {
      if (found(manifestName).compressedSize > longestManifest) throw new KeepingFault('backup-unsafe', { what: manifestName });
      return text(await read(manifestName));
    },
    read,
    size: async (inner) => found(inner).compressedSize,
    close: async () => zip.close(),
  };
}
