import { setMaxListeners } from 'node:events';
import type { FileFormat } from '../contract/file.ts';
import type { Row } from '../../storage/metadata/tables.ts';
import { type DocumentClient, openDocumentClient } from './document-client.ts';
import type { DocumentOutline, DocumentSource, Identity } from './document-protocol.ts';
import { handlerOf } from './formats/all-formats.ts';
import type { IngestParts, IngestRun } from './ingest-parts.ts';
import { openProgress } from './ingest-progress.ts';
import { openRecogniser } from './text-recognition/open-recogniser.ts';
import type { Recogniser } from './text-recognition/recogniser.ts';

/** Images decoded for pages, by file; only tests ask. */
export interface IngestCounts {
  decodes: number;
  processes: number;
}

let lastCounts: IngestCounts = { decodes: 0, processes: 0 };
/** What the last run that ended in this process has cost. */
export const countsOfLastRun = (): IngestCounts => lastCounts;

/** Everything a run opens; `close` ends the processes, whatever they are doing, and releases the original. */
export async function openRun(
  parts: IngestParts,
  file: Row<'files'>,
  signal: AbortSignal,
): Promise<{ run: IngestRun; close(): Promise<void> }> {
  // Every object that is being stored listens.
  setMaxListeners(100, signal);
  const notCounted = (error: unknown): void =>
    parts.log.warn({ fileId: file.id, err: error }, 'pages read not counted');
  const progress = openProgress(parts.metadata, file, notCounted, parts.checkLease);
  const password = (await parts.passwordOf?.(file.id)) ?? null;
  const copy = await parts.objects.localCopy(file.object_key);
  let identity = file.format ? { format: file.format as FileFormat, mediaType: file.media_type } : null;
  let declined = false;
  let client: DocumentClient | null = null;
  let outline: Promise<DocumentOutline> | null = null;
  let recogniser: Recogniser | null | undefined;

  const known = (): Identity => {
    if (!identity) throw new Error('the format is not known yet');
    return identity;
  };
  const document = (): DocumentClient => {
    const source = (): DocumentSource => ({
      path: copy.path,
      ...known(),
      name: file.name,
      password,
      limits: parts.limits,
    });
    client ??= openDocumentClient(source, parts.limits, parts.tools.environment, signal);
    return client;
  };

  return {
    run: {
      parts,
      file,
      signal,
      progress,
      password,
      path: copy.path,
      format: () => known().format,
      handler: () => (declined ? null : handlerOf(known().format, known().mediaType)),
      decline() {
        declined = true;
      },
      learnFormat(found) {
        identity = found;
      },
      document,
      outline: () => (outline ??= document().open()),
      recogniser: () => (recogniser ??= openRecogniser(parts.tools, parts.limits, signal)),
    },
    async close() {
      lastCounts = client?.counts() ?? { decodes: 0, processes: 0 };
      await Promise.all([client?.close(), recogniser?.close()]);
      await progress.close();
      await copy.release();
    },
  };
}
