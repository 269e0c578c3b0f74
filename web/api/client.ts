import type { Problem } from '../../server/contract/common.ts';

/** A no from the server (RFC 9457), or `offline` when no answer came. web/messages has a sentence for every code. */
export class ProblemError extends Error {
  constructor(readonly problem: Pick<Problem, 'code' | 'status' | 'params' | 'fields' | 'instance'>) {
    super(problem.code);
    this.name = 'ProblemError';
  }
  get code(): string {
    return this.problem.code;
  }
  get params(): Record<string, unknown> {
    return this.problem.params ?? {};
  }
}

let csrf: string | null = null;
let renewCsrf: () => Promise<void> = async () => {};

/** The session hands over its token, and the way to get a new one after a `csrf-mismatch`. */
export function useCsrf(token: string | null, renew: () => Promise<void>): void {
  csrf = token;
  renewCsrf = renew;
}
export const csrfHeader = (): Record<string, string> => (csrf === null ? {} : { 'x-csrf-token': csrf });

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One JSON exchange. Throws ProblemError; an aborted signal throws the usual AbortError. */
export async function request<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  try {
    return await exchange<Answer>(method, path, body, signal);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'csrf-mismatch') throw error;
    await renewCsrf(); // signed in or out in another tab: the token of this one is old
    return exchange<Answer>(method, path, body, signal);
  }
}

async function exchange<Answer>(method: Method, path: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (method !== 'GET') Object.assign(headers, csrfHeader());
  if (body !== undefined) headers['content-type'] = 'application/json';
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ProblemError({ code: 'offline', status: 0 });
  }
  const text = await answer.text().catch(() => '');
  const parsed = parse(text);
  if (!answer.ok) throw new ProblemError(asProblem(parsed, answer.status));
  if (parsed === undefined) throw new ProblemError({ code: 'internal-error', status: answer.status });
  return parsed as Answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's HTML page
  }
}

function asProblem(parsed: unknown, status: number): Problem {
  if (typeof parsed === 'object' && parsed !== null && 'code' in parsed && typeof parsed.code === 'string')
    return parsed as Problem;
  const code =
    status === 413
      ? 'body-too-large'
      : status === 429
        ? 'too-many-requests'
        : status === 404
          ? 'not-found'
          : 'internal-error';
  return { type: 'about:blank', title: code, status, code };
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
