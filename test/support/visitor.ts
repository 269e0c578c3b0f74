import type { SessionView } from '../../server/contract/person.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers whose shape the app has checked already
  body: any;
}

/** One browser: keeps its cookie and sends the CSRF token. */
export interface Visitor {
  session: SessionView | null;
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  signIn(username: string, password: string): Promise<Answer>;
}

/** A browser at `url`, or at whichever web process `url` names at the moment of asking. */
export function openVisitor(url: string | (() => string)): Visitor {
  let cookie = '';
  const at = typeof url === 'string' ? () => url : url;
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const raw = body instanceof Uint8Array || typeof body === 'string';
    const response = await fetch(at() + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie ? { cookie } : {}),
        ...(seen.session?.csrf ? { 'x-csrf-token': seen.session.csrf } : {}),
        ...(body !== undefined && !raw ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : raw ? (body as string) : JSON.stringify(body),
    });
    for (const line of response.headers.getSetCookie()) cookie = line.split(';')[0]!;
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: json && text ? (JSON.parse(text) as unknown) : null };
  };
  const seen: Visitor = {
    session: null,
    ask,
    get: (path, headers) => ask('GET', path, undefined, headers),
    post: (path, body) => ask('POST', path, body ?? {}),
    async signIn(username, password) {
      const answer = await ask('POST', '/api/session', { username, password });
      if (answer.status === 200) seen.session = answer.body as SessionView;
      return answer;
    },
  };
  return seen;
}
