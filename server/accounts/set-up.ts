import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import { insertOrganisation, schools } from '../../storage/metadata/organisations.ts';
import { insertPerson, type PersonWithSchool, personById } from '../../storage/metadata/people.ts';
import { hashPassword } from './passwords.ts';
import type { SetUp } from '../contract/person.ts';
import { Refusal } from '../errors.ts';
import { enqueue } from '../jobs/queue.ts';

export const defaultAccent = '#8a3b12';

/** Creates the school and its first librarian. Only an empty library can be set up; two at once: one of them. */
export async function setUpLibrary(metadata: Metadata, given: SetUp): Promise<PersonWithSchool> {
  // Looked at first as well: anybody may ask, and a hash is costly.
  if ((await schools(metadata.queries)).length > 0) throw new Refusal('already-set-up');
  const password_hash = await hashPassword(given.librarian.password, given.librarian.username);
  const now = new Date().toISOString();
  return metadata.transaction(async (queries) => {
    if ((await schools(queries)).length > 0) throw new Refusal('already-set-up');
    const schoolId = uuid();
    await insertOrganisation(queries, {
      id: schoolId,
      kind: 'school',
      code: given.school.code,
      name: given.school.name.normalize('NFC'),
      accent: defaultAccent,
      created_at: now,
    });
    const personId = uuid();
    await insertPerson(queries, {
      id: personId,
      school_id: schoolId,
      username: given.librarian.username,
      name: given.librarian.name.normalize('NFC'),
      email: null,
      role: 'librarian',
      password_hash,
      language: null,
      created_at: now,
      updated_at: now,
    });
    if (given.sample) await enqueue(queries, { kind: 'load-sample' });
    return (await personById(queries, personId))!;
  });
}
