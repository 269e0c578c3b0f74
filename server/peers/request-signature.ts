import { type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { contentDigest } from '../http/body-digest.ts';

/**
 * HTTP Message Signatures (RFC 9421) in the one form that peers use: Ed25519, one signature called `tusach`, over the components below in
 * this order, with these parameters in this order. Anything else is no signature: there is nothing to choose, and nothing to confuse.
 */
export interface SignedRequest {
  method: string;
  /** Path and query as they are sent, from the root of the receiving installation. */
  target: string;
  /** Value of content-digest. */
  digest: string;
  /** Installation that it is meant for, so that nobody who receives it can hand it on to another. */
  to: string;
}

export interface ReadSignature {
  /** Installation that says it has signed. */
  from: string;
  /** Seconds since 1970. */
  created: number;
  nonce: string;
  to: string;
  digest: string;
  /** Whether `key` has signed just this request. */
  isBy(key: KeyObject, request: Pick<SignedRequest, 'method' | 'target'>): boolean;
}

export const toHeader = 'tu-sach-to';
const components = `("@method" "@path" "@query" "content-digest" "${toHeader}")`;
const parameters = /^tusach=(\("@method" "@path" "@query" "content-digest" "tu-sach-to"\);created=(\d{1,12});nonce="([A-Za-z0-9_-]{22,64})";keyid="([0-9a-f-]{36})";alg="ed25519")$/;

export const noContent = contentDigest('');

/** The signature base of section 2.5. */
function baseOf({ method, target, digest, to }: SignedRequest, said: string): Buffer {
  const at = target.indexOf('?');
  const [path, query] = at < 0 ? [target, '?'] : [target.slice(0, at), target.slice(at)];
  const lines = [`"@method": ${method.toUpperCase()}`, `"@path": ${path}`, `"@query": ${query}`, `"content-digest": ${digest}`, `"${toHeader}": ${to}`, `"@signature-params": ${said}`];
  return Buffer.from(lines.join('\n'));
}

/** Headers that make a request a signed one. */
export function signatureHeaders(request: SignedRequest, from: string, key: KeyObject, now = Date.now()): Record<string, string> {
  const said = `${components};created=${Math.floor(now / 1000)};nonce="${randomBytes(18).toString('base64url')}";keyid="${from}";alg="ed25519"`;
  const signature = sign(null, baseOf(request, said), key).toString('base64');
  return { [toHeader]: request.to, 'content-digest': request.digest, 'signature-input': `tusach=${said}`, signature: `tusach=:${signature}:` };
}

type Headers = Record<string, string | string[] | undefined>;

/** Null: it bears no signature, or not one of this form. */
export function readSignature(headers: Headers): ReadSignature | null {
  const one = (name: string): string => (typeof headers[name] === 'string' ? headers[name] : '');
  const [, said, created, nonce, from] = parameters.exec(one('signature-input')) ?? [];
  const signature = /^tusach=:([A-Za-z0-9+/]{86}==):$/.exec(one('signature'))?.[1];
  const [to, digest] = [one(toHeader), one('content-digest')];
  if (said === undefined || signature === undefined || to === '' || digest === '') return null;
  return {
    ...{ from: from!, created: Number(created), nonce: nonce!, to, digest },
    isBy: (key, { method, target }) => verify(null, baseOf({ method, target, digest, to }, said), key, Buffer.from(signature, 'base64')),
  };
}
