import { z } from 'zod';
import { sourcesOfSchool } from '../../../storage/metadata/harvest-sources.ts';
import type { Metadata } from '../../../storage/metadata/database.ts';
import type { Actor, Person } from '../../access/actor.ts';
import { authorizeSchool } from '../../access/school-policy.ts';
import { id, okay } from '../../contract/common.ts';
import { addressLooked, allowedHostList, asideList, asideQuery, newSource, previewAsked, previewView, repositoryView, runAsked, sourceChanges, sourceDetail, sourceList } from '../../contract/harvest.ts';
import { Refusal } from '../../errors.ts';
import { done, route, type Route } from '../../http/route.ts';
import { currentRequestId, type Log } from '../../log.ts';
import { allowedHosts, putAllowedHosts, readHost } from '../../outbound/allowed-hosts.ts';
import { addSource, editSource, ownSource, removeSource } from './source-keeping.ts';
import { identified, lookAt, previewOf } from './source-looking.ts';
import { beginRun, stopRun } from './source-runs.ts';
import { asidePage, sourceViews, sourceWithRuns } from './source-view.ts';

/** /api/harvest: other catalogues whose records are taken in, for those who catalogue. */
export function sourceRoutes({ metadata, log }: { metadata: Metadata; log: Log }): Route[] {
  const cataloguer = (actor: Actor): Person => {
    authorizeSchool(actor, 'harvest');
    return actor;
  };
  const tag = 'sharing';
  const one = { tag, params: z.object({ id }) };
  return [
    route({
      ...{ method: 'post', path: '/api/harvest/look', tag },
      summary: 'Ask a repository by OAI-PMH who it is, and for its sets and formats',
      body: addressLooked,
      answers: repositoryView,
      handle: async ({ actor, body }) => {
        cataloguer(actor);
        return lookAt(metadata, body.address);
      },
    }),
    route({
      ...{ method: 'post', path: '/api/harvest/preview', tag },
      summary: 'The first ten records of a repository as they would stand here; nothing is kept',
      body: previewAsked,
      answers: previewView,
      handle: async ({ actor, body }) => {
        cataloguer(actor);
        return previewOf(metadata, body);
      },
    }),
    route({
      ...{ method: 'get', path: '/api/harvest/sources', tag },
      summary: 'Sources of the school, with what was taken and the last run of each',
      answers: sourceList,
      handle: async ({ actor }) => ({ sources: await sourceViews(metadata, await sourcesOfSchool(metadata.queries, cataloguer(actor).schoolId)) }),
    }),
    route({
      ...{ method: 'post', path: '/api/harvest/sources', tag },
      summary: 'Add a source; nothing is taken before its schedule or a run by hand',
      body: newSource,
      answers: sourceDetail,
      status: 201,
      handle: async ({ actor, body }) => {
        const person = cataloguer(actor);
        return sourceWithRuns(metadata, await addSource(metadata, person, body, await identified(metadata, body.address), new Date()));
      },
    }),
    route({
      ...{ ...one, method: 'get', path: '/api/harvest/sources/:id' },
      summary: 'A source with its last twenty runs',
      answers: sourceDetail,
      handle: async ({ actor, params }) => sourceWithRuns(metadata, await ownSource(metadata, cataloguer(actor), params.id)),
    }),
    route({
      ...{ ...one, method: 'patch', path: '/api/harvest/sources/:id' },
      summary: 'Change name or schedule of a source',
      body: sourceChanges,
      answers: sourceDetail,
      handle: async ({ actor, params, body }) => {
        const person = cataloguer(actor);
        await editSource(metadata, await ownSource(metadata, person, params.id), body, new Date());
        return sourceWithRuns(metadata, await ownSource(metadata, person, params.id));
      },
    }),
    route({
      ...{ ...one, method: 'delete', path: '/api/harvest/sources/:id' },
      summary: 'Take nothing from a source any more, and withdraw what was taken',
      answers: okay,
      handle: async ({ actor, params }) => {
        await removeSource(metadata, await ownSource(metadata, cataloguer(actor), params.id), new Date());
        return done;
      },
    }),
    route({
      ...{ ...one, method: 'post', path: '/api/harvest/sources/:id/run' },
      summary: 'Harvest now; goes on with an open run at once',
      body: runAsked,
      answers: sourceDetail,
      handle: async ({ actor, params, body }) => {
        const source = await ownSource(metadata, cataloguer(actor), params.id);
        await metadata.transaction((queries) => beginRun(queries, source, body));
        return sourceWithRuns(metadata, source);
      },
    }),
    route({
      ...{ ...one, method: 'post', path: '/api/harvest/sources/:id/stop' },
      summary: 'Stop after the page that is being read; what was taken stays',
      answers: sourceDetail,
      handle: async ({ actor, params }) => {
        const source = await ownSource(metadata, cataloguer(actor), params.id);
        await metadata.transaction((queries) => stopRun(queries, source.id));
        return sourceWithRuns(metadata, source);
      },
    }),
    route({
      ...{ ...one, method: 'get', path: '/api/harvest/sources/:id/asides' },
      summary: 'What a source told that could not be taken, with text and reason',
      query: asideQuery,
      answers: asideList,
      handle: async ({ actor, params, query }) => asidePage(metadata, await ownSource(metadata, cataloguer(actor), params.id), query.after, query.size),
    }),
    route({
      ...{ method: 'get', path: '/api/harvest/allowed-hosts', tag },
      summary: 'Servers of the inner network that requests may go to',
      answers: allowedHostList,
      handle: async ({ actor }) => {
        authorizeSchool(actor, 'operate');
        return { hosts: [...(await allowedHosts(metadata.queries))] };
      },
    }),
    route({
      ...{ method: 'put', path: '/api/harvest/allowed-hosts', tag },
      summary: 'Allow requests to servers of the inner network; by administrators alone',
      body: allowedHostList,
      answers: allowedHostList,
      handle: async ({ actor, body }) => {
        authorizeSchool(actor, 'operate');
        const hosts = body.hosts.map((host, at) => {
          const read = readHost(host);
          if (read === null) throw new Refusal('not-valid', { path: `hosts.${at}` });
          return read;
        });
        await putAllowedHosts(metadata.queries, hosts);
        log.warn({ requestId: currentRequestId(), by: actor.id, act: 'allow-hosts', hosts }, 'done by an administrator');
        return { hosts: [...(await allowedHosts(metadata.queries))] };
      },
    }),
  ];
}
