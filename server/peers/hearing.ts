import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { insertProposal, decideProposal, proposalById } from '../../storage/metadata/peer-copies.ts';
import { changePeer, confirmWithdrawal, dropMessagesFor, peerById } from '../../storage/metadata/peers.ts';
import { recordById } from '../../storage/metadata/records.ts';
import type { PeerActor } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import type { PeerMessage } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { publicKey } from './own-keys.ts';
import { leavePeerSource, lookAtPeer } from './peer-sources.ts';

/**
 * Does what a peer tells, each in its own transaction; the same once more changes nothing. Answers why one was refused, in the order they
 * were told.
 */
export async function hearMessages(metadata: Metadata, actor: PeerActor, messages: readonly PeerMessage[], now = new Date()): Promise<{ id: string; code: string | null }[]> {
  const results: { id: string; code: string | null }[] = [];
  for (const message of messages) {
    try {
      await metadata.transaction((queries) => hear(queries, actor, message, now));
      results.push({ id: message.id, code: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      results.push({ id: message.id, code: error.code });
    }
  }
  return results;
}

async function hear(queries: Queries, actor: PeerActor, message: PeerMessage, now: Date): Promise<void> {
  const at = now.toISOString();
  // With a key that it has replaced it can only say once more that it has.
  if (actor.formerKey && message.kind !== 'key') throw new Refusal('not-allowed');
  switch (message.kind) {
    case 'notice':
      return lookAtPeer(queries, actor.id, now);
    case 'withdrawn': {
      const record = await recordById(queries, message.recordId);
      if (!record || record.source_id !== null) throw new Refusal('record-not-found');
      // By our clock, by which it was withdrawn.
      return confirmWithdrawal(queries, { record_id: record.id, peer_id: actor.id, copies: message.copies, at });
    }
    case 'proposal': {
      const record = await recordById(queries, message.recordId);
      // Of what it may see, and of ours alone.
      if (!record || record.source_id !== null || !mayReach(actor, record)) throw new Refusal('record-not-found');
      return insertProposal(queries, {
        ...{ id: message.proposalId, peer_id: actor.id, direction: 'in', record_id: record.id, changes_json: JSON.stringify(message.changes), note: message.note },
        ...{ state: 'open', answer: '', created_by: null, created_at: at, decided_by: null, decided_at: null },
      });
    }
    case 'decision': {
      const proposal = await proposalById(queries, message.proposalId);
      if (proposal?.direction !== 'out' || proposal.peer_id !== actor.id) throw new Refusal('proposal-not-found');
      await decideProposal(queries, proposal.id, { state: message.state, answer: message.answer, decided_by: null, decided_at: at });
      return message.state === 'accepted' ? lookAtPeer(queries, actor.id, now) : undefined;
    }
    case 'key': {
      const peer = (await peerById(queries, actor.id))!;
      if (peer.public_key === message.key) return;
      if (actor.formerKey || !publicKey(message.key)) throw new Refusal('not-allowed');
      return changePeer(queries, peer.id, { public_key: message.key, former_key: peer.public_key });
    }
    case 'leave':
      await leavePeerSource(queries, actor.id, now);
      await dropMessagesFor(queries, actor.id);
      return changePeer(queries, actor.id, { state: 'left', ended_at: at, code: null, retry_at: null });
  }
}
