import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import { type MountOptions, parsed } from './mount.ts';
import type { Route } from './route.ts';

export interface DirectOptions extends Pick<MountOptions, 'actorOf' | 'gate'> {
  /** What is done to every answer first: its headers, its line in the log. `route` is the pattern that was found. Answers the request's id. */
  begin(request: IncomingMessage, response: ServerResponse, route: string): string;
  fail(error: unknown, request: IncomingMessage, response: ServerResponse, requestId: string): void;
}

/**
 * Answers GET and HEAD of the routes that are declared `direct`, past Express: who reads a book or watches a film asks for hundreds of
 * parts, and Express costs 100 µs each time, more than session, policy, reading and sending together (64 KB parts: 5,000 a second
 * with it, 12,000 without). The declaration is the same, and so are the checks. False: the request is not for one of them.
 */
export function openDirect(routes: readonly Route[], options: DirectOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  const direct = routes.filter((route) => route.direct).map((route) => ({ route, ...patternOf(route.path) }));

  async function answer(route: Route, params: Record<string, string>, query: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = { params: parsed(route.params, params), query: parsed(route.query, parseQuery(query)), body: undefined };
    const actor = await options.actorOf(request);
    if (!route.always) await options.gate?.(actor);
    await route.handle({ actor, ...asked, request, response } as never);
  }

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path, query = ''] = request.url!.split('?', 2) as [string, string?];
    for (const { route, pattern, names } of direct) {
      const match = pattern.exec(path);
      if (!match) continue;
      const requestId = options.begin(request, response, route.path);
      const params = Object.fromEntries(names.map((name, at) => [name, match[at + 1]!]));
      answer(route, params, query, request, response).catch((error: unknown) => options.fail(error, request, response, requestId));
      return true;
    }
    return false;
  };
}

/** Parameters as they are written: an address that needs decoding goes to Express. */
function patternOf(path: string): { pattern: RegExp; names: string[] } {
  const names: string[] = [];
  const source = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:(\w+)/g, (_, name: string) => {
    names.push(name);
    return '([^/%]+)';
  });
  return { pattern: new RegExp(`^${source}$`), names };
}
