import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Actor } from '../access/actor.ts';
import { schoolAbilities } from '../access/school-policy.ts';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import type { Metrics } from './metrics.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** As long for a wrong token as for the right one, whatever its length. */
const isToken = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

/** GET /metrics: for METRICS_TOKEN as bearer, and for those who operate the library; for everyone else there is nothing here. */
export function metricsRoutes(parts: { metrics: Metrics; token: string | null; actorOf(request: Request): Promise<Actor> }): Route[] {
  async function mayRead(request: Request): Promise<boolean> {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (parts.token !== null && bearer !== undefined && isToken(bearer, parts.token)) return true;
    const actor = await parts.actorOf(request).catch((error: unknown) => {
      if (error instanceof Refusal) return null;
      throw error;
    });
    return actor?.kind === 'person' && !actor.mustChangePassword && schoolAbilities(actor).operate;
  }

  return [
    route({
      method: 'get',
      path: '/metrics',
      summary: 'What this process and the library have done, in the text format of Prometheus; for METRICS_TOKEN and administrators',
      tag: 'operation',
      answers: 'bytes',
      always: true,
      anonymous: true,
      handle: async ({ request, response }) => {
        if (!(await mayRead(request))) throw new Refusal('not-found');
        const { type, text } = await parts.metrics.scrape();
        response.set({ 'content-type': type, 'cache-control': 'no-store' }).send(text);
      },
    }),
  ];
}
