import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Entry, Manifest } from './backup-format.ts';

/** Where a backup is written to. Until `finish` has ended, what was there before stands as it was. */
export interface BackupWriter {
  /** Objects that may be put at the same time. */
  atOnce: number;
  /** Whether the bytes of an entry of the former backup are there. */
  has(entry: Pick<Entry, 'path' | 'size'>): Promise<boolean>;
  /** Where bytes with this hash lie already; null where they do not, or where it is not known. */
  held(sha256: string, size: number): Promise<string | null>;
  putObject(key: string, read: () => Promise<Readable>, passed: (bytes: number) => void): Promise<{ path: string; size: number; sha256: string }>;
  /** Puts a file of this machine and answers where it lies in the backup. */
  putFile(name: string, from: string): Promise<string>;
  finish(manifest: Manifest, entries: AsyncIterable<Entry>): Promise<void>;
  /** Removes what this run has left behind, as far as the former backup does not name it. */
  abandon(): Promise<void>;
}

/** Paths are inner ones (backup-format.ts). A reader never leads out of the backup. Throws KeepingFault. */
export interface BackupReader {
  manifest(): Promise<string>;
  read(path: string): Promise<Readable>;
  /** Null when it is no file. Throws backup-incomplete when there is nothing. */
  size(path: string): Promise<number | null>;
  close(): Promise<void>;
}

/** A name that ends in .zip is a file, and so is a file that is there; everything else is a folder. */
export async function isFileBackup(at: string): Promise<boolean> {
  const found = await stat(at).catch(() => null);
  return found ? found.isFile() : /\.zip$/i.test(at);
}
