import { v7 as uuid } from 'uuid';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { insertSource, sourceById, sourceOfPeer } from '../../storage/metadata/harvest-sources.ts';
import { activePeers } from '../../storage/metadata/peers.ts';
import { beginRun, dueAfter } from '../harvest/sources/source-runs.ts';
import { withdrawSource } from '../harvest/sources/source-keeping.ts';

/** The catalogue of a peer becomes a source, which is looked at daily and whenever it says that something has changed. */
export async function takeFromPeer(queries: Queries, peer: { id: string; name: string; address: string }, by: { id: string; schoolId: string }, now: Date): Promise<void> {
  const at = now.toISOString();
  const held = await sourceOfPeer(queries, peer.id);
  const id = held?.id ?? uuid();
  if (!held)
    await insertSource(queries, {
      ...{ id, school_id: by.schoolId, name: peer.name, address: peer.address, set_spec: null, format: 'tusach', scope: 'public', kind: 'oai' },
      ...{ schedule: 'daily', next_at: dueAfter('daily', now), granularity: 'second', deletions: 'persistent', listed_until: null },
      ...{ created_by: by.id, created_at: at, updated_at: at, removed_at: null, peer_id: peer.id },
    });
  await beginRun(queries, (await sourceById(queries, id))!, { whole: true }, now);
}

/** Something has changed there. */
export async function lookAtPeer(queries: Queries, peerId: string, now: Date): Promise<void> {
  const source = await sourceOfPeer(queries, peerId);
  if (source) await beginRun(queries, source, { whole: false, news: true }, now);
}

/** After a pause of this installation: what its peers had to say meanwhile they may say again only hours later. */
export async function lookAtAllPeers(metadata: Metadata, now = new Date()): Promise<void> {
  for (const { id } of await activePeers(metadata.queries)) await metadata.transaction((queries) => lookAtPeer(queries, id, now));
}

/** Nothing is taken from it any more, and what was taken goes, with the copies of its files. */
export async function leavePeerSource(queries: Queries, peerId: string, now: Date): Promise<void> {
  const source = await sourceOfPeer(queries, peerId);
  if (source) await withdrawSource(queries, source, now);
}
