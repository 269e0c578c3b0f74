import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { Actor } from '../access/actor.ts';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import { openCatalogue } from './open-catalogue.ts';
import { sruAnswer } from './sru-answers.ts';

const packed = promisify(gzip);
/** A query may be escaped threefold. */
const mostBody = 64 * 1024;

/** /sru: the catalogue searched by other libraries' programs, by SRU 1.1, 1.2 and 2.0. */
export function sruRoutes(given: { metadata: Metadata; publicUrl: string }): Route[] {
  const parts = { ...given, catalogue: openCatalogue(given.metadata) };
  async function answer(actor: Actor, asked: URLSearchParams, request: Request, response: Response): Promise<void> {
    const { version, xml } = await sruAnswer(parts, actor, asked);
    const text = Buffer.from(xml);
    const own = version === '2.0' && `${asked.get('httpAccept') ?? ''},${request.headers.accept ?? ''}`.includes('application/sru+xml');
    response.set({ 'content-type': `${own ? 'application/sru+xml' : 'text/xml'}; charset=utf-8`, 'cache-control': 'no-store', vary: 'Accept, Accept-Encoding, Authorization', 'access-control-allow-origin': '*' });
    if (!request.acceptsEncodings('gzip')) return void response.end(text);
    response.set('content-encoding', 'gzip').end(await packed(text, { level: 4 }));
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
      handle: async ({ actor, request, response }) => answer(actor, new URLSearchParams(await formOf(request)), request, response),
    }),
  ];
}

/** Throws Refusal for another type, or for more than any request of SRU needs. */
async function formOf(request: Request): Promise<string> {
  if (!request.is('application/x-www-form-urlencoded')) throw new Refusal('media-type-unsupported');
  let text = '';
  for await (const piece of request.setEncoding('utf8')) {
    text += piece as string;
    if (text.length > mostBody) throw new Refusal('body-too-large');
  }
  return text;
}
