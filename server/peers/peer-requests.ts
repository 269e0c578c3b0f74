import type { Readable } from 'node:stream';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { PeerRow } from '../../storage/metadata/peers.ts';
import { Refusal, type RefusalCode, refusalStatus } from '../errors.ts';
import { contentDigest } from '../http/body-digest.ts';
import { harvestCodes } from '../harvest/sources/harvest-fault.ts';
import { allowedHosts } from '../outbound/allowed-hosts.ts';
import { openOutbound, type OutboundAnswer, OutboundFault, type OutboundLimits } from '../outbound/guarded-fetch.ts';
import { type OwnKeys, ownKeys, signingKey } from './own-keys.ts';
import { noContent, signatureHeaders } from './request-signature.ts';

export const peerLimits: Partial<OutboundLimits> = { idleMs: 20_000, wholeMs: 60_000, bytes: 64 * 1024 ** 2, redirects: 0 };

type Asked = Pick<PeerRow, 'id' | 'address' | 'knows_key'>;

/** Signed requests to peers. All throw Refusal: source-… where it cannot be reached, else what it says itself. */
export interface PeerRequests {
  get(peer: Asked, target: string, signal?: AbortSignal): Promise<unknown>;
  post(peer: Asked, target: string, body: unknown, signal?: AbortSignal): Promise<unknown>;
  /** The bytes of a file from `offset` on, or from 0 where something on the way does not know ranges; null where there are none beyond it. */
  bytes(peer: Asked, target: string, offset: number, signal: AbortSignal): Promise<{ body: Readable; from: number } | null>;
  close(): void;
}

/** `limits`: a person who waits is patient for less. */
export async function openPeerRequests(metadata: Metadata, limits: Partial<OutboundLimits> = {}): Promise<PeerRequests> {
  const keys: OwnKeys = await ownKeys(metadata);
  const outbound = openOutbound({ allowed: await allowedHosts(metadata.queries), limits: { ...peerLimits, ...limits } });

  const signed = (peer: Asked, method: string, target: string, digest: string): Record<string, string> => ({
    accept: 'application/json, application/problem+json',
    ...signatureHeaders({ method, target, digest, to: peer.id }, keys.id, signingKey(keys, peer.knows_key)),
  });
  function valueOf(answer: OutboundAnswer): unknown {
    if (answer.status !== 200) throw saidProblem(answer);
    try {
      return JSON.parse(answer.body.toString('utf8'));
    } catch (cause) {
      throw new Refusal('peer-answers-error', { status: answer.status }, { cause });
    }
  }

  return {
    get: (peer, target, signal) => reached(async () => valueOf(await outbound.get(peer.address + target, { signal, headers: signed(peer, 'GET', target, noContent) }))),
    post: (peer, target, value, signal) =>
      reached(async () => {
        const body = Buffer.from(JSON.stringify(value));
        const headers = { ...signed(peer, 'POST', target, contentDigest(body)), 'content-type': 'application/json' };
        return valueOf(await outbound.post(peer.address + target, body, { signal, headers }));
      }),
    bytes: (peer, target, offset, signal) =>
      reached(async () => {
        const headers = { ...signed(peer, 'GET', target, noContent), ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
        const answer = await outbound.open(peer.address + target, { signal, headers });
        if (answer.status === 200) return { body: answer.body, from: 0 };
        if (offset > 0 && answer.status === 206 && answer.headers['content-range']?.startsWith(`bytes ${offset}-`)) return { body: answer.body, from: offset };
        // However long it is, nobody reads it.
        answer.body.destroy();
        if (answer.status === 416) return null;
        throw new Refusal(answer.status === 403 || answer.status === 404 || answer.status === 410 ? 'copy-not-allowed' : 'peer-answers-error', { status: answer.status });
      }),
    close: () => outbound.close(),
  };
}

/** What the way there has to say, as a Refusal. */
export async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OutboundFault) throw new Refusal(harvestCodes[error.code], { host: error.host }, { cause: error });
    throw error;
  }
}

/** What another installation says instead of what was asked for: its own code where we know it too. */
export function saidProblem({ status, body }: Pick<OutboundAnswer, 'status' | 'body'>): Refusal {
  try {
    const { code, params } = JSON.parse(body.toString('utf8')) as { code?: unknown; params?: Record<string, unknown> };
    if (typeof code === 'string' && Object.hasOwn(refusalStatus, code) && code.startsWith('peer-')) return new Refusal(code as RefusalCode, params ?? {});
  } catch {
    // Not ours to read: a page of a proxy.
  }
  return new Refusal('peer-answers-error', { status });
}
