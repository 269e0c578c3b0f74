import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { id } from '../contract/common.ts';
import { Refusal } from '../errors.ts';
import { isFresh } from '../http/fresh.ts';
import { route, type Route } from '../http/route.ts';
import { presentationType } from '../reader/manifest.ts';
import { changesCollection, changesOnPage, type ChangesParts, changesPage, discoveryType, stretchOf } from './iiif-changes.ts';
import { bookCollection, branchCollection, type CollectionKind, collectionKinds, topCollection } from './iiif-collections.ts';

const isKind = (kind: string): kind is CollectionKind => (collectionKinds as readonly string[]).includes(kind);

/** What there is to read, as IIIF collections, and what has changed in it. Everybody is a guest here. */
export function iiifListRoutes(parts: ChangesParts): Route[] {
  const send = (request: Request, response: Response, type: string, body: object): void => {
    const text = JSON.stringify(body);
    const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
    response.set({ 'content-type': request.get('accept') === 'application/json' ? 'application/json' : type, 'cache-control': 'public, no-cache', etag: tag });
    response.set({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', 'access-control-expose-headers': 'ETag' });
    response.vary('Accept');
    if (isFresh(request, tag)) response.status(304).end();
    else response.end(text);
  };
  const described = { method: 'get', tag: 'iiif', answers: 'bytes', anonymous: true } as const;
  // Not the schema of an id: what cannot be one names nothing that is here.
  const going = z.object({ after: z.string().max(100).default('') });
  const afterOf = (after: string): string => {
    if (after !== '' && !id.safeParse(after).success) throw new Refusal('not-found');
    return after;
  };

  return [
    route({
      ...described,
      path: '/iiif/collection/:kind',
      summary: 'IIIF Presentation 3.0 collections: top, all, or a branch of it (subject, grade, type)',
      params: z.object({ kind: z.string().max(100) }),
      query: going,
      handle: async ({ params: { kind }, query, request, response }) => {
        const body = kind === 'top' ? await topCollection(parts) : kind === 'all' ? await bookCollection(parts, null, afterOf(query.after)) : isKind(kind) ? await branchCollection(parts, kind) : null;
        if (!body) throw new Refusal('not-found');
        send(request, response, presentationType, body);
      },
    }),
    route({
      ...described,
      path: '/iiif/collection/:kind/:code',
      summary: 'IIIF Presentation 3.0 collection of the public books of a subject, a grade or a type',
      params: z.object({ kind: z.string().max(100), code: z.string().max(100) }),
      query: going,
      handle: async ({ params: { kind, code }, query, request, response }) => {
        const body = isKind(kind) ? await bookCollection(parts, { kind, code }, afterOf(query.after)) : null;
        if (!body) throw new Refusal('not-found');
        send(request, response, presentationType, body);
      },
    }),
    route({
      ...described,
      path: '/iiif/activity/collection',
      summary: 'IIIF Change Discovery 1.0: where the changes of the public books begin and end',
      handle: async ({ request, response }) => send(request, response, discoveryType, await changesCollection(parts, changesOnPage)),
    }),
    route({
      ...described,
      path: '/iiif/activity/page/:name',
      summary: 'IIIF Change Discovery 1.0: a page of changes',
      params: z.object({ name: z.string().max(200) }),
      handle: async ({ params, request, response }) => {
        const stretch = stretchOf(params.name);
        if (stretch === undefined) throw new Refusal('not-found');
        send(request, response, discoveryType, await changesPage(parts, stretch, changesOnPage));
      },
    }),
  ];
}
