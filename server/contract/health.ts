import { z } from 'zod';

export const partState = z.object({ state: z.enum(['ok', 'starting', 'degraded', 'down']), detail: z.string().nullable() });
/** GET /api/health: 200 when every part can serve, 503 otherwise. Parts: database, objects, search, worker, disk. */
export const health = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  version: z.string(),
  parts: z.record(z.string(), partState),
});
export type Health = z.infer<typeof health>;
