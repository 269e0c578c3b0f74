import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { SourceRow } from '../../storage/metadata/harvest-sources.ts';
import { changePeer, peerById } from '../../storage/metadata/peers.ts';
import { exchangeChange, readExchangePage } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { type HarvestCode, HarvestFault } from '../harvest/sources/harvest-fault.ts';
import type { OpenReader } from '../harvest/sources/run-harvest.ts';
import { isAside, type RecordAside, type ToldRecord } from '../harvest/sources/told-records.ts';
import { openPeerRequests } from './peer-requests.ts';

/** Records in a page; the description and the files of one may take some 10 KB. */
const size = 200;
const token = z.object({ from: z.string().nullable(), after: z.string() });

/** The catalogue of a peer, read by signed requests. */
export async function openPeerReader(metadata: Metadata, source: SourceRow, signal: AbortSignal): Promise<OpenReader> {
  const peer = source.peer_id === null ? undefined : await peerById(metadata.queries, source.peer_id);
  const requests = await openPeerRequests(metadata);
  return {
    // Keyset pages in the order of ids: they end.
    endsByItself: true,
    newestOnly: false,
    async page({ token: at, from }) {
      if (!peer) throw new HarvestFault('source-answers-error', {});
      const place = at !== null ? token.parse(JSON.parse(at)) : { from, after: null };
      const query = new URLSearchParams({ size: String(size), ...(place.from === null ? {} : { from: place.from }), ...(place.after === null ? {} : { after: place.after }) });
      const page = readExchangePage.safeParse(await asked(() => requests.get(peer, `/api/exchange/changes?${query.toString()}`, signal)));
      if (!page.success) throw new HarvestFault('source-answers-error', {}, null, { cause: page.error });
      await changePeer(metadata.queries, peer.id, { reached_at: new Date().toISOString() });
      const { changes, next, total, time } = page.data;
      const told = changes.map(toldChange);
      return {
        responseDate: time,
        records: told.filter((one) => !isAside(one)) as ToldRecord[],
        aside: told.filter(isAside),
        token: next === null ? null : JSON.stringify({ from: place.from, after: next }),
        listSize: total > 0 ? total : null,
        cut: false,
      };
    },
    close: () => requests.close(),
  };
}

const longestId = 1_000;

function toldChange(given: unknown): ToldRecord | RecordAside {
  const text = JSON.stringify(given);
  const read = exchangeChange.safeParse(given);
  if (read.success) return { identifier: read.data.id, datestamp: read.data.time, deleted: read.data.event === 'CANCEL', says: null, peer: read.data, text };
  const id = given !== null && typeof given === 'object' && 'id' in given ? given.id : null;
  const detail = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  return { identifier: typeof id === 'string' ? id.slice(0, longestId) : null, reason: 'metadata-unknown', detail: detail.slice(0, 300), text };
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
