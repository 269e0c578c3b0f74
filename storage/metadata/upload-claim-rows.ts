import type { Queries } from './database.ts';
import type { Row } from './tables.ts';

/** Who may move or take in the bytes of an upload. Instants are those of the asking process's clock. */

const instant = (ms: number): string => new Date(ms).toISOString();

/** What lies further ahead was written by a clock that has since been set back. */
const furthestMs = 3600_000;

/** Takes an upload for `by` until `until` when nobody holds it, or whoever did has let its time pass. It counts as moved at `now`. */
export async function claimUpload(queries: Queries, id: string, by: string, now: number, until: number): Promise<boolean> {
  const rows = await queries
    .updateTable('uploads')
    .set({ claimed_by: by, claimed_until: instant(until), updated_at: instant(now) })
    .where('id', '=', id)
    .where((where) => where.or([where('claimed_by', 'is', null), where('claimed_until', '<', instant(now)), where('claimed_until', '>', instant(now + furthestMs))]))
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** False: it is somebody else's by now, or gone. Works past its end too, as long as nobody else has taken it. */
export async function renewUploadClaim(queries: Queries, id: string, by: string, now: number, until: number): Promise<boolean> {
  const rows = await queries
    .updateTable('uploads')
    .set({ claimed_until: instant(until), updated_at: instant(now) })
    .where('id', '=', id)
    .where('claimed_by', '=', by)
    .returning('id')
    .execute();
  return rows.length > 0;
}

export async function releaseUploadClaim(queries: Queries, id: string, by: string): Promise<void> {
  await queries.updateTable('uploads').set({ claimed_by: null, claimed_until: null }).where('id', '=', id).where('claimed_by', '=', by).execute();
}

type Outcome = Pick<Row<'uploads'>, 'state' | 'code' | 'params_json' | 'record_id' | 'file_id'>;

/** Keeps the outcome of an upload, once: false when another process has ended it or taken it over, and nothing was changed. */
export async function endUpload(queries: Queries, id: string, by: string, outcome: Outcome, now: string): Promise<boolean> {
  const rows = await queries
    .updateTable('uploads')
    .set({ ...outcome, updated_at: now })
    .where('id', '=', id)
    .where('state', '=', 'receiving')
    .where('claimed_by', '=', by)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Of these uploads, those that are still known. */
export async function knownUploads(queries: Queries, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await queries.selectFrom('uploads').select('id').where('id', 'in', [...ids]).execute();
  return new Set(rows.map((row) => row.id));
}
