import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import type { Actor } from '../access/actor.ts';
import { oaiAnswer, type OaiParts } from './oai-answers.ts';

/** An eighth of the bytes is left; level 4 takes a sixth more of all the time an answer takes for a tenth of that. */
const packingLevel = 1;
const mostBody = 16 * 1024;

/** /oai: the catalogue for other repositories, by OAI-PMH 2.0. */
export function oaiRoutes(parts: OaiParts): Route[] {
  async function answer(actor: Actor, given: URLSearchParams, request: Request, response: Response): Promise<void> {
    const pieces = Readable.from(bytesOf(await oaiAnswer(parts, actor, given)));
    response.set({ 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store', vary: 'Accept-Encoding, Authorization', 'access-control-allow-origin': '*' });
    const packs = request.acceptsEncodings('gzip');
    if (packs) response.set('content-encoding', 'gzip');
    try {
      // A piece is packed in another thread while the next is written.
      await (packs ? pipeline(pieces, createGzip({ level: packingLevel }), response) : pipeline(pieces, response));
    } catch (error) {
      // Whoever asked went away; their answer is nobody's any more.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
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
      handle: async ({ actor, request, response }) => answer(actor, new URLSearchParams(await formOf(request)), request, response),
    }),
  ];
}

function* bytesOf(pieces: Iterable<string>): Generator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Throws Refusal for another type, or for more than any request of OAI-PMH needs. */
async function formOf(request: Request): Promise<string> {
  if (!request.is('application/x-www-form-urlencoded')) throw new Refusal('media-type-unsupported');
  let text = '';
  for await (const piece of request.setEncoding('utf8')) {
    text += piece as string;
    if (text.length > mostBody) throw new Refusal('body-too-large');
  }
  return text;
}
