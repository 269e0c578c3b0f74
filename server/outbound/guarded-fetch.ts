import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { Agent as PlainAgent, type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isLinkLocal, isPublicAddress } from './public-address.ts';

/** Why nothing usable came back. An HTTP status that says no is an answer, and none of these. */
export type OutboundCode = 'refused' | 'unreachable' | 'too-slow' | 'too-large' | 'redirects' | 'damaged';

export class OutboundFault extends Error {
  constructor(
    readonly code: OutboundCode,
    /** Host and port it is about. */
    readonly host: string,
    options?: ErrorOptions,
  ) {
    super(`${host}: ${code}`, options);
    this.name = 'OutboundFault';
  }
}

export interface OutboundLimits {
  /** Without a byte for so long. */
  idleMs: number;
  /** From the first redirect to the last byte; what drips slowly ends here. */
  wholeMs: number;
  /** Of the body, packed and unpacked alike. */
  bytes: number;
  redirects: number;
}

export const outboundLimits: OutboundLimits = { idleMs: 30_000, wholeMs: 120_000, bytes: 32 * 1024 ** 2, redirects: 5 };

export interface OutboundAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Unpacked. */
  body: Buffer;
  /** Where it came from, after redirects. */
  address: string;
}

interface OutboundOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** All throw OutboundFault, or the reason of `signal`. */
export interface Outbound {
  get(address: string, options?: OutboundOptions): Promise<OutboundAnswer>;
  /** Sent once; what answers it by leading on is a fault. */
  post(address: string, body: Buffer | string, options?: OutboundOptions): Promise<OutboundAnswer>;
  /** GET whose body is read by the caller, however long it is; it ends with `too-slow` after `idleMs` without a byte. */
  open(address: string, options?: OutboundOptions): Promise<Omit<OutboundAnswer, 'body'> & { body: Readable }>;
  close(): void;
}

/** All addresses of a name, as the system knows them. */
export type Resolve = (name: string) => Promise<LookupAddress[]>;

const bySystem: Resolve = (name) => promisify(systemLookup)(name, { all: true });
const unpack = promisify(gunzip);

/** `host:port` of an address; the port that its scheme has when none is written. */
export const hostOf = (url: URL): string => `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;

/**
 * Asks servers outside whose addresses somebody typed or another server sent. No connection goes to an address that is not of the open
 * Internet, unless `allowed` (an administrator's list of host:port) names it, and never to one of the local link by way of a name. The
 * address that was looked at is the one connected to, in every redirect anew; so a name that answers differently the second time gains
 * nothing. Proxies of the environment are not used: they would resolve names by themselves.
 */
export function openOutbound(given: { allowed: ReadonlySet<string>; limits?: Partial<OutboundLimits>; resolve?: Resolve }): Outbound {
  const limits = { ...outboundLimits, ...given.limits };
  const resolve = given.resolve ?? bySystem;
  // One connection to a server, used again.
  const agents = { 'http:': new PlainAgent({ keepAlive: true, maxSockets: 1 }), 'https:': new SecureAgent({ keepAlive: true, maxSockets: 1 }) };

  function mayConnect(url: URL, address: string): boolean {
    if (isPublicAddress(address)) return true;
    if (!given.allowed.has(hostOf(url))) return false;
    return bareHost(url) === address || !isLinkLocal(address);
  }

  /** What Node asks for when it connects; it is given nothing that may not be connected to. */
  const lookupFor =
    (url: URL): LookupFunction =>
    (name, options, callback) => {
      resolve(name).then(
        (found) => {
          const may = found.filter(({ address }) => mayConnect(url, address));
          const [first] = may;
          if (!first) return callback(found.length > 0 ? new OutboundFault('refused', hostOf(url)) : new OutboundFault('unreachable', hostOf(url)), '', 0);
          if (options.all) callback(null, may);
          else callback(null, first.address, first.family);
        },
        (cause: unknown) => callback(new OutboundFault('unreachable', hostOf(url), { cause }), '', 0),
      );
    };

  async function once(url: URL, headers: Record<string, string>, signal: AbortSignal | undefined, body?: Buffer | string): Promise<IncomingMessage> {
    // An address that is a number is never looked up.
    if (isIP(bareHost(url)) !== 0 && !mayConnect(url, bareHost(url))) throw new OutboundFault('refused', hostOf(url));
    const ask = (): Promise<IncomingMessage> =>
      new Promise((answered, reject) => {
        const options = { method: body === undefined ? 'GET' : 'POST', headers, ...(signal ? { signal } : {}), lookup: lookupFor(url), timeout: limits.idleMs };
        let message: IncomingMessage | null = null;
        const began = (answer: IncomingMessage): void => answered((message = answer));
        const request: ClientRequest =
          url.protocol === 'https:' ? secureRequest(url, { ...options, agent: agents['https:'] }, began) : plainRequest(url, { ...options, agent: agents['http:'] }, began);
        // In the middle of a body the request would only say that the connection broke.
        request.on('timeout', () => (message ?? request).destroy(new OutboundFault('too-slow', hostOf(url))));
        request.on('error', (error: NodeJS.ErrnoException) => {
          // The server closed a kept connection in the moment it was used again.
          if (request.reusedSocket && error.code === 'ECONNRESET' && body === undefined) ask().then(answered, reject);
          else reject(error);
        });
        request.end(body);
      });
    return ask();
  }

  async function read(url: URL, message: IncomingMessage): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    if (Number(message.headers['content-length'] ?? 0) > limits.bytes) throw tooLarge(url, message);
    for await (const piece of message as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > limits.bytes) throw tooLarge(url, message);
      pieces.push(piece);
    }
    const body = Buffer.concat(pieces);
    // Some say gzip and send plain, and the other way round.
    if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
    try {
      return await unpack(body, { maxOutputLength: limits.bytes });
    } catch (cause) {
      throw new OutboundFault((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'damaged', hostOf(url), { cause });
    }
  }

  function tooLarge(url: URL, message: IncomingMessage): OutboundFault {
    const fault = new OutboundFault('too-large', hostOf(url));
    message.destroy(fault);
    return fault;
  }

  const usual = { accept: 'text/xml, application/xml;q=0.9, */*;q=0.1', 'accept-encoding': 'gzip' };

  /** The last answer of those that lead on. */
  async function followed(address: string, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<{ url: URL; message: IncomingMessage }> {
    let url = addressOf(address);
    for (let hops = 0; ; hops++) {
      const message = await once(url, headers, signal);
      const status = message.statusCode ?? 0;
      const { location } = message.headers;
      if (status < 300 || status > 399 || location === undefined) return { url, message };
      message.destroy();
      if (hops >= limits.redirects) throw new OutboundFault('redirects', hostOf(url));
      url = addressOf(location, url);
    }
  }

  /** What goes wrong as an OutboundFault. */
  async function within<T>(address: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const clock = AbortSignal.timeout(limits.wholeMs);
    try {
      return await work(signal ? AbortSignal.any([signal, clock]) : clock);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof OutboundFault) throw error;
      throw new OutboundFault(clock.aborted ? 'too-slow' : 'unreachable', URL.canParse(address) ? hostOf(new URL(address)) : '', { cause: error });
    }
  }

  const answerOf = async (url: URL, message: IncomingMessage): Promise<OutboundAnswer> => ({ status: message.statusCode ?? 0, headers: message.headers, body: await read(url, message), address: url.href });

  return {
    get: (address, { signal, headers = {} } = {}) =>
      within(address, signal, async (both) => {
        const { url, message } = await followed(address, { ...usual, ...headers }, both);
        return answerOf(url, message);
      }),
    post: (address, body, { signal, headers = {} } = {}) =>
      within(address, signal, async (both) => {
        const url = addressOf(address);
        const message = await once(url, { ...usual, 'content-length': String(Buffer.byteLength(body)), ...headers }, both, body);
        const status = message.statusCode ?? 0;
        if (status >= 300 && status <= 399 && message.headers.location !== undefined) {
          message.destroy();
          throw new OutboundFault('redirects', hostOf(url));
        }
        return answerOf(url, message);
      }),
    async open(address, { signal, headers = {} } = {}) {
      try {
        const { url, message } = await followed(address, { ...usual, 'accept-encoding': 'identity', ...headers }, signal);
        return { status: message.statusCode ?? 0, headers: message.headers, body: message, address: url.href };
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        throw error instanceof OutboundFault ? error : new OutboundFault('unreachable', URL.canParse(address) ? hostOf(new URL(address)) : '', { cause: error });
      }
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** Without the brackets that an IPv6 address has in a URL. */
const bareHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

/** Throws OutboundFault 'refused' for what is no http(s) address, carries a password, or leads from https back to http. */
function addressOf(text: string, from?: URL): URL {
  const url = URL.canParse(text, from?.href) ? new URL(text, from?.href) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || (from?.protocol === 'https:' && url.protocol === 'http:'))
    throw new OutboundFault('refused', url?.host ?? from?.host ?? '');
  return url;
}
