import { z } from 'zod';
import { jobPending } from '../../storage/metadata/jobs.ts';
import type { Person } from '../access/actor.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id, okay } from '../contract/common.ts';
import { operationView, retried } from '../contract/operation.ts';
import { Refusal } from '../errors.ts';
import { done, route, type Route } from '../http/route.ts';
import { type Job, jobKey } from '../jobs/job-kinds.ts';
import { enqueue } from '../jobs/queue.ts';
import { currentRequestId, type Log } from '../log.ts';
import { retryAllFailed, retryFailed } from './job-retrying.ts';
import { type OperationParts, operationPresenter } from './operation-view.ts';

/** /api/operation: what runs, waits and has failed, and the buttons beside it; for administrators. */
export function operationRoutes(parts: OperationParts & { log: Log }): Route[] {
  const { metadata, log } = parts;
  const present = operationPresenter(parts);
  /** Who did it by their id alone; a warning, so that the usual level keeps it. */
  const audit = (actor: Person, act: string, of: object): void => log.warn({ requestId: currentRequestId(), by: actor.id, act, ...of }, 'done by an administrator');

  return [
    route({
      method: 'get',
      path: '/api/operation',
      summary: 'Queue, running and failed jobs, disk, index, processes, versions and the last backup of the whole installation',
      tag: 'operation',
      answers: operationView,
      handle: async ({ actor, response }) => {
        authorizeSchool(actor, 'operate');
        response.setHeader('cache-control', 'no-store');
        return present(actor);
      },
    }),
    route({
      method: 'post',
      path: '/api/operation/failed/retry',
      summary: 'Queue every failed job again',
      tag: 'operation',
      answers: retried,
      handle: async ({ actor }) => {
        authorizeSchool(actor, 'operate');
        const queued = await retryAllFailed(metadata);
        audit(actor, 'retry-all', { queued });
        return { queued };
      },
    }),
    route({
      method: 'post',
      path: '/api/operation/failed/:id/retry',
      summary: 'Queue a failed job again; 404 when it is queued already',
      tag: 'operation',
      params: z.object({ id }),
      answers: okay,
      handle: async ({ actor, params }) => {
        authorizeSchool(actor, 'operate');
        const failed = await retryFailed(metadata, params.id);
        if (!failed) throw new Refusal('not-found');
        audit(actor, 'retry', { jobId: failed.id, kind: failed.kind });
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/operation/reindex',
      summary: 'Build the search index anew beside the one in use; nothing when that is under way',
      tag: 'operation',
      answers: okay,
      handle: async ({ actor }) => {
        authorizeSchool(actor, 'operate');
        const job: Job = { kind: 'reindex' };
        await metadata.transaction(async (queries) => {
          if (!(await jobPending(queries, jobKey(job)))) await enqueue(queries, job);
        });
        audit(actor, 'reindex', {});
        return done;
      },
    }),
  ];
}
