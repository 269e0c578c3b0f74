import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Answer } from './visitor.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

/** A learning platform of LTI 1.3 on loopback: authorises, signs messages, has keys, and takes choices back. It is whom a test says it is. */
export interface LearningPlatform {
  url: string;
  /** host:port */
  host: string;
  clientId: string;
  deployment: string;
  /** Answers claims of the next message; what the tool asked for is given. */
  says(asked: URLSearchParams): JWTPayload;
  /** Signs the next message, when it is not to be signed as it should be. */
  signs: ((claims: JWTPayload) => Promise<string>) | null;
  /** What the tool sent to the authorization endpoint. */
  asked: URLSearchParams[];
  /** How often its keys were asked for. */
  keysAsked: number;
  /** Answered instead of its keys, when set. */
  keysBroken: string | null;
  sign(claims: JWTPayload, kid?: string): Promise<string>;
  /** New keys from now on, under a new kid. */
  newKeys(kid: string): Promise<void>;
  /** Said instead of what its configuration would say. */
  configured: Record<string, unknown>;
  /** What tools told it of themselves, and what it answers; null: it refuses. */
  registrations: { authorization: string | null; tool: Record<string, unknown> }[];
  answersRegistration: Record<string, unknown> | null;
  /** Claims of what was returned to it, verified against the tool's published keys, newest last. */
  returned: JWTPayload[];
  close(): Promise<void>;
}

/** Keys are made once for all platforms: two kilobits take a tenth of a second. */
let made: Promise<Keys> | null = null;
export const platformKeys = (): Promise<Keys> => (made ??= generateKeyPair('RS256', { extractable: true }));

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return new URLSearchParams(text);
}

export const messageClaims = (name: string): string => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
export const linkingClaims = (name: string): string => `https://purl.imsglobal.org/spec/lti-dl/claim/${name}`;

/** `tool`: address of the library, whose keys it verifies choices with. */
export async function openLearningPlatform(
  tool: string,
  clientId = '962fa4d8-bcbf-49a0-94b2-2de05ad274af',
): Promise<LearningPlatform> {
  let keys = await platformKeys();
  let kid = 'platform-1';
  const server = createServer((request, response) => {
    const url = new URL(request.url!, platform.url);
    const html = (text: string): void =>
      void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text);
    const json = (value: unknown): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const configuration = () => ({
      issuer: platform.url,
      authorization_endpoint: `${platform.url}/auth`,
      token_endpoint: `${platform.url}/token`,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      jwks_uri: `${platform.url}/jwks`,
      registration_endpoint: `${platform.url}/registration`,
      scopes_supported: ['openid'],
      response_types_supported: ['id_token'],
      subject_types_supported: ['public', 'pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      claims_supported: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email'],
      'https://purl.imsglobal.org/spec/lti-platform-configuration': {
        product_family_code: 'moodle',
        version: '4.5',
        messages_supported: [
          { type: 'LtiResourceLinkRequest' },
          { type: 'LtiDeepLinkingRequest', placements: ['ContentArea'] },
        ],
        variables: [],
      },
    });
    void (async () => {
      if (url.pathname === '/jwks') {
        platform.keysAsked++;
        const set: JSONWebKeySet = { keys: [{ ...(await exportJWK(keys.publicKey)), kid, alg: 'RS256', use: 'sig' }] };
        return response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(platform.keysBroken ?? JSON.stringify(set));
      }
      if (url.pathname === '/auth') {
        const asked = url.searchParams;
        platform.asked.push(asked);
        const claims = platform.says(asked);
        const token = platform.signs ? await platform.signs(claims) : await platform.sign(claims);
        return html(
          `<form id="f" method="post" action="${asked.get('redirect_uri')}"><input type="hidden" name="id_token" value="${token}"><input type="hidden" name="state" value="${asked.get('state')}"></form><script>document.getElementById('f').submit()</script>`,
        );
      }
      if (url.pathname === '/configuration') return json({ ...configuration(), ...platform.configured });
      if (url.pathname === '/registration') {
        let text = '';
        for await (const piece of request) text += String(piece);
        platform.registrations.push({
          authorization: request.headers.authorization ?? null,
          tool: JSON.parse(text) as Record<string, unknown>,
        });
        return platform.answersRegistration === null
          ? response.writeHead(403).end('no')
          : json(platform.answersRegistration);
      }
      if (url.pathname === '/frame') {
        const at = url.searchParams.get('tool')!;
        const login = new URLSearchParams({
          iss: platform.url,
          client_id: platform.clientId,
          login_hint: 'frame',
          target_link_uri: `${at}/`,
        });
        return html(
          `<!doctype html><html lang="vi"><title>Lớp 6A</title><h1>Lớp 6A</h1><iframe name="library" title="Thư viện" width="1100" height="700" src="${at}/lti/login?${login}"></iframe></html>`,
        );
      }
      if (url.pathname === '/return') {
        const [jwt, known] = [
          (await bodyOf(request)).get('JWT')!,
          (await (await fetch(`${tool}/lti/jwks.json`)).json()) as JSONWebKeySet,
        ];
        const { payload } = await jwtVerify(jwt, createLocalJWKSet(known), {
          algorithms: ['RS256'],
          issuer: platform.clientId,
          audience: platform.url,
        });
        platform.returned.push(payload);
        return html('<p>Đã nhận</p>');
      }
      response.writeHead(404).end();
    })().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const platform: LearningPlatform = {
    url: `http://${host}`,
    host,
    clientId,
    deployment: '07940580-b309-415e-a37c-914d387c1150',
    says: () => ({}),
    signs: null,
    asked: [],
    keysAsked: 0,
    keysBroken: null,
    sign: (claims, as = kid) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: as, typ: 'JWT' }).sign(keys.privateKey),
    async newKeys(next) {
      keys = await generateKeyPair('RS256', { extractable: true });
      kid = next;
    },
    configured: {},
    registrations: [],
    answersRegistration: {
      client_id: 'by-registration',
      'https://purl.imsglobal.org/spec/lti-tool-configuration': { deployment_id: '42' },
    },
    returned: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return platform;
}

/** How a browser says that what it asks for lies in a frame of another site. */
export const inFrame = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' };
export const inWindow = { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' };

export interface Seen {
  status: number;
  headers: Headers;
  text: string;
}

/** A browser that keeps cookies of the library and goes from step to step by hand; `publicUrl` stands for the library at `tool`. */
export interface HandBrowser {
  /** Cookies it holds, by name, with what was said of them when they were set. */
  cookies: Map<string, { value: string; attributes: string }>;
  /** Keeps none. */
  refusesCookies: boolean;
  get(address: string, headers?: Record<string, string>): Promise<Seen>;
  post(address: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Seen>;
  json(method: string, address: string, body?: unknown, csrf?: string): Promise<Pick<Answer, 'status' | 'body'>>;
}

export function openHandBrowser(tool: string, publicUrl: string): HandBrowser {
  const cookies: HandBrowser['cookies'] = new Map();
  const ask = async (address: string, init: RequestInit & { headers: Record<string, string> }): Promise<Seen> => {
    const url = new URL(address.replace(publicUrl, tool), tool);
    const held = [...cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(held && url.origin === tool ? { cookie: held } : {}) },
    });
    for (const line of browser.refusesCookies ? [] : response.headers.getSetCookie()) {
      const [, name, value, attributes] = /^([^=]+)=([^;]*);?(.*)$/.exec(line)!;
      if (/Max-Age=0\b/.test(attributes!)) cookies.delete(name!);
      else cookies.set(name!, { value: value!, attributes: attributes!.trim() });
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const browser: HandBrowser = {
    cookies,
    refusesCookies: false,
    get: (address, headers = {}) => ask(address, { headers }),
    post: (address, fields, headers = {}) =>
      ask(address, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(fields).toString(),
      }),
    async json(method, address, body, csrf) {
      const seen = await ask(address, {
        method,
        headers: { 'content-type': 'application/json', ...(csrf ? { 'x-csrf-token': csrf } : {}) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: seen.status, body: JSON.parse(seen.text) as unknown };
    },
  };
  return browser;
}

/** The fields of the first form of a page, and where it goes. */
export function formOf(html: string): { action: string; fields: Record<string, string> } {
  const plain = (text: string): string =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
  const fields = [...html.matchAll(/<input[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"/g)].map(([, name, value]) => [
    name!,
    plain(value!),
  ]);
  return {
    action: plain(/<form[^>]*\baction="([^"]*)"/.exec(html)![1]!),
    fields: Object.fromEntries(fields) as Record<string, string>,
  };
}
