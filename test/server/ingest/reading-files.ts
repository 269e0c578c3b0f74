import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocumentFault } from '../../../server/ingest/document-fault.ts';
import { defaultLimits, type IngestLimits } from '../../../server/ingest/ingest-limits.ts';

/** What `read` makes of a file of these bytes. */
export async function readBytes<T>(
  read: (path: string, limits: IngestLimits) => Promise<T>,
  bytes: Uint8Array,
  limits: Partial<IngestLimits> = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tu-sach-read-'));
  try {
    const path = join(folder, 'tep');
    await writeFile(path, bytes);
    return await read(path, { ...defaultLimits, ...limits });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The code with which it ends, `read` for none; errors that are no faults of the document are thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'read';
  } catch (error) {
    if (error instanceof DocumentFault) return error.code;
    throw error;
  }
}
