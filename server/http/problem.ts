import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { ZodError } from 'zod';
import { SearchUnavailable } from '../../search/search-index.ts';
import { DatabaseUnavailable } from '../../storage/metadata/database.ts';
import { ObjectMissing, StoreFull, StoreUnavailable } from '../../storage/objects/object-store.ts';
import type { Problem } from '../contract/common.ts';
import { Refusal } from '../errors.ts';
import type { Log } from '../log.ts';

/** What a thrown thing is to whoever asked. Null: a fault of ours. */
function asRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof SearchUnavailable) return new Refusal('search-unavailable', {}, { cause: error });
  if (error instanceof StoreFull) return new Refusal('storage-full', {}, { cause: error });
  if (error instanceof ObjectMissing || error instanceof StoreUnavailable) return new Refusal('storage-unavailable', {}, { cause: error });
  if (error instanceof DatabaseUnavailable) return new Refusal('database-unavailable', { retryAfter: 5 }, { cause: error });
  if (typeof error === 'object' && error !== null) {
    const { code, type, status } = error as { code?: string; type?: string; status?: number };
    if (code === 'SQLITE_FULL' || code === 'ENOSPC' || /database or disk is full/.test(String(error))) return new Refusal('storage-full', {}, { cause: error });
    if (type === 'entity.too.large') return new Refusal('body-too-large');
    if (type === 'entity.parse.failed' || type === 'encoding.unsupported' || type === 'charset.unsupported' || error instanceof URIError) return new Refusal('not-valid');
    if (status === 400) return new Refusal('not-valid');
  }
  return null;
}

/** A part that could not do what was asked of it, for counting. */
export interface PartFault {
  part: 'database' | 'objects' | 'search';
  kind: 'unavailable' | 'full' | 'missing' | 'damaged' | 'down' | 'version' | 'closed';
}

function partFaultOf(refusal: Refusal | null): PartFault | null {
  const { cause } = refusal ?? {};
  if (cause instanceof SearchUnavailable) return { part: 'search', kind: cause.reason };
  if (cause instanceof DatabaseUnavailable) return { part: 'database', kind: 'unavailable' };
  if (cause instanceof ObjectMissing) return { part: 'objects', kind: 'missing' };
  if (cause instanceof StoreUnavailable) return { part: 'objects', kind: 'unavailable' };
  if (refusal?.code === 'storage-full') return { part: (cause as { code?: string } | undefined)?.code === 'SQLITE_FULL' ? 'database' : 'objects', kind: 'full' };
  return null;
}

/** RFC 9457 problem details. `fields` names each fault of a body or query (zod issue codes). */
export function sendProblem(request: Request, response: Response, refusal: Refusal): void {
  const cause = refusal.cause;
  const body: Problem = {
    type: `${request.app.get('public url') ?? ''}/api/docs#${refusal.code}`,
    title: STATUS_CODES[refusal.status] ?? 'Error',
    status: refusal.status,
    code: refusal.code,
    ...(Object.keys(refusal.params).length > 0 ? { params: refusal.params } : {}),
    instance: request.originalUrl.split('?')[0],
    ...(cause instanceof ZodError ? { fields: cause.issues.slice(0, 50).map((issue) => ({ path: issue.path.join('.'), code: issue.code })) } : {}),
  };
  const retryAfter = refusal.params['retryAfter'];
  if (typeof retryAfter === 'number') response.setHeader('retry-after', String(retryAfter));
  // Said of what was asked for, and not of the problem.
  for (const header of ['content-disposition', 'content-length', 'etag', 'last-modified']) response.removeHeader(header);
  response.setHeader('cache-control', 'no-store');
  response.status(refusal.status).type('application/problem+json').send(JSON.stringify(body));
}

/**
 * The one translator from thrown to sent. What is not a refusal is logged with its cause and answered as 500 with the request's id;
 * `partFailed` hears of every part that could not do its work.
 */
export function problemHandler(log: Log, partFailed: (fault: PartFault) => void = () => {}): ErrorRequestHandler {
  return (error, request, response, next) => {
    const refusal = asRefusal(error);
    const fault = partFaultOf(refusal);
    if (fault) partFailed(fault);
    if (!refusal || refusal.status >= 500) log.error({ err: (refusal?.cause as Error | undefined) ?? error, requestId: request.id }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return next();
    }
    sendProblem(request, response, refusal ?? new Refusal('internal-error', { requestId: String(request.id) }));
  };
}
