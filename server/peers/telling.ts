import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { activePeers, changePeer, dropMessages, dropMessagesFor, messagesFor, type PeerMessageRow, type PeerRow, peersToTell, putMessage } from '../../storage/metadata/peers.ts';
import { bringForward } from '../../storage/metadata/jobs.ts';
import { heardMessages, type NewPeerMessage } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { type Job, jobKey } from '../jobs/job-kinds.ts';
import { enqueue } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import { dropFormerKeys, keyAfter, ownKeys } from './own-keys.ts';
import { openPeerRequests, type PeerRequests } from './peer-requests.ts';

const atOnce = 50;
const firstPauseMs = 15_000;
const longestPauseMs = 6 * 3_600_000;

const telling: Job = { kind: 'tell-peers' };
/** What waits longer is found by the look every five minutes. */
const soonMs = 240_000;

/** Something for one peer to hear, once; `key` names what it is about, and a newer message of the same key replaces it. */
export async function tellPeer(queries: Queries, peerId: string, key: string, message: NewPeerMessage, now = new Date()): Promise<void> {
  await putMessage(queries, peerId, key, message, now.toISOString());
  await enqueue(queries, telling);
  // It may lie there until one that was away is tried again.
  await bringForward(queries, jobKey(telling), now.getTime());
}

/** Something for every peer to hear. */
export async function tellAllPeers(queries: Queries, key: string, message: NewPeerMessage, now = new Date()): Promise<void> {
  for (const { id } of await activePeers(queries)) await tellPeer(queries, id, key, message, now);
}

/** Tells peers what waits for them. One that cannot be reached is tried again with growing pauses, for as long as it is a peer. */
export async function tellPeers(parts: { metadata: Metadata; log: Log; signal: AbortSignal }): Promise<void> {
  const { metadata, log, signal } = parts;
  const requests = await openPeerRequests(metadata);
  try {
    for (const peer of await peersToTell(metadata.queries, new Date().toISOString())) {
      try {
        while (await tellSome(metadata, requests, peer.id, log, signal, atOnce));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        log.info({ peerId: peer.id, fault: error.code }, 'peer was not told');
        // It has gone too, and hears no more.
        if (peer.state !== 'active' && error.code.startsWith('peer-')) await dropMessagesFor(metadata.queries, peer.id);
        else await metadata.transaction((queries) => putOff(queries, peer, error.code));
      }
    }
  } finally {
    requests.close();
  }
}

const pauseAfter = (failures: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20));
/** One that asks but cannot be asked (behind a router) is not tried more often than so. */
const leastPauseMs = 2_000;

/** Whether a peer that could not be told something asks for the first time since: it is back, and need not wait for the pause to end. */
export function isBack({ failures, retry_at, heard_at }: PeerRow, now: Date): boolean {
  if (retry_at === null || failures === 0) return false;
  const failedAt = Date.parse(retry_at) - pauseAfter(failures);
  return failedAt + leastPauseMs < now.getTime() && (heard_at === null || Date.parse(heard_at) < failedAt);
}

/** Tells a peer now what waits for it. */
export async function tellNow(queries: Queries, peerId: string, now: Date): Promise<void> {
  await changePeer(queries, peerId, { retry_at: null });
  await enqueue(queries, telling);
  await bringForward(queries, jobKey(telling), now.getTime());
}

async function putOff(queries: Queries, peer: PeerRow, code: string): Promise<void> {
  const failures = peer.failures + 1;
  const pauseMs = pauseAfter(failures);
  const after = new Date(Date.now() + pauseMs);
  await changePeer(queries, peer.id, { failures, code, retry_at: after.toISOString() });
  if (pauseMs <= soonMs) await enqueue(queries, telling, { after });
}

/** Not valid, or too long: an older version does not know a message, and the others must not wait for it for ever. */
const unreadable: ReadonlySet<number> = new Set([400, 413, 422]);

/** False: nothing waits for it any more. */
async function tellSome(metadata: Metadata, requests: PeerRequests, peerId: string, log: Log, signal: AbortSignal, most: number): Promise<boolean> {
  // As it stands now: the last message may have changed the key it knows.
  const [peer] = (await peersToTell(metadata.queries, new Date().toISOString())).filter(({ id }) => id === peerId);
  if (!peer) return false;
  const rows = upToKey(await messagesFor(metadata.queries, peerId, most));
  const messages = rows.map(({ id, message_json }) => ({ ...(JSON.parse(message_json) as NewPeerMessage), id }));
  let said: unknown;
  try {
    said = await requests.post(peer, '/api/exchange/messages', { messages }, signal);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'peer-answers-error' || !unreadable.has(Number(error.params['status']))) throw error;
    if (rows.length > 1) return tellSome(metadata, requests, peerId, log, signal, Math.ceil(rows.length / 2));
    log.warn({ peerId, kind: messages[0]?.kind }, 'a peer cannot read what it was told');
    await metadata.transaction((queries) => dropMessages(queries, rows.map(({ id }) => id)));
    return true;
  }
  const answer = heardMessages.safeParse(said);
  if (!answer.success) throw new Refusal('peer-answers-error', { status: 200 });
  for (const { code } of answer.data.results) if (code !== null) log.info({ peerId, fault: code }, 'a peer refused what it was told');
  const heard = new Set(answer.data.results.map(({ id }) => id));
  const key = messages.find((message) => message.kind === 'key' && heard.has(message.id));
  const refused = key && answer.data.results.some(({ id, code }) => id === key.id && code !== null);
  // It knows a newer one than it has told: its answer was lost, and a key that it has replaced tells it nothing new.
  const newer = refused ? keyAfter(await ownKeys(metadata), peer.knows_key) : null;
  if (key && newer !== null) heard.delete(key.id);
  await metadata.transaction(async (queries) => {
    await dropMessages(
      queries,
      rows.filter(({ id }) => heard.has(id)).map(({ id }) => id),
    );
    const knows = newer ?? (key?.kind === 'key' ? key.key : peer.knows_key);
    await changePeer(queries, peerId, { reached_at: new Date().toISOString(), failures: 0, code: null, retry_at: null, knows_key: knows });
  });
  await forgetFormerKey(metadata);
  return heard.size > 0 || newer !== null;
}

/** What comes after a change of key is signed with the new one, and so has to wait for the next request. */
function upToKey(rows: PeerMessageRow[]): PeerMessageRow[] {
  const at = rows.findIndex(({ key }) => key === 'key');
  return at < 0 ? rows : rows.slice(0, at + 1);
}

async function forgetFormerKey(metadata: Metadata): Promise<void> {
  const keys = await ownKeys(metadata);
  if (keys.former.length === 0) return;
  await metadata.transaction(async (queries) => dropFormerKeys(queries, new Set((await activePeers(queries)).map(({ knows_key }) => knows_key))));
}
