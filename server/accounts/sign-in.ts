import { isIPv6 } from 'node:net';
import type { Metadata } from '../../storage/metadata/database.ts';
import { type PersonWithSchool, personByUsername } from '../../storage/metadata/people.ts';
import { countEvent, forgetEvents, takeBackEvent } from '../../storage/metadata/sessions.ts';
import { Refusal } from '../errors.ts';
import { passwordMatches } from './passwords.ts';
import { secretHash } from './open-sessions.ts';

const windowSeconds = 15 * 60;
/**
 * Failures per account: slows guessing one person's password. Failures per address: slows trying one password on many; a school shares one
 * address, so who signs in is not counted.
 */
const mostPerAccount = 10;
const mostPerAddress = 200;

/** The first four groups of an IPv6 address: whoever has one has the whole /64. An IPv4 address, also one that came over IPv6, is itself. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.toLowerCase().split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after];
  return `${whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** Names the network somebody asks from, in counters: a hash, for addresses are not kept. */
export const networkKey = (address: string): string => secretHash(networkOf(address)).slice(0, 32);

async function throttle(metadata: Metadata, key: string, most: number, now: Date): Promise<void> {
  const { count, retryAfter } = await countEvent(metadata.queries, key, windowSeconds, now);
  if (count > most) throw new Refusal('sign-in-throttled', { retryAfter });
}

/** Checks a name and a password. One answer for "no such name" and "wrong password", in the same time. */
export async function signIn(metadata: Metadata, given: { username: string; password: string }, address: string, now = new Date()): Promise<PersonWithSchool> {
  const username = given.username.trim().toLowerCase();
  const accountKey = `sign-in:account:${secretHash(username).slice(0, 32)}`;
  const addressKey = `sign-in:address:${networkKey(address)}`;
  await throttle(metadata, addressKey, mostPerAddress, now);
  await throttle(metadata, accountKey, mostPerAccount, now);
  const person = await personByUsername(metadata.queries, username);
  const matches = await passwordMatches(given.password, person?.password_hash ?? null);
  if (!person || !matches) throw new Refusal('sign-in-failed');
  if (person.disabled === 1 || person.school_disabled === 1) throw new Refusal('account-disabled');
  await forgetEvents(metadata.queries, accountKey);
  await takeBackEvent(metadata.queries, addressKey);
  return person;
}
