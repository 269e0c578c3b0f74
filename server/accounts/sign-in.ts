import type { Metadata } from '../../storage/metadata/database.ts';
import { type PersonWithSchool, personByUsername } from '../../storage/metadata/people.ts';
import { countEvent, forgetEvents } from '../../storage/metadata/sessions.ts';
import { Refusal } from '../errors.ts';
import { passwordMatches } from './passwords.ts';
import { secretHash } from './open-sessions.ts';

const windowSeconds = 15 * 60;
/** Per account: slows guessing one person's password. Per address: slows trying one password on many; a school shares one address. */
const mostPerAccount = 10;
const mostPerAddress = 200;

async function throttle(metadata: Metadata, key: string, most: number, now: Date): Promise<void> {
  const { count, retryAfter } = await countEvent(metadata.queries, key, windowSeconds, now);
  if (count > most) throw new Refusal('sign-in-throttled', { retryAfter });
}

/** Checks a name and a password. One answer for "no such name" and "wrong password", in the same time. */
export async function signIn(metadata: Metadata, given: { username: string; password: string }, address: string, now = new Date()): Promise<PersonWithSchool> {
  const username = given.username.trim().toLowerCase();
  const accountKey = `sign-in:account:${secretHash(username).slice(0, 32)}`;
  await throttle(metadata, `sign-in:address:${secretHash(address).slice(0, 32)}`, mostPerAddress, now);
  await throttle(metadata, accountKey, mostPerAccount, now);
  const person = await personByUsername(metadata.queries, username);
  const matches = await passwordMatches(given.password, person?.password_hash ?? null);
  if (!person || !matches) throw new Refusal('sign-in-failed');
  if (person.disabled === 1 || person.school_disabled === 1) throw new Refusal('account-disabled');
  await forgetEvents(metadata.queries, accountKey);
  return person;
}
