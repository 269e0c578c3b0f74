import type { Request, Response } from 'express';
import { formBody } from '../http/form-body.ts';
import { route, type Route } from '../http/route.ts';
import { sendPieces } from '../http/streamed-text.ts';
import type { Actor } from '../access/actor.ts';
import { oaiAnswer, type OaiParts } from './oai-answers.ts';

/** More than any request of OAI-PMH needs. */
const mostBody = 16 * 1024;

/** /oai: the catalogue for other repositories, by OAI-PMH 2.0. */
export function oaiRoutes(parts: OaiParts): Route[] {
  async function answer(actor: Actor, given: URLSearchParams, request: Request, response: Response): Promise<void> {
    const pieces = await oaiAnswer(parts, actor, given);
    response.set({ 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store', vary: 'Authorization', 'access-control-allow-origin': '*' });
    await sendPieces(request, response, pieces);
  }
  const described = { path: '/oai', tag: 'sharing', answers: 'bytes' } as const;
  return [
    route({
      ...described,
      method: 'get',
      summary: 'OAI-PMH 2.0: what may be known outside; with an access token of staff, what the sharing group shares',
      handle: ({ actor, request, response }) => answer(actor, new URL(request.originalUrl, 'http://x').searchParams, request, response),
    }),
    route({
      ...described,
      method: 'post',
      summary: 'The same, with the arguments as a form (section 3.1.1.2)',
      handle: async ({ actor, request, response }) => answer(actor, await formBody(request, mostBody), request, response),
    }),
  ];
}
