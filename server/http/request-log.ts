import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Log } from '../log.ts';

declare module 'express-serve-static-core' {
  interface Request {
    id: string;
  }
}

/**
 * Gives every request an id and logs one line when it ends: the route's pattern, never the address asked for nor who asked,
 * because which book a child opens is nobody's business.
 */
export function requestLog(log: Log): RequestHandler {
  return (request, response, next) => {
    request.id = randomBytes(8).toString('hex');
    response.setHeader('x-request-id', request.id);
    const started = process.hrtime.bigint();
    response.once('close', () => {
      const ms = Number(process.hrtime.bigint() - started) / 1e6;
      const line = {
        requestId: request.id,
        method: request.method,
        route: (request.route as { path?: string } | undefined)?.path ?? null,
        status: response.writableFinished ? response.statusCode : 499,
        ms: Math.round(ms * 10) / 10,
      };
      if (response.statusCode >= 500) log.error(line, 'request');
      else log.debug(line, 'request');
    });
    next();
  };
}
