import type { Metadata } from '../../storage/metadata/database.ts';
import { queueDepth } from '../../storage/metadata/jobs.ts';
import { workersAlive } from '../../storage/metadata/processes.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { health, type Health } from '../contract/health.ts';
import { route, type Route } from './route.ts';

/** Below this an upload of a scanned book may no longer fit. */
const lowDiskBytes = 2 * 1024 ** 3;

type Part = Health['parts'][string];

const down = (error: unknown): Part => ({ state: 'down', detail: error instanceof Error ? error.name : null });

/** GET /api/health. Details name counts and sizes only: the address is open to everyone. */
export function healthRoutes(parts: { metadata: Metadata; objects: ObjectStore; search: SearchIndex; version: string }): Route[] {
  const checks: Record<string, () => Promise<Part>> = {
    async database() {
      const { queued, running } = await queueDepth(parts.metadata.queries);
      return { state: 'ok', detail: `queued ${queued}, running ${running}` };
    },
    async objects() {
      await parts.objects.check();
      return { state: 'ok', detail: null };
    },
    async disk() {
      const { freeBytes } = await parts.objects.check();
      return { state: freeBytes !== null && freeBytes < lowDiskBytes ? 'degraded' : 'ok', detail: freeBytes === null ? null : `${Math.floor(freeBytes / 1024 ** 2)} MB` };
    },
    async search() {
      const { state, records, pages } = await parts.search.state();
      return { state: state === 'down' ? 'down' : state === 'rebuilding' ? 'starting' : 'ok', detail: `records ${records}, pages ${pages}` };
    },
    async worker() {
      const alive = await workersAlive(parts.metadata.queries);
      return { state: alive > 0 ? 'ok' : 'degraded', detail: String(alive) };
    },
  };
  return [
    route({
      method: 'get',
      path: '/api/health',
      summary: 'State of each part: 200 when readers can be served, 503 when they cannot',
      tag: 'health',
      answers: health,
      always: true,
      handle: async ({ response }) => {
        const entries = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await check().catch(down)] as const));
        const states = entries.map(([, part]) => part.state);
        const status: Health['status'] = states.includes('down') ? 'down' : states.some((state) => state !== 'ok') ? 'degraded' : 'ok';
        response.setHeader('cache-control', 'no-store');
        if (status === 'down') response.status(503);
        return { status, version: parts.version, parts: Object.fromEntries(entries) };
      },
    }),
  ];
}
