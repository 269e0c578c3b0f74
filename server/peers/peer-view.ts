import type { Metadata } from '../../storage/metadata/database.ts';
import { heldBySource } from '../../storage/metadata/harvested-records.ts';
import { sourcesOfPeers } from '../../storage/metadata/harvest-sources.ts';
import { countOpenProposals } from '../../storage/metadata/peer-copies.ts';
import { allPeers, countMessages, type PeerRow } from '../../storage/metadata/peers.ts';
import type { peerList } from '../contract/peer.ts';
import type { z } from 'zod';
import { ownKeys } from './own-keys.ts';
import type { Self } from './pairing.ts';

/** Enough of a key to be compared by telephone: ABCD EFGH JKLM. */
const fingerprint = (key: string): string =>
  key
    .replace(/[-_]/g, '')
    .slice(0, 12)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, '$1 ');

/** All peers, in a fixed number of queries. */
export async function peerViews(metadata: Metadata, self: Self): Promise<z.input<typeof peerList>> {
  const { queries } = metadata;
  const keys = await ownKeys(metadata);
  const rows = await allPeers(queries);
  const sources = new Map((await sourcesOfPeers(queries)).map((source) => [source.peer_id, source]));
  const held = await heldBySource(
    queries,
    [...sources.values()].map(({ id }) => id),
  );
  const waiting = await countMessages(queries);
  const view = (row: PeerRow) => {
    const source = sources.get(row.id);
    return {
      ...{ id: row.id, name: row.name, address: row.address, state: row.state, since: row.created_at, endedAt: row.ended_at },
      ...{ heardAt: row.heard_at, reachedAt: row.reached_at, code: row.code, retryAt: row.retry_at, waiting: waiting.get(row.id) ?? 0 },
      ...{ fingerprint: fingerprint(row.public_key), sourceId: source?.id ?? null, held: source ? (held.get(source.id) ?? 0) : 0 },
    };
  };
  return {
    self: { id: keys.id, ...self, fingerprint: fingerprint(keys.current.public), changingKey: keys.former.length > 0 },
    peers: rows.map(view),
    openProposals: await countOpenProposals(queries),
  };
}
