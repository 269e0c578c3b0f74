import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';

type Schema = z.ZodType;
type Output<S> = S extends Schema ? z.output<S> : undefined;

/** What a handler gets: parsed and typed; it answers a value of `answers`, or writes to `response` itself when `answers` is 'bytes'. */
export interface Asked<P, Q, B> {
  actor: Actor;
  params: P;
  query: Q;
  body: B;
  request: Request;
  response: Response;
}

export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express 5 path: /api/records/:id */
  path: string;
  /** One English sentence for the OpenAPI description. */
  summary: string;
  tag: string;
  params?: Schema;
  query?: Schema;
  body?: Schema;
  /** Schema of the JSON answer; 'bytes' when the handler writes the response. */
  answers: Schema | 'bytes';
  status?: number;
  /** Works before the library is set up, or while the person must change their password. */
  always?: boolean;
  /** Answered past Express, see direct.ts; it is mounted on Express as well, for addresses written in another way. */
  direct?: true;
  /** Who asks is not looked up, everyone is a guest: answers while the database is away, or the handler finds it out in its own way. */
  anonymous?: boolean;
  handle(asked: Asked<unknown, unknown, unknown>): Promise<unknown>;
}

/**
 * Declares one route: the same schemas check the request, check the answer in tests, and describe it in /api/openapi.json.
 *
 *   route({ method: 'get', path: '/api/files/:id', summary: 'A file', tag: 'files', params: z.object({ id }), answers: fileView,
 *           handle: async ({ actor, params }) => present(actor, await load(params.id)) })
 */
export function route<P extends Schema | undefined = undefined, Q extends Schema | undefined = undefined, B extends Schema | undefined = undefined, A extends Schema | 'bytes' = 'bytes'>(
  declared: Omit<Route, 'params' | 'query' | 'body' | 'answers' | 'handle'> & {
    params?: P;
    query?: Q;
    body?: B;
    answers: A;
    handle(asked: Asked<Output<P>, Output<Q>, Output<B>>): Promise<A extends Schema ? z.input<A> : void>;
  },
): Route {
  return declared as unknown as Route;
}

type DirectAsked<P, Q> = Omit<Asked<P, Q, undefined>, 'request' | 'response'> & { request: IncomingMessage; response: ServerResponse };

/** A route for bytes that are asked for very often; its handler knows Node's request and response alone. */
export function directRoute<P extends Schema | undefined = undefined, Q extends Schema | undefined = undefined>(
  declared: Pick<Route, 'path' | 'summary' | 'tag'> & { params?: P; query?: Q; handle(asked: DirectAsked<Output<P>, Output<Q>>): Promise<void> },
): Route {
  return { ...declared, method: 'get', answers: 'bytes', direct: true } as unknown as Route;
}

/** The answer of a route that has nothing to say but that it was done. */
export const done = { ok: true } as const;
