import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { activePeople, insertPerson, type PersonWithSchool, personById, personByUsername, setPassword, updatePerson } from '../../storage/metadata/people.ts';
import { deleteCredentials, deleteOtherSessions, personOfReset, takeReset } from '../../storage/metadata/sessions.ts';
import type { newPerson, personChanges } from '../contract/person.ts';
import { Refusal } from '../errors.ts';
import { hashPassword, pronounceablePassword } from './passwords.ts';

interface WithPassword {
  person: PersonWithSchool;
  /** Null when the caller chose it. */
  password: string | null;
}

async function present(queries: Queries, id: string): Promise<PersonWithSchool> {
  const person = await personById(queries, id);
  if (!person) throw new Refusal('not-found');
  return person;
}

/** Makes an account in a school. Without a password one is made up, to be changed at the first sign-in. */
export async function addPerson(metadata: Metadata, schoolId: string, given: z.output<typeof newPerson>): Promise<WithPassword> {
  const password = given.password ?? pronounceablePassword();
  const password_hash = await hashPassword(password, given.username);
  const now = new Date().toISOString();
  const id = uuid();
  return metadata.transaction(async (queries) => {
    if (await personByUsername(queries, given.username)) throw new Refusal('username-taken', { username: given.username });
    await insertPerson(queries, {
      id,
      school_id: schoolId,
      username: given.username,
      name: given.name.normalize('NFC'),
      email: given.email ?? null,
      role: given.role,
      password_hash,
      must_change_password: given.password ? 0 : 1,
      language: null,
      created_at: now,
      updated_at: now,
    });
    return { person: await present(queries, id), password: given.password ? null : password };
  });
}

/** A person of `schoolId`; anyone else's is not there. */
export async function personOfSchool(metadata: Metadata, schoolId: string, id: string): Promise<PersonWithSchool> {
  const person = await personById(metadata.queries, id);
  if (!person || person.school_id !== schoolId) throw new Refusal('not-found');
  return person;
}

/** Changes an account. The last librarian or administrator of a school cannot be taken away; a disabled person is signed out at once. */
export async function changePerson(metadata: Metadata, before: PersonWithSchool, changes: z.output<typeof personChanges>): Promise<PersonWithSchool> {
  const keeps = (role: string): boolean => role === 'administrator' || role === 'librarian';
  return metadata.transaction(async (queries) => {
    const losesKeeper = keeps(before.role) && before.disabled === 0 && (changes.disabled === true || (changes.role !== undefined && !keeps(changes.role)));
    if (losesKeeper && (await activePeople(queries, before.school_id, ['administrator', 'librarian'])) <= 1) throw new Refusal('last-administrator');
    const { version, ...rest } = changes;
    const updated = await updatePerson(queries, before.id, version, {
      ...(rest.name !== undefined ? { name: rest.name.normalize('NFC') } : {}),
      ...(rest.email !== undefined ? { email: rest.email ?? null } : {}),
      ...(rest.role !== undefined ? { role: rest.role } : {}),
      ...(rest.disabled !== undefined ? { disabled: rest.disabled ? 1 : 0 } : {}),
    });
    if (!updated) throw new Refusal('version-conflict');
    if (rest.disabled) await deleteOtherSessions(queries, before.id, null);
    return present(queries, before.id);
  });
}

/** A new made-up password, shown once to the librarian who asked; every session and access token of the person ends. */
export async function resetPassword(metadata: Metadata, person: PersonWithSchool): Promise<WithPassword> {
  const password = pronounceablePassword();
  const hashed = await hashPassword(password, person.username);
  return metadata.transaction(async (queries) => {
    await setPassword(queries, person.id, hashed, true);
    await deleteOtherSessions(queries, person.id, null);
    await deleteCredentials(queries, person.id);
    return { person: await present(queries, person.id), password };
  });
}

/**
 * The password chosen with the token from a mail, which is spent only when the password is good enough to be kept. Sessions and access
 * tokens end: whoever asks for a new password may have lost the old one to somebody. Throws reset-token-invalid, password-too-common.
 */
export async function choosePasswordByReset(metadata: Metadata, tokenHash: string, next: string): Promise<void> {
  const now = new Date().toISOString();
  const personId = await personOfReset(metadata.queries, tokenHash, now);
  const person = personId ? await personById(metadata.queries, personId) : undefined;
  if (!person) throw new Refusal('reset-token-invalid');
  const hashed = await hashPassword(next, person.username);
  await metadata.transaction(async (queries) => {
    if ((await takeReset(queries, tokenHash, now)) !== person.id) throw new Refusal('reset-token-invalid');
    await setPassword(queries, person.id, hashed, false);
    await deleteOtherSessions(queries, person.id, null);
    await deleteCredentials(queries, person.id);
  });
}

/** The person's own change: other sessions end, this one goes on; so do access tokens, which the person sees and can revoke. */
export async function choosePassword(metadata: Metadata, person: PersonWithSchool, next: string, keepSession: string | null): Promise<void> {
  const hashed = await hashPassword(next, person.username);
  await metadata.transaction(async (queries) => {
    await setPassword(queries, person.id, hashed, false);
    await deleteOtherSessions(queries, person.id, keepSession);
  });
}
