import type { IncomingMessage } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import { type ZodError, type ZodType } from 'zod';
import { type Actor, guest } from '../access/actor.ts';
import { Refusal } from '../errors.ts';
import { keepBodyDigest } from './body-digest.ts';
import type { Route } from './route.ts';

export interface MountOptions {
  /** Finds out who asks; throws a Refusal for a bad token or a missing CSRF header. */
  actorOf(request: IncomingMessage): Promise<Actor>;
  /** Called before routes that are not `always`: refuses while the library is not set up or the password must change. */
  gate?(actor: Actor): Promise<void>;
  /** Checks every answer against its schema: on in tests, where a mismatch must fail, off in use, where it would only cost time. */
  checkAnswers?: boolean;
}

const json = express.json({ limit: '1mb', type: ['application/json', 'application/*+json'], verify: keepBodyDigest });

/** Throws not-valid with the fields that are wrong. */
export function parsed<T>(schema: ZodType<T> | undefined, value: unknown): T {
  if (!schema) return undefined as T;
  const result = schema.safeParse(value);
  if (!result.success) throw new Refusal('not-valid', { path: result.error.issues[0]?.path.join('.') ?? '' }, { cause: result.error as ZodError });
  return result.data;
}

/** Mounts routes on Express: parse, find the actor, handle, answer. */
export function mountRoutes(app: Express, routes: readonly Route[], options: MountOptions): void {
  for (const route of routes) {
    const handler: RequestHandler = async (request, response) => {
      const params = parsed(route.params, request.params);
      const query = parsed(route.query, request.query);
      const actor = route.anonymous ? guest() : await options.actorOf(request);
      if (!route.always) await options.gate?.(actor);
      const body = parsed(route.body, request.body);
      const answer = await route.handle({ actor, params, query, body, request, response });
      if (route.answers === 'bytes') return;
      if (options.checkAnswers) {
        const checked = (route.answers as ZodType).safeParse(answer);
        if (!checked.success) throw new Error(`${route.method} ${route.path} answered what its schema does not allow`, { cause: checked.error });
      }
      if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'private, no-cache');
      if (route.status) response.status(route.status);
      response.json(answer);
    };
    app[route.method](route.path, ...(route.body ? [json, handler] : [handler]));
  }
}
