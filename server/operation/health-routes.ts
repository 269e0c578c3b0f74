import { health, type Health, liveness, type PartName, partNames, type PartState, readiness, type Readiness } from '../contract/health.ts';
import { route, type Route } from '../http/route.ts';
import { type CheckedParts, partChecks } from './part-checks.ts';
import type { Draining } from './draining.ts';

/** GET /api/health, /live and /ready: names and counts only, for the addresses are open to everyone. */
export function healthRoutes(parts: CheckedParts & { version: string; draining: Draining }): Route[] {
  const checks = partChecks(parts);
  const look = async (names: readonly PartName[]): Promise<Partial<Record<PartName, PartState>>> =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await checks[name]()] as const)));
  let searchHasServed = false;

  return [
    route({
      method: 'get',
      path: '/api/health',
      summary: 'State of each part: 200 when readers can be served, 503 when they cannot',
      tag: 'health',
      answers: health,
      always: true,
      anonymous: true,
      handle: async ({ response }) => {
        const seen = await look(partNames);
        const states = Object.values(seen).map((part) => part.state);
        const status: Health['status'] = states.includes('down') ? 'down' : states.some((state) => state !== 'ok') ? 'degraded' : 'ok';
        response.setHeader('cache-control', 'no-store');
        if (status === 'down') response.status(503);
        return { status, version: parts.version, parts: seen };
      },
    }),
    route({
      method: 'get',
      path: '/api/health/live',
      summary: 'This process answers; no part is asked. A process that does not answer is to be started anew',
      tag: 'health',
      answers: liveness,
      always: true,
      anonymous: true,
      handle: async ({ response }) => {
        response.setHeader('cache-control', 'no-store');
        return { status: 'live' as const };
      },
    }),
    route({
      method: 'get',
      path: '/api/health/ready',
      summary: 'Whether to send readers to this process: 503 until database, objects and search can serve, while database or objects are away, and while it is stopping',
      tag: 'health',
      answers: readiness,
      always: true,
      anonymous: true,
      handle: async ({ response }) => {
        response.setHeader('cache-control', 'no-store');
        parts.draining.asked();
        if (parts.draining.begun()) {
          response.status(503);
          return { status: 'draining' as const, parts: {} };
        }
        const seen = await look(['database', 'objects', 'search']);
        const can = (name: PartName): boolean => seen[name]?.state !== 'down';
        searchHasServed ||= can('search');
        // Without the search engine books can still be opened and read: a process that has served stays, or a proxy would send readers nowhere.
        const status: Readiness['status'] = can('database') && can('objects') && searchHasServed ? 'ready' : 'not-ready';
        if (status !== 'ready') response.status(503);
        return { status, parts: seen };
      },
    }),
  ];
}
