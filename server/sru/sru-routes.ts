import type { Request, Response } from 'express';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { Actor } from '../access/actor.ts';
import { formBody } from '../http/form-body.ts';
import { route, type Route } from '../http/route.ts';
import { sendPieces } from '../http/streamed-text.ts';
import { openCatalogue } from './open-catalogue.ts';
import { sruAnswer } from './sru-answers.ts';

/** A query may be escaped threefold. */
const mostBody = 64 * 1024;

/** /sru: the catalogue searched by other libraries' programs, by SRU 1.1, 1.2 and 2.0. */
export function sruRoutes(given: { metadata: Metadata; publicUrl: string }): Route[] {
  const parts = { ...given, catalogue: openCatalogue(given.metadata) };
  async function answer(actor: Actor, asked: URLSearchParams, request: Request, response: Response): Promise<void> {
    const { version, xml } = await sruAnswer(parts, actor, asked);
    const own = version === '2.0' && `${asked.get('httpAccept') ?? ''},${request.headers.accept ?? ''}`.includes('application/sru+xml');
    response.set({ 'content-type': `${own ? 'application/sru+xml' : 'text/xml'}; charset=utf-8`, 'cache-control': 'no-store', vary: 'Accept, Authorization', 'access-control-allow-origin': '*' });
    await sendPieces(request, response, [xml]);
  }
  const described = { path: '/sru', tag: 'sharing', answers: 'bytes' } as const;
  return [
    route({
      ...described,
      method: 'get',
      summary: 'SRU 1.1, 1.2 and 2.0: explain, and searchRetrieve by CQL in what may be known outside; with an access token of staff, in what the sharing group shares',
      handle: ({ actor, request, response }) => answer(actor, new URL(request.originalUrl, 'http://x').searchParams, request, response),
    }),
    route({
      ...described,
      method: 'post',
      summary: 'The same, with the arguments as a form',
      handle: async ({ actor, request, response }) => answer(actor, await formBody(request, mostBody), request, response),
    }),
  ];
}
