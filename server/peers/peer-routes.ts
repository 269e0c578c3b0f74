import { z } from 'zod';
import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import { sourceById } from '../../storage/metadata/harvest-sources.ts';
import { harvestedRecord } from '../../storage/metadata/harvested-records.ts';
import { copiesOfRecords, wantCopy } from '../../storage/metadata/peer-copies.ts';
import { changePeer, dropMessagesFor, peerById, type PeerRow } from '../../storage/metadata/peers.ts';
import { recordById } from '../../storage/metadata/records.ts';
import { type Actor, isStaff, type Person } from '../access/actor.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy, type RecordRow } from '../access/record-policy.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id, okay } from '../contract/common.ts';
import { copyAsked, copyList, invitation, newPeer, newProposal, peerList, peerSearch, peerSearchQuery, proposalDecision, proposalList } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { done, route, type Route } from '../http/route.ts';
import { enqueue } from '../jobs/queue.ts';
import { currentRequestId, type Log } from '../log.ts';
import { toldFiles } from './copying.ts';
import { ownKeys, replaceKeys } from './own-keys.ts';
import { invite, pairWith, type Self } from './pairing.ts';
import { searchPeers } from './peer-search.ts';
import { leavePeerSource } from './peer-sources.ts';
import { peerViews } from './peer-view.ts';
import { decide, proposals, propose } from './proposals.ts';
import { tellAllPeers, tellPeer } from './telling.ts';

/** /api/peers: what people here do with other installations. */
export function peerRoutes({ metadata, log, self }: { metadata: Metadata; log: Log; self(): Promise<Self> }): Route[] {
  const tag = 'sharing';
  const cataloguer = (actor: Actor): Person => {
    authorizeSchool(actor, 'harvest');
    return actor;
  };
  const administrator = (actor: Actor): Person => {
    authorizeSchool(actor, 'operate');
    return actor;
  };
  const noted = (actor: Person, act: string, peerId: string | null): void => log.warn({ requestId: currentRequestId(), by: actor.id, act, peerId }, 'done by an administrator');
  const peerOf = async (peerId: string): Promise<PeerRow> => {
    const peer = await peerById(metadata.queries, peerId);
    if (!peer) throw new Refusal('peer-not-found', { id: peerId });
    return peer;
  };
  const views = async () => peerViews(metadata, await self());
  /** A record that the actor may see and that came from a peer. */
  const fromPeer = async (actor: Actor, recordId: string): Promise<RecordRow> => authorize(recordPolicy, 'record-not-found', actor, 'see', await recordById(metadata.queries, recordId));

  return [
    route({
      ...{ method: 'get', path: '/api/peers', tag },
      summary: 'Installations that are exchanged with, and what waits for them',
      answers: peerList,
      handle: async ({ actor }) => {
        cataloguer(actor);
        return views();
      },
    }),
    route({
      ...{ method: 'post', path: '/api/peers/invitations', tag },
      summary: 'A code, good for an hour, by which one installation pairs with this one',
      answers: invitation,
      status: 201,
      handle: async ({ actor }) => {
        const person = administrator(actor);
        noted(person, 'invite-peer', null);
        return { ...(await invite(metadata, person)), address: (await self()).address };
      },
    }),
    route({
      ...{ method: 'post', path: '/api/peers', tag },
      summary: 'Pair with an installation by the code that it has given',
      body: newPeer,
      answers: peerList,
      status: 201,
      handle: async ({ actor, body }) => {
        const person = administrator(actor);
        noted(person, 'pair', await pairWith(metadata, person, await self(), body));
        return views();
      },
    }),
    route({
      ...{ method: 'post', path: '/api/peers/:id/leave', tag },
      summary: 'Leave a peer: it is told, both take what came from the other out of their catalogues',
      params: z.object({ id }),
      answers: peerList,
      handle: async ({ actor, params }) => {
        const person = administrator(actor);
        const peer = await peerOf(params.id);
        noted(person, 'leave-peer', peer.id);
        const now = new Date();
        await metadata.transaction(async (queries) => {
          if (peer.state === 'active') await tellPeer(queries, peer.id, 'leave', { kind: 'leave' }, now);
          await leavePeerSource(queries, peer.id, now);
          await changePeer(queries, peer.id, { state: 'left', ended_at: now.toISOString() });
        });
        return views();
      },
    }),
    route({
      ...{ method: 'post', path: '/api/peers/:id/revoke', tag },
      summary: 'Believe the key of a peer no more; nothing is told to it, and what came from it goes',
      params: z.object({ id }),
      answers: peerList,
      handle: async ({ actor, params }) => {
        const person = administrator(actor);
        const peer = await peerOf(params.id);
        noted(person, 'revoke-peer', peer.id);
        const now = new Date();
        await metadata.transaction(async (queries) => {
          await leavePeerSource(queries, peer.id, now);
          await dropMessagesFor(queries, peer.id);
          await changePeer(queries, peer.id, { state: 'revoked', ended_at: now.toISOString() });
        });
        return views();
      },
    }),
    route({
      ...{ method: 'post', path: '/api/peers/key', tag },
      summary: 'Take another key; each peer is told with the old one, and believes the new one from then on',
      answers: peerList,
      handle: async ({ actor }) => {
        const person = administrator(actor);
        noted(person, 'change-key', null);
        await ownKeys(metadata);
        await metadata.transaction(async (queries) => {
          const { current } = await replaceKeys(queries);
          await tellAllPeers(queries, 'key', { kind: 'key', key: current.public });
        });
        return views();
      },
    }),
    route({
      ...{ method: 'get', path: '/api/peers/search', tag },
      summary: 'Ask all peers for what they have now; who does not answer in three seconds is named',
      query: peerSearchQuery,
      answers: peerSearch,
      handle: async ({ actor, query }) => {
        if (!isStaff(actor)) throw new Refusal(actor.kind === 'guest' ? 'not-signed-in' : 'not-allowed');
        return searchPeers(metadata, query.q);
      },
    }),
    route({
      ...{ method: 'get', path: '/api/peers/proposals', tag },
      summary: 'Corrections: of peers to records of the school, and of the school to records of peers',
      answers: proposalList,
      handle: async ({ actor }) => ({ proposals: await proposals(metadata, cataloguer(actor)) }),
    }),
    route({
      ...{ method: 'post', path: '/api/peers/proposals/:id', tag },
      summary: 'Take a correction over, or refuse it; the peer is told',
      params: z.object({ id }),
      body: proposalDecision,
      answers: proposalList,
      handle: async ({ actor, params, body }) => {
        const person = cataloguer(actor);
        await decide(metadata, person, params.id, body);
        return { proposals: await proposals(metadata, person) };
      },
    }),
    route({
      ...{ method: 'post', path: '/api/records/:id/proposals', tag },
      summary: 'Propose a correction of a peer’s record to that peer',
      params: z.object({ id }),
      body: newProposal,
      answers: okay,
      handle: async ({ actor, params, body }) => {
        const person = cataloguer(actor);
        await propose(metadata, person, await fromPeer(actor, params.id), body);
        return done;
      },
    }),
    route({
      ...{ method: 'get', path: '/api/records/:id/copies', tag },
      summary: 'Files of a peer’s record: which lie there, which are held here too',
      params: z.object({ id }),
      answers: copyList,
      handle: async ({ actor, params }) => copiesOf(metadata, actor, await fromPeer(actor, params.id)),
    }),
    route({
      ...{ method: 'post', path: '/api/records/:id/copies', tag },
      summary: 'Copy a file of a peer here, if its licence and scope allow that',
      params: z.object({ id }),
      body: copyAsked,
      answers: copyList,
      handle: async ({ actor, params, body }) => {
        const person = cataloguer(actor);
        const record = await fromPeer(actor, params.id);
        const harvested = await harvestedRecord(metadata.queries, record.id);
        if (!harvested || !toldFiles(harvested.told_json).some((file) => file.id === body.remoteId && file.takes)) throw new Refusal('copy-not-allowed');
        await metadata.transaction(async (queries) => {
          const row = await wantCopy(queries, { id: uuid(), record_id: record.id, remote_id: body.remoteId, state: 'wanted', bytes: 0, file_id: null, code: null, asked_by: person.id, at: new Date().toISOString() });
          if (row.state === 'wanted') await enqueue(queries, { kind: 'copy-file', copyId: row.id });
        });
        return copiesOf(metadata, actor, record);
      },
    }),
  ];
}

async function copiesOf(metadata: Metadata, actor: Actor, record: RecordRow): Promise<z.input<typeof copyList>> {
  const { queries } = metadata;
  const harvested = await harvestedRecord(queries, record.id);
  const source = record.source_id === null ? undefined : await sourceById(queries, record.source_id);
  const peer = source?.peer_id ? await peerById(queries, source.peer_id) : undefined;
  if (!harvested || !peer) return { peer: '', reachable: false, copies: [] };
  const copies = new Map((await copiesOfRecords(queries, [record.id])).map((copy) => [copy.remote_id, copy]));
  const asks = actor.kind === 'person' && recordPolicy.withdraw(actor, record);
  return {
    peer: peer.name,
    reachable: peer.state === 'active' && peer.failures === 0,
    copies: toldFiles(harvested.told_json).map((file) => {
      const copy = copies.get(file.id);
      return {
        ...{ remoteId: file.id, name: file.name, mediaType: file.mediaType, size: file.size, pages: file.pages, may: asks && file.takes && peer.state === 'active' },
        ...{ state: copy?.state ?? 'there', bytes: copy?.bytes ?? 0, fileId: copy?.file_id ?? null, code: copy?.code ?? null },
      };
    }),
  };
}
