import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type CopyRow = Row<'peer_copies'>;
export type ProposalRow = Row<'peer_proposals'>;

/** Wanted once more where it failed; one that is wanted or held already stays as it is. */
export async function wantCopy(queries: Queries, row: NewRow<'peer_copies'>): Promise<CopyRow> {
  await queries
    .insertInto('peer_copies')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['record_id', 'remote_id'])
        .doUpdateSet({ state: 'wanted', code: null, asked_by: row.asked_by, at: row.at })
        .where('peer_copies.state', '=', 'failed'),
    )
    .execute();
  return queries.selectFrom('peer_copies').selectAll().where('record_id', '=', row.record_id).where('remote_id', '=', row.remote_id).executeTakeFirstOrThrow();
}

export const copyById = (queries: Queries, id: string): Promise<CopyRow | undefined> =>
  queries.selectFrom('peer_copies').selectAll().where('id', '=', id).executeTakeFirst();

export async function changeCopy(queries: Queries, id: string, changes: Partial<Omit<CopyRow, 'id'>>): Promise<void> {
  await queries.updateTable('peer_copies').set(changes).where('id', '=', id).execute();
}

export async function dropCopies(queries: Queries, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await queries.deleteFrom('peer_copies').where('id', 'in', [...ids]).execute();
}

export const copiesOfRecords = (queries: Queries, recordIds: readonly string[]): Promise<CopyRow[]> =>
  queries.selectFrom('peer_copies').selectAll().where('record_id', 'in', [...recordIds]).orderBy('id').execute();

export async function insertProposal(queries: Queries, row: NewRow<'peer_proposals'>): Promise<void> {
  await queries
    .insertInto('peer_proposals')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export const proposalById = (queries: Queries, id: string): Promise<ProposalRow | undefined> =>
  queries.selectFrom('peer_proposals').selectAll().where('id', '=', id).executeTakeFirst();

/** Open ones first, each group newest first. */
export const proposalsWithTitles = (queries: Queries, limit: number): Promise<(ProposalRow & { title: string; peer_name: string; school_id: string })[]> =>
  queries
    .selectFrom('peer_proposals')
    .innerJoin('records', 'records.id', 'peer_proposals.record_id')
    .innerJoin('peers', 'peers.id', 'peer_proposals.peer_id')
    .selectAll('peer_proposals')
    .select(['records.title', 'peers.name as peer_name', 'records.school_id'])
    .orderBy(({ eb }) => eb.case().when('peer_proposals.state', '=', 'open').then(0).else(1).end())
    .orderBy('peer_proposals.id', 'desc')
    .limit(limit)
    .execute();

export async function countOpenProposals(queries: Queries): Promise<number> {
  const row = await queries
    .selectFrom('peer_proposals')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('direction', '=', 'in')
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** False: it has been decided already. */
export async function decideProposal(queries: Queries, id: string, decided: Pick<ProposalRow, 'state' | 'answer' | 'decided_by' | 'decided_at'>): Promise<boolean> {
  const row = await queries.updateTable('peer_proposals').set(decided).where('id', '=', id).where('state', '=', 'open').returning('id').executeTakeFirst();
  return row !== undefined;
}
