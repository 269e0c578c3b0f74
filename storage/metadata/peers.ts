import { v7 as uuid } from 'uuid';
import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type PeerRow = Row<'peers'>;
export type InvitationRow = Row<'peer_invitations'>;
export type PeerMessageRow = Row<'peer_messages'>;

/** In whatever state. */
export const peerById = (queries: Queries, id: string): Promise<PeerRow | undefined> =>
  queries.selectFrom('peers').selectAll().where('id', '=', id).executeTakeFirst();

/** In the order they came. */
export const allPeers = (queries: Queries): Promise<PeerRow[]> =>
  queries.selectFrom('peers').selectAll().orderBy('created_at').orderBy('id').execute();

export const activePeers = (queries: Queries): Promise<PeerRow[]> =>
  queries.selectFrom('peers').selectAll().where('state', '=', 'active').orderBy('created_at').orderBy('id').execute();

/** One that was here before comes back with new keys. */
export async function putPeer(queries: Queries, row: NewRow<'peers'>): Promise<void> {
  const { id: _id, created_at: _at, created_by: _by, ...changes } = row;
  await queries
    .insertInto('peers')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
    .execute();
}

export async function changePeer(queries: Queries, id: string, changes: Partial<Omit<PeerRow, 'id'>>): Promise<void> {
  await queries.updateTable('peers').set(changes).where('id', '=', id).execute();
}

export async function insertInvitation(queries: Queries, row: NewRow<'peer_invitations'>): Promise<void> {
  await queries.insertInto('peer_invitations').values(row).execute();
}

/** Not run out, used ones too: whoever used one may ask again. */
export const openInvitations = (queries: Queries, now: string): Promise<InvitationRow[]> =>
  queries.selectFrom('peer_invitations').selectAll().where('expires_at', '>', now).orderBy('id').execute();

export async function useInvitation(queries: Queries, id: string, peerId: string): Promise<void> {
  await queries.updateTable('peer_invitations').set({ peer_id: peerId }).where('id', '=', id).execute();
}

/** False: this request was sent before. */
export async function takeNonce(queries: Queries, peerId: string, nonce: string, at: string): Promise<boolean> {
  const row = await queries
    .insertInto('peer_nonces')
    .values({ peer_id: peerId, nonce, at })
    .onConflict((conflict) => conflict.columns(['peer_id', 'nonce']).doNothing())
    .returning('nonce')
    .executeTakeFirst();
  return row !== undefined;
}

/** What a signature's clock would refuse by now, and invitations that have run out. */
export async function forgetPeerTraces(queries: Queries, noncesBefore: string, now: string): Promise<void> {
  await queries.deleteFrom('peer_nonces').where('at', '<', noncesBefore).execute();
  await queries.deleteFrom('peer_invitations').where('expires_at', '<=', now).execute();
}

/** To be told; one of the same key that has not been heard yet is replaced. */
export async function putMessage(queries: Queries, peerId: string, key: string, message: unknown, at: string): Promise<void> {
  const [id, message_json] = [uuid(), JSON.stringify(message)];
  await queries
    .insertInto('peer_messages')
    .values({ id, peer_id: peerId, key, message_json, at })
    .onConflict((conflict) => conflict.columns(['peer_id', 'key']).doUpdateSet({ id, message_json, at }))
    .execute();
}

/** Something that peers may know of has changed: each is to be told, once however much changes. False: there is no peer. */
export async function noticePeers(queries: Queries, at: string): Promise<boolean> {
  const peers = await queries.selectFrom('peers').select('id').where('state', '=', 'active').execute();
  for (const { id } of peers) await putMessage(queries, id, 'notice', { kind: 'notice' }, at);
  return peers.length > 0;
}

/** In their order. */
export const messagesFor = (queries: Queries, peerId: string, limit: number): Promise<PeerMessageRow[]> =>
  queries.selectFrom('peer_messages').selectAll().where('peer_id', '=', peerId).orderBy('id').limit(limit).execute();

/** Messages that wait, by peer. */
export async function countMessages(queries: Queries): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('peer_messages')
    .select(({ fn }) => ['peer_id', fn.countAll<number>().as('count')])
    .groupBy('peer_id')
    .execute();
  return new Map(rows.map(({ peer_id, count }) => [peer_id, Number(count)]));
}

export async function dropMessages(queries: Queries, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await queries.deleteFrom('peer_messages').where('id', 'in', [...ids]).execute();
}

/** What it was to hear is no longer so. */
export async function dropMessageAbout(queries: Queries, peerId: string, key: string): Promise<void> {
  await queries.deleteFrom('peer_messages').where('peer_id', '=', peerId).where('key', '=', key).execute();
}

export async function dropMessagesFor(queries: Queries, peerId: string): Promise<void> {
  await queries.deleteFrom('peer_messages').where('peer_id', '=', peerId).execute();
}

/** Peers that are to be told something, whose time to be tried has come. */
export async function peersToTell(queries: Queries, now: string): Promise<PeerRow[]> {
  return queries
    .selectFrom('peers')
    .selectAll()
    .where(({ or, eb }) => or([eb('retry_at', 'is', null), eb('retry_at', '<=', now)]))
    .where(({ exists, selectFrom }) => exists(selectFrom('peer_messages').select('peer_messages.id').whereRef('peer_messages.peer_id', '=', 'peers.id')))
    .orderBy('id')
    .execute();
}

export async function confirmWithdrawal(queries: Queries, row: NewRow<'withdrawal_confirmations'>): Promise<void> {
  await queries
    .insertInto('withdrawal_confirmations')
    .values(row)
    .onConflict((conflict) => conflict.columns(['record_id', 'peer_id']).doUpdateSet({ copies: row.copies, at: row.at }))
    .execute();
}

/** Who has confirmed that a record is gone there, since it was withdrawn: it may have been before, and come back. */
export const confirmationsOf = (queries: Queries, recordId: string, since: string): Promise<{ name: string; copies: number; at: string }[]> =>
  queries
    .selectFrom('withdrawal_confirmations')
    .innerJoin('peers', 'peers.id', 'withdrawal_confirmations.peer_id')
    .select(['peers.name', 'copies', 'at'])
    .where('record_id', '=', recordId)
    .where('at', '>=', since)
    .orderBy('at')
    .execute();
