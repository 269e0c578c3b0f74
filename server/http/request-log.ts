import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { type Log, withinRequest } from '../log.ts';

declare module 'express-serve-static-core' {
  interface Request {
    id: string;
  }
}

/** One request that has ended, without anything that tells who asked for what. */
export interface EndedRequest {
  method: string;
  route: string;
  /** 499 when the asker went away before the end. */
  status: number;
  seconds: number;
  /** Bytes of an upload that this request brought. */
  uploaded: number;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const safeId = /^[A-Za-z0-9][A-Za-z0-9_-]{7,63}$/;
const uploadsRoute = '/api/uploads';

/**
 * The pattern of the route that a request found, out of a set that is closed whatever is asked: never the address, because which book a
 * child opens is nobody's business.
 */
function routeOf(request: Request): string {
  const path = (request.route as { path?: string | RegExp } | undefined)?.path;
  const asked = request.originalUrl;
  if (typeof path === 'string') return path;
  if (asked.startsWith(uploadsRoute)) return uploadsRoute;
  if (path !== undefined) return 'page';
  return asked.startsWith('/assets/') ? 'asset' : 'other';
}

/** What tus has taken of a PATCH, by its own offsets; of one that was cut off, what came over the line. */
function uploadedBy(request: IncomingMessage, response: ServerResponse, route: string, before: number): number {
  if (request.method !== 'PATCH' || route !== uploadsRoute) return 0;
  const [from, to] = [Number(request.headers['upload-offset']), Number(response.getHeader('upload-offset'))];
  const taken = response.statusCode < 300 && to >= from ? to - from : request.socket.bytesRead - before;
  return Math.max(0, taken);
}

/** Says whether an address of the hop before is a proxy of ours. */
export type Trusts = (address: string | undefined, hop: number) => boolean;

/** The id that a proxy gave the request, where there is one to trust and the id can do no harm in a log; else one of our own. */
function idOf(request: IncomingMessage, trusts: Trusts): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && safeId.test(given) && trusts(request.socket.remoteAddress, 0)) return given;
  // From a store of random bytes, which costs a tenth of asking for some each time.
  return randomUUID().replaceAll('-', '').slice(16);
}

export interface RequestNotes {
  /** Gives a request its id, and when it has ended logs one line and tells `ended`. `routeOf` is asked at the end. */
  begin(request: IncomingMessage, response: ServerResponse, routeOf: () => string): string;
}

export function requestNotes(log: Log, trusts: Trusts, ended: (request: EndedRequest) => void): RequestNotes {
  return {
    begin(request, response, routeOf) {
      const requestId = idOf(request, trusts);
      response.setHeader('x-request-id', requestId);
      const started = process.hrtime.bigint();
      const before = request.socket.bytesRead;
      response.once('close', () => {
        const seconds = Number(process.hrtime.bigint() - started) / 1e9;
        const method = methods.has(request.method!) ? request.method! : 'other';
        const route = routeOf();
        const status = response.writableFinished ? response.statusCode : 499;
        ended({ method, route, status, seconds, uploaded: uploadedBy(request, response, route, before) });
        const line = { requestId, method, route, status, ms: Math.round(seconds * 10_000) / 10 };
        // The 503 of the health says how the library is; the request itself went well.
        if (response.statusCode >= 500 && !route.startsWith('/api/health')) log.error(line, 'request');
        else log.debug(line, 'request');
      });
      return requestId;
    },
  };
}

/** The same for whatever Express answers; what the request queues remembers its id. */
export const requestLog =
  (notes: RequestNotes): RequestHandler =>
  (request, response, next) => {
    request.id = notes.begin(request, response, () => routeOf(request));
    withinRequest(request.id, next);
  };
