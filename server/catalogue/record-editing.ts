import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { countFilesOfRecord } from '../../storage/metadata/record-files.ts';
import { recordChangeAt, type RecordRow, setGuessed } from '../../storage/metadata/records.ts';
import type { Authorized } from '../access/authorized.ts';
import type { Description, newRecord, recordChanges } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { changedDescription } from './description-input.ts';
import { checkLicence, checkLinkOnly, checkScope, checkTerms, defaultLicence, defaultScope } from './record-rules.ts';
import {
  currentRecord,
  describedBy,
  descriptionOf,
  guessedOf,
  type Maker,
  type Snapshot,
  writeChange,
  writeDraft,
} from './record-writing.ts';
import { loadVocabularies, type Vocabularies } from './vocabularies.ts';

/** A description becomes a draft. Throws not-valid, term-unknown, scope-too-wide. */
export async function createRecord(
  metadata: Metadata,
  maker: Maker,
  given: z.input<typeof newRecord>,
  now: Date,
  options: { id?: string; guessed?: (keyof Description)[] } = {},
): Promise<RecordRow> {
  const vocabularies = await loadVocabularies(metadata);
  return metadata.transaction((queries) => insertDraft(queries, vocabularies, maker, given, now, options));
}

/** createRecord inside the caller's transaction, for a record that comes with something else (its first file). */
export async function insertDraft(
  queries: Queries,
  vocabularies: Vocabularies,
  maker: Maker,
  given: z.input<typeof newRecord>,
  now: Date,
  options: { id?: string; guessed?: (keyof Description)[] } = {},
): Promise<RecordRow> {
  const { licence = defaultLicence, scope = defaultScope(licence), ...fields } = given;
  const description = changedDescription({} as Description, fields);
  checkTerms(vocabularies, description);
  checkLicence(vocabularies.byCode.licence.get(licence), licence);
  checkScope(scope, licence);
  return writeDraft(queries, maker, { description, licence, scope }, now, {
    id: options.id ?? uuid(),
    guessed: options.guessed ?? [],
  });
}

/**
 * Changes what is given and leaves the rest. Naming a guessed field confirms it. What changes nothing makes no version.
 * Throws StaleVersion, not-valid, term-unknown, scope-too-wide, link-only-licence (when published).
 */
export async function editRecord(
  metadata: Metadata,
  personId: string,
  authorised: Authorized<RecordRow, 'edit'>,
  changes: z.output<typeof recordChanges>,
  now: Date,
): Promise<RecordRow> {
  const vocabularies = await loadVocabularies(metadata);
  return metadata.transaction(async (queries) => {
    const record = await currentRecord(queries, authorised, changes.version, { besideFiles: true });
    const before = descriptionOf(record);
    const wanted = {
      description: changes.description ? changedDescription(before, changes.description) : before,
      licence: changes.licence ?? record.licence,
      scope: changes.scope ?? record.scope,
    };
    const confirmed = Object.keys(changes.description ?? {});
    return write(queries, vocabularies, record, wanted, { action: 'edited', personId, now, confirmed });
  });
}

/**
 * Brings description, licence and scope back as they were at version `to`, as a new version.
 * Throws StaleVersion, nothing-to-undo (no such earlier version, or it said the same), scope-too-wide, link-only-licence.
 */
export async function undoRecord(
  metadata: Metadata,
  personId: string,
  authorised: Authorized<RecordRow, 'edit'>,
  wish: { version: number; to: number },
  now: Date,
): Promise<RecordRow> {
  const vocabularies = await loadVocabularies(metadata);
  return metadata.transaction(async (queries) => {
    const record = await currentRecord(queries, authorised, wish.version, { besideFiles: true });
    const change = wish.to < record.version ? await recordChangeAt(queries, record.id, wish.to) : undefined;
    if (!change) throw new Refusal('nothing-to-undo', { to: wish.to });
    const then = JSON.parse(change.snapshot_json) as Snapshot;
    const written = await write(queries, vocabularies, record, then, {
      action: 'undone',
      personId,
      now,
      confirmed: Object.keys({ ...descriptionOf(record), ...then.description }),
      earlier: then.description,
    });
    if (written.version === record.version) throw new Refusal('nothing-to-undo', { to: wish.to });
    return written;
  });
}

async function write(
  queries: Queries,
  vocabularies: Vocabularies,
  record: RecordRow,
  wanted: Snapshot,
  change: { action: string; personId: string; now: Date; confirmed: string[]; earlier?: Description },
): Promise<RecordRow> {
  const before = descriptionOf(record);
  const licence = vocabularies.byCode.licence.get(wanted.licence);
  // Codes of the version that comes back were good when it was written.
  if (!change.earlier) checkTerms(vocabularies, wanted.description, before);
  if (wanted.licence !== record.licence && !change.earlier) checkLicence(licence, wanted.licence);
  if (wanted.licence !== record.licence || wanted.scope !== record.scope) checkScope(wanted.scope, wanted.licence);
  if (record.state === 'published')
    checkLinkOnly(licence, wanted.description, await countFilesOfRecord(queries, record.id));

  const guessed_json = JSON.stringify(guessedOf(record).filter((field) => !change.confirmed.includes(field)));
  const same = isDeepStrictEqual(wanted, { description: before, licence: record.licence, scope: record.scope });
  if (same) {
    if (guessed_json !== record.guessed_json) await setGuessed(queries, record.id, guessed_json);
    return { ...record, guessed_json };
  }
  return writeChange(queries, record, {
    action: change.action,
    personId: change.personId,
    now: change.now,
    set: { ...describedBy(wanted.description), licence: wanted.licence, scope: wanted.scope, guessed_json },
  });
}
