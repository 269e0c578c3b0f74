import type { Queries } from './database.ts';
import { furthestMs } from './jobs.ts';

/**
 * Whether what is done every `everyMs` is due; if so it is moved on, and only the one who is told true does it. A new one is due at once;
 * a clock that jumped over many times makes up for them by one. MUST run in a transaction, with the work it asks for queued in the same.
 */
export async function takeTurn(queries: Queries, name: string, everyMs: number, now = Date.now()): Promise<boolean> {
  const instant = new Date(now).toISOString();
  const next_at = new Date(now + everyMs).toISOString();
  const moved = await queries
    .insertInto('schedules')
    .values({ name, next_at, last_at: instant })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ next_at, last_at: instant })
        .where(({ or, eb }) =>
          or([
            eb('schedules.next_at', '<=', instant),
            // Set by a clock that was ahead and has come back: it would be silent until then.
            eb('schedules.next_at', '>', new Date(now + everyMs + furthestMs).toISOString()),
          ]),
        ),
    )
    .returning('name')
    .execute();
  return moved.length > 0;
}
