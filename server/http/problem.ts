import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
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
  if (error instanceof SearchUnavailable) {
    const rebuilt = error.reason === 'damaged' || error.reason === 'version';
    return rebuilt ? new Refusal('search-rebuilding', { retryAfter: 30 }, { cause: error }) : new Refusal('search-unavailable', {}, { cause: error });
  }
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
function sendProblem(publicUrl: string, asked: string, headOnly: boolean, response: ServerResponse, refusal: Refusal): void {
  const cause = refusal.cause;
  const body: Problem = {
    type: `${publicUrl}/api/docs#${refusal.code}`,
    title: STATUS_CODES[refusal.status] ?? 'Error',
    status: refusal.status,
    code: refusal.code,
    ...(Object.keys(refusal.params).length > 0 ? { params: refusal.params } : {}),
    instance: asked.split('?')[0],
    ...(cause instanceof ZodError ? { fields: cause.issues.slice(0, 50).map((issue) => ({ path: issue.path.join('.'), code: issue.code })) } : {}),
  };
  const retryAfter = refusal.params['retryAfter'];
  if (typeof retryAfter === 'number') response.setHeader('retry-after', String(retryAfter));
  // Said of what was asked for, and not of the problem.
  for (const header of ['content-disposition', 'content-length', 'etag', 'last-modified']) response.removeHeader(header);
  response.setHeader('cache-control', 'no-store');
  const text = Buffer.from(JSON.stringify(body));
  response.setHeader('content-type', 'application/problem+json; charset=utf-8');
  response.setHeader('content-length', text.length);
  response.statusCode = refusal.status;
  response.end(headOnly ? undefined : text);
}

/** Answers what was thrown; whoever asked is told, and so are the log and the counts. */
export type AnswerProblem = (error: unknown, request: IncomingMessage, response: ServerResponse, requestId: string) => void;

/**
 * The one translator from thrown to sent. What is not a refusal is logged with its cause and answered as 500 with the request's id;
 * `partFailed` hears of every part that could not do its work.
 */
export function problemAnswers(log: Log, publicUrl: string, partFailed: (fault: PartFault) => void): AnswerProblem {
  return (error, request, response, requestId) => {
    const refusal = asRefusal(error);
    const fault = partFaultOf(refusal);
    if (fault) partFailed(fault);
    if (!refusal || refusal.status >= 500) log.error({ err: (refusal?.cause as Error | undefined) ?? error, requestId }, 'request failed');
    if (response.headersSent) return void response.destroy();
    const asked = (request as { originalUrl?: string }).originalUrl ?? request.url!;
    sendProblem(publicUrl, asked, request.method === 'HEAD', response, refusal ?? new Refusal('internal-error', { requestId }));
  };
}

export const problemHandler =
  (answer: AnswerProblem): ErrorRequestHandler =>
  (error, request, response, _next) =>
    answer(error, request, response, request.id);
