import type { FileFormat } from '../contract/file.ts';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import type { Row } from '../../storage/metadata/tables.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { DocumentClient } from './document-client.ts';
import type { DocumentOutline, FormatHandler, Identity } from './document-protocol.ts';
import type { Guess } from './guess-description.ts';
import type { IngestLimits } from './ingest-limits.ts';
import type { IngestProgress } from './ingest-progress.ts';
import type { Recogniser } from './text-recognition/recogniser.ts';
import type { Tools } from './tools.ts';

export interface IngestLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What ingestFile works with. */
export interface IngestParts {
  metadata: Metadata;
  objects: ObjectStore;
  tools: Tools;
  limits: IngestLimits;
  log: IngestLog;
  /** In the transaction of everything that is written: throws when another worker has taken the job over. */
  checkLease?(queries: Queries): Promise<void>;
  /** The password a person gave for the file; kept nowhere by ingest. */
  passwordOf?(fileId: string): string | null | Promise<string | null>;
  /** Puts guesses into the fields of the draft that are still empty; called again when there is more to guess from. */
  describeRecord?(fileId: string, guess: Guess): Promise<void>;
}

/** One run over one file, shared by its steps. */
export interface IngestRun {
  readonly parts: IngestParts;
  readonly file: Row<'files'>;
  readonly signal: AbortSignal;
  readonly progress: IngestProgress;
  readonly password: string | null;
  /** The original's path on this machine. */
  readonly path: string;
  /** Known once `identify` has ended. */
  format(): FileFormat;
  /** Who reads such a file, or null. */
  handler(): FormatHandler | null;
  learnFormat(identity: Identity): void;
  /** The handler has looked and found nothing to show: from now on the file has none. */
  decline(): void;
  /** The process that reads the document. Its one request at a time is shared by all. */
  document(): DocumentClient;
  /** What the document says of itself, asked once a run. */
  outline(): Promise<DocumentOutline>;
  recogniser(): Recogniser | null;
}
