import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type PlatformRow = Row<'lti_platforms'>;
export type TicketRow = Row<'lti_tickets'>;
export type LtiKeyRow = Row<'lti_keys'>;

export const allPlatforms = (queries: Queries): Promise<PlatformRow[]> =>
  queries.selectFrom('lti_platforms').selectAll().orderBy('id').execute();

export const platformById = (queries: Queries, id: string): Promise<PlatformRow | undefined> =>
  queries.selectFrom('lti_platforms').selectAll().where('id', '=', id).executeTakeFirst();

/** One server of many schools has one issuer, and a client id for each. */
export const platformsOfIssuer = (queries: Queries, issuer: string): Promise<PlatformRow[]> =>
  queries.selectFrom('lti_platforms').selectAll().where('issuer', '=', issuer).orderBy('id').execute();

export async function insertPlatform(queries: Queries, row: NewRow<'lti_platforms'>): Promise<void> {
  await queries.insertInto('lti_platforms').values(row).execute();
}

export async function changePlatform(
  queries: Queries,
  id: string,
  changes: Partial<Omit<PlatformRow, 'id' | 'created_at'>>,
): Promise<void> {
  await queries.updateTable('lti_platforms').set(changes).where('id', '=', id).execute();
}

/**
 * Forgets a platform: the sessions it opened end, and so do the accounts that its launches made, unless somebody has given them a password
 * since. Their rows stay, since records may name them; names of pupils and what they searched for do not. Whom it was linked to keeps
 * their account as it is.
 */
export async function removePlatform(queries: Queries, id: string): Promise<void> {
  await queries.deleteFrom('sessions').where('platform_id', '=', id).execute();
  const made = queries
    .selectFrom('lti_people')
    .innerJoin('people', 'people.id', 'lti_people.person_id')
    .select('people.id')
    .where('platform_id', '=', id)
    .where('made_as', 'is not', null)
    .where('password_hash', 'is', null);
  for (const table of ['saved_searches', 'access_tokens'] as const)
    await queries.deleteFrom(table).where('person_id', 'in', made).execute();
  await queries
    .updateTable('people')
    .set(({ ref }) => ({ name: ref('username') }))
    .where('id', 'in', made.where('people.role', '=', 'pupil'))
    .execute();
  await queries
    .updateTable('people')
    .set({ disabled: 1, updated_at: new Date().toISOString() })
    .where('id', 'in', made)
    .execute();
  await queries.deleteFrom('lti_platforms').where('id', '=', id).execute();
}

/** How many people each platform is known to have here. */
export async function peopleOfPlatforms(queries: Queries): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('lti_people')
    .select(({ fn }) => ['platform_id', fn.countAll<number>().as('count')])
    .groupBy('platform_id')
    .execute();
  return new Map(rows.map(({ platform_id, count }) => [platform_id, Number(count)]));
}

export const linkOf = (queries: Queries, platformId: string, subject: string): Promise<Row<'lti_people'> | undefined> =>
  queries
    .selectFrom('lti_people')
    .selectAll()
    .where('platform_id', '=', platformId)
    .where('subject', '=', subject)
    .executeTakeFirst();

/** False: this person of the platform is somebody here already. */
export async function insertLink(queries: Queries, row: NewRow<'lti_people'>): Promise<boolean> {
  const result = await queries
    .insertInto('lti_people')
    .values(row)
    .onConflict((conflict) => conflict.columns(['platform_id', 'subject']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows) === 1;
}

export async function noteMadeAs(queries: Queries, platformId: string, subject: string, role: string): Promise<void> {
  await queries
    .updateTable('lti_people')
    .set({ made_as: role })
    .where('platform_id', '=', platformId)
    .where('subject', '=', subject)
    .execute();
}

export async function insertTicket(queries: Queries, row: NewRow<'lti_tickets'>): Promise<void> {
  await queries.deleteFrom('lti_tickets').where('expires_at', '<', new Date().toISOString()).execute();
  await queries.insertInto('lti_tickets').values(row).execute();
}

export const ticketById = (
  queries: Queries,
  id: string,
  kind: TicketRow['kind'],
  now: string,
): Promise<TicketRow | undefined> =>
  queries
    .selectFrom('lti_tickets')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', kind)
    .where('expires_at', '>', now)
    .executeTakeFirst();

/** Takes a ticket: of all who ask with it, one gets it. */
export async function takeTicket(
  queries: Queries,
  id: string,
  kind: TicketRow['kind'],
  now: string,
): Promise<TicketRow | undefined> {
  const row = await queries
    .deleteFrom('lti_tickets')
    .where('id', '=', id)
    .where('kind', '=', kind)
    .returningAll()
    .executeTakeFirst();
  return row && row.expires_at > now ? row : undefined;
}

export async function changeTicket(queries: Queries, id: string, holds_json: string): Promise<void> {
  await queries.updateTable('lti_tickets').set({ holds_json }).where('id', '=', id).execute();
}

/** Newest first. */
export const ltiKeys = (queries: Queries): Promise<LtiKeyRow[]> =>
  queries.selectFrom('lti_keys').selectAll().orderBy('created_at', 'desc').orderBy('kid', 'desc').execute();

/** Keeps the new one and the one before it. */
export async function insertLtiKey(queries: Queries, row: NewRow<'lti_keys'>): Promise<void> {
  const [last] = await ltiKeys(queries);
  await queries
    .deleteFrom('lti_keys')
    .where('kid', '!=', last?.kid ?? '')
    .execute();
  await queries.insertInto('lti_keys').values(row).execute();
}

/** The platform that a session was opened from. */
export const platformOfSession = (queries: Queries, sessionId: string, now: string): Promise<PlatformRow | undefined> =>
  queries
    .selectFrom('lti_platforms')
    .innerJoin('sessions', 'sessions.platform_id', 'lti_platforms.id')
    .selectAll('lti_platforms')
    .where('sessions.id', '=', sessionId)
    .where('sessions.expires_at', '>', now)
    .executeTakeFirst();
