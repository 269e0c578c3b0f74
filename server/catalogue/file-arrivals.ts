import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { countFilesOfRecord } from '../../storage/metadata/record-files.ts';
import { recordById } from '../../storage/metadata/records.ts';
import { termByCode } from '../../storage/metadata/terms.ts';
import { type Description, type Scope, scope as scopeSchema } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { changedDescription } from './description-input.ts';
import { checkLicence, checkLinkOnly, checkScope, defaultLicence, defaultScope } from './record-rules.ts';
import { descriptionOf, writeChange, writeDraft } from './record-writing.ts';
import { termView } from './vocabularies.ts';

/** A file that begins a record. */
export interface FileDraft {
  id: string;
  schoolId: string;
  personId: string | null;
  /** What to call it until ingest or a person knows better: the file's name. */
  title: string;
  licence?: string;
  scope?: string;
}

export interface FileChange {
  recordId: string;
  action: 'file-added' | 'file-replaced' | 'file-removed';
  personId: string | null;
  name: string;
}

export interface FileArrivals {
  /** Makes the draft record of a new file, in the transaction of the file itself. Throws term-unknown, scope-too-wide, not-valid. */
  draftRecord(queries: Queries, draft: FileDraft): Promise<void>;
  /**
   * Keeps in the record's history, in the transaction of the file itself, that a file came, went or has new bytes.
   * Throws record-not-found, link-only-licence (a published record whose licence allows no files).
   */
  fileChanged(queries: Queries, change: FileChange): Promise<void>;
}

/** What the catalogue does when files come and go. Both functions read through the transaction they are given only. */
export function fileArrivals(_metadata: Metadata, clock: () => Date = () => new Date()): FileArrivals {
  return {
    async draftRecord(queries, draft) {
      const licence = draft.licence ?? defaultLicence;
      const term = await termByCode(queries, 'licence', licence);
      checkLicence(term && termView(term), licence);
      const scope = draft.scope === undefined ? defaultScope(licence) : chosenScope(draft.scope);
      checkScope(scope, licence);
      const description = changedDescription({} as Description, { title: draft.title });
      await writeDraft(queries, draft, { description, licence, scope }, clock(), { id: draft.id, guessed: ['title'] });
    },

    async fileChanged(queries, change) {
      const record = await recordById(queries, change.recordId);
      if (!record) throw new Refusal('record-not-found');
      const removed = change.action === 'file-removed';
      if (record.state === 'published' && !removed) {
        const licence = await termByCode(queries, 'licence', record.licence);
        // Whether it is told before or after the file's row stands, the file that comes counts.
        const files = Math.max(1, await countFilesOfRecord(queries, record.id));
        checkLinkOnly(licence && termView(licence), descriptionOf(record), files);
      }
      await writeChange(queries, record, {
        action: change.action,
        personId: change.personId,
        now: clock(),
        set: {},
        changes: [{ field: 'file', before: removed ? change.name : null, after: removed ? null : change.name }],
      });
    },
  };
}

function chosenScope(text: string): Scope {
  const parsed = scopeSchema.safeParse(text);
  if (!parsed.success) throw new Refusal('not-valid', { path: 'scope' }, { cause: parsed.error });
  return parsed.data;
}
