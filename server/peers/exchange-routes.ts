import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { fileWithRecord } from '../../storage/metadata/files.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { id } from '../contract/common.ts';
import { exchangePage, exchangeQuery, heardMessages, pairingSide, toldMessages } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { sendOriginal } from '../files/original-sending.ts';
import { directRoute, route, type Route } from '../http/route.ts';
import { exchangeFeed } from './exchange-feed.ts';
import { hearMessages } from './hearing.ts';
import { answerPairing, type Self } from './pairing.ts';

export interface ExchangeParts {
  metadata: Metadata;
  objects: ObjectStore;
  publicUrl: string;
  self(): Promise<Self>;
}

/** /api/exchange: what installations say to each other. */
export function exchangeRoutes({ metadata, objects, publicUrl, self }: ExchangeParts): Route[] {
  const tag = 'sharing';
  return [
    route({
      ...{ method: 'get', path: '/api/exchange/changes', tag },
      summary: 'Records that are shared and their events: NEW, UPDATE, CANCEL; the public ones, and with a peer’s signature those of the sector',
      query: exchangeQuery,
      answers: exchangePage,
      handle: ({ actor, query }) => exchangeFeed({ metadata, publicUrl }, actor, query),
    }),
    directRoute({
      ...{ path: '/api/exchange/files/:id', tag },
      summary: 'The original of a file that may be taken away, to a peer; in ranges, never by way of another address',
      params: z.object({ id }),
      handle: async ({ actor, params, request, response }) => {
        const found = await fileWithRecord(metadata.queries, params.id);
        authorize(recordPolicy, 'file-not-found', actor, 'download', found);
        await sendOriginal(objects, { ...found!, name: found!.file_name }, false, false, request, response, { through: true });
      },
    }),
    route({
      ...{ method: 'post', path: '/api/exchange/messages', tag },
      summary: 'What a peer tells: changes, confirmations, proposals, another key, its leave',
      body: toldMessages,
      answers: heardMessages,
      handle: async ({ actor, body }) => {
        if (actor.kind !== 'peer') throw new Refusal('not-allowed');
        return { results: await hearMessages(metadata, actor, body.messages) };
      },
    }),
    route({
      ...{ method: 'post', path: '/api/exchange/pairing', tag },
      summary: 'An installation that knows a code from here introduces itself',
      body: pairingSide,
      answers: pairingSide,
      anonymous: true,
      handle: async ({ body }) => answerPairing(metadata, await self(), body),
    }),
  ];
}
