import { z } from 'zod';

export const partNames = ['database', 'objects', 'disk', 'search', 'worker'] as const;
export type PartName = (typeof partNames)[number];

/** Why a part is not well. `unreachable`: it answered with an error; `no-answer`: not in time. */
export const partFaults = ['unreachable', 'no-answer', 'rebuilding', 'disk-low', 'no-worker'] as const;

export const partState = z.object({
  state: z.enum(['ok', 'starting', 'degraded', 'down']),
  fault: z.enum(partFaults).nullable(),
  /** Counts and bytes only, for the address is open to everyone: queued, running, records, pages, freeBytes, alive. */
  figures: z.record(z.string(), z.number()),
});
export type PartState = z.infer<typeof partState>;

const parts = z.partialRecord(z.enum(partNames), partState);

/** GET /api/health: 200 when every part can serve, 503 otherwise. */
export const health = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  version: z.string(),
  parts,
});
export type Health = z.infer<typeof health>;

/** GET /api/health/live: this process answers; nothing else was asked. */
export const liveness = z.object({ status: z.literal('live') });

/** GET /api/health/ready: 200 while readers may be sent here, 503 otherwise. */
export const readiness = z.object({ status: z.enum(['ready', 'not-ready', 'draining']), parts });
export type Readiness = z.infer<typeof readiness>;
