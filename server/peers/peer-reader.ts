import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { SourceRow } from '../../storage/metadata/harvest-sources.ts';
import { changePeer, peerById } from '../../storage/metadata/peers.ts';
import { exchangePage } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { type HarvestCode, HarvestFault } from '../harvest/sources/harvest-fault.ts';
import type { SourceReader } from '../harvest/sources/run-harvest.ts';
import { openPeerRequests } from './peer-requests.ts';

/** Records in a page; the description and the files of one may take some 10 KB. */
const size = 200;
const token = z.object({ from: z.string().nullable(), after: z.string() });

/** The catalogue of a peer, read by signed requests. */
export async function openPeerReader(metadata: Metadata, source: SourceRow, signal: AbortSignal): Promise<SourceReader> {
  const peer = source.peer_id === null ? undefined : await peerById(metadata.queries, source.peer_id);
  const requests = await openPeerRequests(metadata);
  return {
    async records(question) {
      if (!peer) throw new HarvestFault('source-answers-error', {});
      const place = 'token' in question ? token.parse(JSON.parse(question.token)) : { from: question.from, after: null };
      const query = new URLSearchParams({ size: String(size), ...(place.from === null ? {} : { from: place.from }), ...(place.after === null ? {} : { after: place.after }) });
      const page = exchangePage.safeParse(await asked(() => requests.get(peer, `/api/exchange/changes?${query.toString()}`, signal)));
      if (!page.success) throw new HarvestFault('source-answers-error', {}, null, { cause: page.error });
      await changePeer(metadata.queries, peer.id, { reached_at: new Date().toISOString() });
      const { changes, next, total, time } = page.data;
      return {
        responseDate: time,
        records: changes.map((change) => ({ identifier: change.id, datestamp: change.time, deleted: change.event === 'CANCEL', metadata: null, peer: change, text: JSON.stringify(change) })),
        aside: [],
        token: next === null ? null : JSON.stringify({ from: place.from, after: next }),
        listSize: total > 0 ? total : null,
        cut: false,
      };
    },
    close: () => requests.close(),
  };
}

/** What it refuses is a fault of the source here, which is tried again. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = error.code.startsWith('source-') ? (error.code as HarvestCode) : 'source-answers-error';
    throw new HarvestFault(code, error.code.startsWith('source-') ? (error.params as Record<string, string>) : { oai: error.code }, null, { cause: error });
  }
}
