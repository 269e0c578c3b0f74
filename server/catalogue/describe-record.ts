import { isDeepStrictEqual } from 'node:util';
import type { Metadata } from '../../storage/metadata/database.ts';
import { fileById } from '../../storage/metadata/files.ts';
import { filesOfRecords } from '../../storage/metadata/record-files.ts';
import { recordById } from '../../storage/metadata/records.ts';
import { type Description, description } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { changedDescription, isEmpty } from './description-input.ts';
import { knownTerms } from './record-rules.ts';
import { describedBy, descriptionOf, guessedOf, writeChange } from './record-writing.ts';
import { loadVocabularies, type Vocabularies } from './vocabularies.ts';

/**
 * Takes what ingest guessed from a record's first file into its draft: only fields that are empty or were guessed before, so that
 * nothing a person wrote is touched. Codes that no vocabulary has and values that are not valid are left out.
 * A file or record that has gone is no error.
 */
export async function describeRecord(
  metadata: Metadata,
  fileId: string,
  guess: { fields: Record<string, unknown> },
  now = new Date(),
): Promise<void> {
  const vocabularies = await loadVocabularies(metadata);
  await metadata.transaction(async (queries) => {
    const file = await fileById(queries, fileId);
    const record = file && (await recordById(queries, file.record_id));
    if (!record || file.removed_at !== null || record.state !== 'draft' || record.deleted_at !== null) return;
    const [first] = await filesOfRecords(queries, [record.id]);
    if (first?.id !== fileId) return;

    const before = descriptionOf(record);
    const guessed = new Set(guessedOf(record));
    let after = before;
    for (const [field, value] of Object.entries(guess.fields)) {
      if (!Object.hasOwn(description.shape, field)) continue;
      if (!isEmpty(before[field as keyof Description]) && !guessed.has(field)) continue;
      const next = withGuess(vocabularies, after, field, value);
      if (!next || isEmpty(next[field as keyof Description])) continue;
      after = next;
      guessed.add(field);
    }
    if (isDeepStrictEqual(after, before)) return;
    await writeChange(queries, record, {
      action: 'edited',
      personId: null,
      now,
      set: { ...describedBy(after), guessed_json: JSON.stringify([...guessed]) },
    });
  });
}

function withGuess(vocabularies: Vocabularies, before: Description, field: string, value: unknown): Description | null {
  try {
    return changedDescription(before, { [field]: knownTerms(vocabularies, field, value) });
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
