import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { activePeers, type PeerRow } from '../../storage/metadata/peers.ts';
import type { peerSearch } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { openPeerRequests, type PeerRequests } from './peer-requests.ts';

/** Somebody waits. */
const patience = { idleMs: 2_500, wholeMs: 3_000 };
const hits = 5;

/** What is read of an answer to /api/search, which a newer version may have more in. */
const found = z.object({
  total: z.number().int(),
  records: z.array(z.object({ id: z.string(), title: z.string().max(1000), agents: z.array(z.object({ name: z.string() })).default([]), year: z.string().nullable().default(null), source: z.string().nullable().default(null) })),
});

/**
 * Asks all peers at the same time for what they have right now; catalogues that were harvested are searched here already, and may be a day
 * old. Who is slow or away is named with the reason, and nobody waits for it longer than three seconds.
 */
export async function searchPeers(metadata: Metadata, q: string, signal?: AbortSignal): Promise<z.input<typeof peerSearch>> {
  const requests = await openPeerRequests(metadata, patience);
  try {
    return { peers: await Promise.all((await activePeers(metadata.queries)).map((peer) => ask(requests, peer, q, signal))) };
  } finally {
    requests.close();
  }
}

async function ask(requests: PeerRequests, peer: PeerRow, q: string, signal: AbortSignal | undefined): Promise<z.input<typeof peerSearch>['peers'][number]> {
  const { name } = peer;
  try {
    const answer = found.safeParse(await requests.get(peer, `/api/search?${new URLSearchParams({ q, size: String(hits) }).toString()}`, signal));
    if (!answer.success) return { name, code: 'peer-answers-error', more: false, hits: [] };
    const { total, records } = answer.data;
    return {
      ...{ name, code: null, more: total > records.length },
      // What it has harvested itself, ours among it, is told by whoever it is from.
      hits: records.filter(({ source }) => source === null).map(({ id, title, agents, year }) => ({ title, facts: [...agents.map((agent) => agent.name).slice(0, 2), year].filter(Boolean).join(' · '), address: `${peer.address}/record/${encodeURIComponent(id)}` })),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { name, code: error.code, more: false, hits: [] };
  }
}
