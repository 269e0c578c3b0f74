import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { sourceById } from '../../storage/metadata/harvest-sources.ts';
import { harvestedRecord } from '../../storage/metadata/harvested-records.ts';
import { decideProposal, insertProposal, proposalById, type ProposalRow, proposalsWithTitles } from '../../storage/metadata/peer-copies.ts';
import { peerById } from '../../storage/metadata/peers.ts';
import { recordById, type RecordRow } from '../../storage/metadata/records.ts';
import type { Person } from '../access/actor.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { changedDescription } from '../catalogue/description-input.ts';
import { editRecord } from '../catalogue/record-editing.ts';
import { descriptionOf, type FieldChange, StaleVersion } from '../catalogue/record-writing.ts';
import type { newProposal, proposalDecision, ProposalView } from '../contract/peer.ts';
import type { Description } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { tellPeer } from './telling.ts';

const shown = 100;

/**
 * Proposes a correction to the peer whose record it is. Here nothing changes before it agrees. Throws Refusal peer-ended, not-valid,
 * proposal-says-nothing.
 */
export async function propose(metadata: Metadata, actor: Person, record: RecordRow, given: z.output<typeof newProposal>, now = new Date()): Promise<void> {
  const source = record.source_id === null ? undefined : await sourceById(metadata.queries, record.source_id);
  const harvested = await harvestedRecord(metadata.queries, record.id);
  const peer = source?.peer_id ? await peerById(metadata.queries, source.peer_id) : undefined;
  if (!harvested || peer?.state !== 'active') throw new Refusal('peer-ended', { state: peer?.state ?? 'left' });
  const before = descriptionOf(record);
  const changes = differing(before, changedDescription(before, given.description)).filter(({ field }) => field !== 'link');
  if (changes.length === 0) throw new Refusal('proposal-says-nothing');
  const id = uuid();
  await metadata.transaction(async (queries) => {
    await insertProposal(queries, {
      ...{ id, peer_id: peer.id, direction: 'out', record_id: record.id, changes_json: JSON.stringify(changes), note: given.note, state: 'open', answer: '' },
      ...{ created_by: actor.id, created_at: now.toISOString(), decided_by: null, decided_at: null },
    });
    await tellPeer(queries, peer.id, `proposal:${id}`, { kind: 'proposal', proposalId: id, recordId: harvested.identifier, changes, note: given.note }, now);
  });
}

function differing(before: Description, after: Description): FieldChange[] {
  const [one, other] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((field) => !isDeepStrictEqual(one[field], other[field])).map((field) => ({ field, before: one[field] ?? null, after: other[field] ?? null }));
}

/** Those that concern records which the actor may see. */
export async function proposals(metadata: Metadata, actor: Person): Promise<ProposalView[]> {
  const rows = await proposalsWithTitles(metadata.queries, shown);
  return rows.filter((row) => row.school_id === actor.schoolId).map(proposalView);
}

const proposalView = (row: ProposalRow & { title: string; peer_name: string }): ProposalView => ({
  ...{ id: row.id, direction: row.direction, peer: row.peer_name, recordId: row.record_id, title: row.title, changes: JSON.parse(row.changes_json) as FieldChange[] },
  ...{ note: row.note, state: row.state, answer: row.answer, at: row.created_at, decidedAt: row.decided_at },
});

/**
 * Takes a peer's correction over, or refuses it, and tells the peer. Throws Refusal proposal-not-found, proposal-outdated {fields}: what it
 * would change has been changed since, proposal-outdated too where somebody else decided first.
 */
export async function decide(metadata: Metadata, actor: Person, id: string, decision: z.output<typeof proposalDecision>, now = new Date()): Promise<void> {
  const proposal = await proposalById(metadata.queries, id);
  const record = proposal?.direction === 'in' ? await recordById(metadata.queries, proposal.record_id) : undefined;
  if (!proposal || !record) throw new Refusal('proposal-not-found', { id });
  const authorised = authorize(recordPolicy, 'record-not-found', actor, 'edit', record);
  if (proposal.state !== 'open') throw new Refusal('proposal-outdated', { fields: [] });
  if (decision.accept) {
    const changes = JSON.parse(proposal.changes_json) as FieldChange[];
    const now_ = descriptionOf(record) as Record<string, unknown>;
    const fields = changes.filter(({ field, before, after }) => !isDeepStrictEqual(now_[field] ?? null, before) && !isDeepStrictEqual(now_[field] ?? null, after)).map(({ field }) => field);
    if (fields.length > 0) throw new Refusal('proposal-outdated', { fields });
    try {
      await editRecord(metadata, actor.id, authorised, { version: record.version, description: Object.fromEntries(changes.map(({ field, after }) => [field, after])) }, now);
    } catch (error) {
      throw error instanceof StaleVersion ? new Refusal('proposal-outdated', { fields: [] }) : error;
    }
  }
  const state = decision.accept ? 'accepted' : 'refused';
  await metadata.transaction(async (queries) => {
    if (!(await decideProposal(queries, id, { state, answer: decision.answer, decided_by: actor.id, decided_at: now.toISOString() }))) throw new Refusal('proposal-outdated', { fields: [] });
    await tellPeer(queries, proposal.peer_id, `decision:${id}`, { kind: 'decision', proposalId: id, state, answer: decision.answer }, now);
  });
}
