import type { IncomingMessage } from 'node:http';
import type { Metadata } from '../../storage/metadata/database.ts';
import { changePeer, peerById, takeNonce } from '../../storage/metadata/peers.ts';
import type { PeerActor } from '../access/actor.ts';
import { Refusal } from '../errors.ts';
import { ownKeys, publicKey } from './own-keys.ts';
import { isBack, tellNow } from './telling.ts';
import { noContent, readSignature } from './request-signature.ts';

/** Clocks of two installations may differ by so much; what is older is no longer believed, and its nonce need not be kept. */
export const clockSeconds = 300;
const touchMs = 60_000;

/** What bears a signature is a peer's, or refused: never a guest's. */
export const isSigned = (request: IncomingMessage): boolean => request.headers['signature-input'] !== undefined;

/**
 * The peer that has signed a request. `digest`: of the body that was read, null where none was. Throws Refusal peer-signature-wrong,
 * peer-clock-wrong {now}, peer-unknown, peer-ended, peer-replayed.
 */
export async function askingPeer(metadata: Metadata, request: IncomingMessage, digest: string | null, now = new Date()): Promise<PeerActor> {
  const read = readSignature(request.headers);
  const { id } = await ownKeys(metadata);
  if (!read || read.to !== id || read.digest !== (digest ?? noContent)) throw new Refusal('peer-signature-wrong');
  const peer = await peerById(metadata.queries, read.from);
  if (!peer) throw new Refusal('peer-unknown');
  const asked = { method: request.method ?? 'GET', target: (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/' };
  const by = (text: string | null): boolean => {
    const key = text === null ? null : publicKey(text);
    return key !== null && read.isBy(key, asked);
  };
  const current = by(peer.public_key);
  if (!current && !by(peer.former_key)) throw new Refusal('peer-signature-wrong');
  if (Math.abs(now.getTime() / 1000 - read.created) > clockSeconds) throw new Refusal('peer-clock-wrong', { now: now.toISOString() });
  // Said only to whoever has shown to be that peer.
  if (peer.state !== 'active') throw new Refusal('peer-ended', { state: peer.state });
  if (!(await takeNonce(metadata.queries, peer.id, read.nonce, now.toISOString()))) throw new Refusal('peer-replayed');
  const back = isBack(peer, now);
  if (back) await metadata.transaction((queries) => tellNow(queries, peer.id, now));
  if (back || peer.heard_at === null || now.getTime() - Date.parse(peer.heard_at) > touchMs) await changePeer(metadata.queries, peer.id, { heard_at: now.toISOString() });
  return { kind: 'peer', id: peer.id, name: peer.name, formerKey: !current, language: null };
}
