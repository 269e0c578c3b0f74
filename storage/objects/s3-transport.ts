import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** The store said no: an HTTP status with the code of its error document (AWS S3 API reference, "Error responses"). */
export class StoreAnswer extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(`${status} ${code}${message ? `: ${message}` : ''}`);
    this.name = 'StoreAnswer';
  }
}

/** No sign of life from the store for as long as it was given. */
export class StoreSilent extends Error {
  constructor(phase: string, ms: number) {
    super(`no ${phase} for ${ms} ms`);
    this.name = 'StoreSilent';
  }
}

export interface TransportLimits {
  /** Milliseconds without a byte in either direction, and until a free connection of the pool. */
  silenceMs: number;
  /** Milliseconds until a new connection stands. */
  connectMs: number;
}

/** What http and https have in common for the client; it asks for nothing else. */
export type Transport = Pick<typeof http, 'request'>;

/** An error document is some hundred bytes; what is longer comes from something that is no S3 server. */
const longestError = 64 * 1024;

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text of one element of an error document; '' where it has none. */
const elementOf = (document: string, name: string): string =>
  new RegExp(`<${name}>([^<]{0,500})`).exec(document)?.[1]?.replace(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => entities[entity] ?? '') ?? '';

/** Reads a refusal to its end, so that its connection goes back to the pool. */
function answerOf(response: IncomingMessage, done: (error: Error) => void): void {
  const status = response.statusCode ?? 0;
  const pieces: Buffer[] = [];
  let length = 0;
  response.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length <= longestError) pieces.push(piece);
    else response.destroy(new StoreAnswer(status, 'TooLong', 'an error document without end'));
  });
  response.on('error', done);
  response.on('end', () => {
    const document = Buffer.concat(pieces).toString('utf8');
    const code = elementOf(document, 'Code') || String(response.headers['x-minio-error-code'] ?? http.STATUS_CODES[status] ?? 'Error');
    const region = elementOf(document, 'Region');
    done(new StoreAnswer(status, code, elementOf(document, 'Message') + (region && code === 'AuthorizationHeaderMalformed' ? ` (its region is ${region})` : '')));
  });
}

/**
 * How the client reaches the store. The client's own way has three faults that this one has not: it waits for ever on a silent server, it
 * leaves refusals unread (each keeps a connection of the pool for good), and it tells of a 503 only in words. Here every status of 300 and
 * above is an error of the request, StoreAnswer, and silence is StoreSilent.
 */
export function s3Transport(secure: boolean, { silenceMs, connectMs }: TransportLimits, signal?: AbortSignal): Transport {
  const request = (options: RequestOptions, answered: (response: IncomingMessage) => void): ClientRequest => {
    let response: IncomingMessage | null = null;
    const asked = (secure ? https : http).request({ ...options, signal }, (received) => {
      response = received;
      if ((received.statusCode ?? 0) < 300) answered(received);
      else answerOf(received, (error) => asked.emit('error', error));
    });
    let waiting = setTimeout(() => asked.destroy(new StoreSilent('free connection', silenceMs)), silenceMs);
    asked.on('socket', (socket: Socket) => {
      clearTimeout(waiting);
      if (!socket.connecting) return;
      waiting = setTimeout(() => asked.destroy(new StoreSilent('connection', connectMs)), connectMs);
      socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(waiting));
    });
    asked.on('close', () => clearTimeout(waiting));
    // Node counts bytes of a long write as they leave. A body that nobody reads at the moment is paused: the silence is ours then.
    asked.setTimeout(silenceMs, () => {
      if (!response) asked.destroy(new StoreSilent('answer', silenceMs));
      else if (!response.isPaused()) response.destroy(new StoreSilent('byte', silenceMs));
    });
    return asked;
  };
  return { request: request as typeof http.request };
}
