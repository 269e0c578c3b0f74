import { sql } from 'kysely';
import { compiledOnce } from './compiled.ts';
import type { Queries } from './database.ts';
import type { PersonWithSchool } from './people.ts';
import type { NewRow, Row } from './tables.ts';

/** Sessions, access tokens, password resets and throttles. Secrets are kept as SHA-256 only. */

export type SessionOfPerson = PersonWithSchool & { session_id: string; csrf: string; seen_at: string; session_platform: string | null };

const schoolColumns = [
  'organisations.code as school_code',
  'organisations.name as school_name',
  'organisations.accent as school_accent',
  'organisations.disabled as school_disabled',
] as const;

export const sessionWithPerson: (queries: Queries, id: string, now: string) => Promise<SessionOfPerson | undefined> = compiledOnce((queries, id: string, now: string) =>
  queries
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .innerJoin('organisations', 'organisations.id', 'people.school_id')
    .selectAll('people')
    .select(schoolColumns)
    .select(['sessions.id as session_id', 'sessions.csrf', 'sessions.seen_at', 'sessions.platform_id as session_platform'])
    .where('sessions.id', '=', id)
    .where('sessions.expires_at', '>', now),
);

export async function insertSession(queries: Queries, row: NewRow<'sessions'>): Promise<void> {
  await queries.deleteFrom('sessions').where('expires_at', '<', row.created_at).execute();
  await queries.insertInto('sessions').values(row).execute();
}

export async function touchSession(queries: Queries, id: string, seenAt: string, expiresAt: string): Promise<void> {
  await queries.updateTable('sessions').set({ seen_at: seenAt, expires_at: expiresAt }).where('id', '=', id).execute();
}

export const sessionsOfPerson = (queries: Queries, personId: string, now: string): Promise<Row<'sessions'>[]> =>
  queries.selectFrom('sessions').selectAll().where('person_id', '=', personId).where('expires_at', '>', now).orderBy('seen_at', 'desc').orderBy('id').execute();

export async function deleteSession(queries: Queries, personId: string, id: string): Promise<boolean> {
  const result = await queries.deleteFrom('sessions').where('id', '=', id).where('person_id', '=', personId).executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Signs a person out everywhere, except the session that asks for it. */
export async function deleteOtherSessions(queries: Queries, personId: string, keep: string | null): Promise<void> {
  await queries.deleteFrom('sessions').where('person_id', '=', personId).where('id', '!=', keep ?? '').execute();
}

export const tokenWithPerson = (queries: Queries, hash: string, now: string): Promise<(PersonWithSchool & { token_id: string; used_at: string | null }) | undefined> =>
  queries
    .selectFrom('access_tokens')
    .innerJoin('people', 'people.id', 'access_tokens.person_id')
    .innerJoin('organisations', 'organisations.id', 'people.school_id')
    .selectAll('people')
    .select(schoolColumns)
    .select(['access_tokens.id as token_id', 'access_tokens.used_at'])
    .where('access_tokens.secret_hash', '=', hash)
    .where('access_tokens.expires_at', '>', now)
    .executeTakeFirst();

export const tokensOfPerson = (queries: Queries, personId: string): Promise<Row<'access_tokens'>[]> =>
  queries.selectFrom('access_tokens').selectAll().where('person_id', '=', personId).orderBy('created_at', 'desc').orderBy('id', 'desc').execute();

export async function insertToken(queries: Queries, row: NewRow<'access_tokens'>): Promise<void> {
  await queries.insertInto('access_tokens').values(row).execute();
}

export async function deleteToken(queries: Queries, personId: string, id: string): Promise<boolean> {
  const result = await queries.deleteFrom('access_tokens').where('id', '=', id).where('person_id', '=', personId).executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Revokes every access token of a person and every reset address that is under way. */
export async function deleteCredentials(queries: Queries, personId: string): Promise<void> {
  await queries.deleteFrom('access_tokens').where('person_id', '=', personId).execute();
  await queries.deleteFrom('password_resets').where('person_id', '=', personId).execute();
}

export async function touchToken(queries: Queries, id: string, usedAt: string): Promise<void> {
  await queries.updateTable('access_tokens').set({ used_at: usedAt }).where('id', '=', id).execute();
}

export async function insertReset(queries: Queries, row: NewRow<'password_resets'>): Promise<void> {
  await queries.deleteFrom('password_resets').where('person_id', '=', row.person_id).execute();
  await queries.insertInto('password_resets').values(row).execute();
}

/** Whose reset token it is, without taking it. */
export async function personOfReset(queries: Queries, hash: string, now: string): Promise<string | null> {
  const row = await queries.selectFrom('password_resets').select('person_id').where('token_hash', '=', hash).where('expires_at', '>', now).executeTakeFirst();
  return row?.person_id ?? null;
}

/** Takes a reset token: a second use finds nothing. */
export async function takeReset(queries: Queries, hash: string, now: string): Promise<string | null> {
  const row = await queries.deleteFrom('password_resets').where('token_hash', '=', hash).returning(['person_id', 'expires_at']).executeTakeFirst();
  return row && row.expires_at > now ? row.person_id : null;
}

/** Counts one more event under `key` in a fixed window and answers how many there are in it. */
export async function countEvent(queries: Queries, key: string, windowSeconds: number, now: Date): Promise<{ count: number; retryAfter: number }> {
  const width = windowSeconds * 1000;
  const start = new Date(Math.floor(now.getTime() / width) * width);
  const windowStart = start.toISOString();
  const row = await queries
    .insertInto('throttles')
    .values({ key, window_start: windowStart, count: 1 })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        count: sql<number>`case when throttles.window_start = ${windowStart} then throttles.count + 1 else 1 end`,
        window_start: windowStart,
      }),
    )
    .returning('count')
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), retryAfter: Math.ceil((start.getTime() + width - now.getTime()) / 1000) };
}

/** One event less: it turned out not to be one that counts. */
export async function takeBackEvent(queries: Queries, key: string): Promise<void> {
  await queries
    .updateTable('throttles')
    .set({ count: sql<number>`count - 1` })
    .where('key', '=', key)
    .where('count', '>', 0)
    .execute();
}

export async function forgetEvents(queries: Queries, key: string): Promise<void> {
  await queries.deleteFrom('throttles').where('key', '=', key).execute();
}

/** Expired sessions, tokens, resets and counters; run by the sweep job. */
export async function forgetExpired(queries: Queries, now: Date): Promise<void> {
  const instant = now.toISOString();
  await queries.deleteFrom('sessions').where('expires_at', '<', instant).execute();
  await queries.deleteFrom('password_resets').where('expires_at', '<', instant).execute();
  await queries.deleteFrom('lti_tickets').where('expires_at', '<', instant).execute();
  await queries.deleteFrom('throttles').where('window_start', '<', new Date(now.getTime() - 86_400_000).toISOString()).execute();
}
