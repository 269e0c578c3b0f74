import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Metadata } from '../../storage/metadata/database.ts';
import { personById, personByUsername, type PersonWithSchool } from '../../storage/metadata/people.ts';
import type { Actor } from '../access/actor.ts';
import { signIn as credentials } from '../contract/person.ts';
import { Refusal } from '../errors.ts';
import { actorByToken, actorOf, barred, inNameOf, isAccessToken } from './open-sessions.ts';
import { signIn } from './sign-in.ts';

/**
 * Reader apps send name and password with every cover and page. What was right stays right this long, while the person's row says the
 * same: a changed password, a disabled account or school ends it with the next request.
 */
const keptMs = 10 * 60_000;
/**
 * What was wrong stays wrong this long, while the row says the same: an app that goes on asking with an old password has guessed once, and
 * four phones that do so would else shut the sign-in page to the school they are in.
 */
const wrongMs = 60_000;
/** People at once; the oldest give way, and their passwords are checked anew. */
const mostKept = 1000;

/** Who asks, where HTTP Basic is taken. `address` is the asker's, for counting failures. */
export type BasicSignIn = (request: IncomingMessage, address: string) => Promise<Actor>;

type Credentials = { username: string; password: string };

interface Proven {
  personId: string;
  passwordHash: string;
  until: number;
}

interface Refuted {
  /** Null: there is nobody of that name. */
  passwordHash: string | null;
  until: number;
}

function keep<T>(map: Map<string, T>, name: string, value: T): void {
  if (map.size >= mostKept) map.delete(map.keys().next().value!);
  map.set(name, value);
}

/**
 * HTTP Basic (RFC 7617) with the name and password of an account, for doors that say so; else who asks is found out as everywhere, and no
 * cookie is set. Passwords go through signIn() with its counters. An access token is taken in place of the password, whatever the name:
 * it can be revoked by itself. What was right or wrong is kept in memory under a hash keyed with a secret of this process.
 * Throws sign-in-failed, sign-in-throttled, account-disabled, too-many-requests, and what actorOf() throws.
 */
export function openBasicSignIn(metadata: Metadata, clock: () => Date = () => new Date()): BasicSignIn {
  const key = randomBytes(32);
  const proven = new Map<string, Proven>();
  const refuted = new Map<string, Refuted>();
  // An app asks for six covers at once: the same password is looked at, and counted, once.
  const underWay = new Map<string, Promise<PersonWithSchool>>();

  async function remembered(name: string, now: Date): Promise<PersonWithSchool | null> {
    const known = proven.get(name);
    if (!known || known.until <= now.getTime()) return null;
    const person = await personById(metadata.queries, known.personId);
    if (person?.password_hash !== known.passwordHash) return null;
    if (barred(person)) throw new Refusal('account-disabled');
    return person;
  }

  const hashOf = async (username: string): Promise<string | null> =>
    (await personByUsername(metadata.queries, username.trim().toLowerCase()))?.password_hash ?? null;

  async function check(name: string, given: Credentials, address: string, now: Date): Promise<PersonWithSchool> {
    const passwordHash = await hashOf(given.username);
    const wrong = refuted.get(name);
    if (wrong && wrong.until > now.getTime() && wrong.passwordHash === passwordHash)
      throw new Refusal('sign-in-failed');
    for (const kept of [proven, refuted]) kept.delete(name);
    try {
      const person = await signIn(metadata, given, address, now);
      keep(proven, name, { personId: person.id, passwordHash: person.password_hash!, until: now.getTime() + keptMs });
      return person;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'sign-in-failed')
        keep(refuted, name, { passwordHash, until: now.getTime() + wrongMs });
      throw error;
    }
  }

  function checkOnce(name: string, given: Credentials, address: string, now: Date): Promise<PersonWithSchool> {
    let checking = underWay.get(name);
    if (!checking)
      underWay.set(name, (checking = check(name, given, address, now).finally(() => underWay.delete(name))));
    return checking;
  }

  return async (request, address) => {
    const encoded = /^Basic +(.*)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (encoded === undefined) return actorOf(metadata, request);
    const given = credentialsIn(encoded);
    if (!given) throw new Refusal('sign-in-failed');
    if (isAccessToken(given.password)) return actorByToken(metadata, given.password);
    const now = clock();
    const name = createHmac('sha256', key)
      .update(JSON.stringify([given.username.trim().toLowerCase(), given.password]))
      .digest('base64');
    return inNameOf((await remembered(name, now)) ?? (await checkOnce(name, given, address, now)));
  };
}

/** The name ends at the first colon (RFC 7617 section 2). Null where it is no credentials, or longer than the sign-in page takes. */
function credentialsIn(encoded: string): Credentials | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  const read = credentials.safeParse({ username: text.slice(0, colon), password: text.slice(colon + 1) });
  return read.success ? read.data : null;
}
