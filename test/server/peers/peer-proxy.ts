import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands between two installations and does as it is told. */
export interface PeerProxy {
  url: string;
  host: string;
  /** Paths that were asked, with the Range they asked for. */
  asked: { path: string; range: string | null }[];
  /** Called for each request; true: it has answered itself. Null: everything passes. */
  meddle: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** What becomes of the value that is answered as JSON on a path that begins so. */
  rewrite: { path: string; to: (value: never) => unknown } | null;
  /** Bytes of a file after which nothing more comes, once. */
  stopAfter: number | null;
  /** The answer that stopped. */
  stopped: ServerResponse | null;
  close(): Promise<void>;
}

/** Passes requests on to the address that `target` names. */
export async function openPeerProxy(target: string): Promise<PeerProxy> {
  const server = createServer((request, response) => {
    proxy.asked.push({ path: request.url!, range: request.headers.range ?? null });
    if (proxy.meddle?.(request, response)) return;
    const onward = ask(target + request.url!, { method: request.method, headers: { ...request.headers, 'accept-encoding': 'identity' } }, (answer) => {
      const { rewrite } = proxy;
      if (rewrite && request.url!.startsWith(rewrite.path)) return void rewritten(answer, response, rewrite.to);
      response.writeHead(answer.statusCode!, answer.headers);
      let left = request.url!.startsWith('/api/exchange/files/') ? (proxy.stopAfter ?? Infinity) : Infinity;
      if (left < Infinity) [proxy.stopAfter, proxy.stopped] = [null, response];
      answer.on('data', (piece: Buffer) => {
        response.write(piece.subarray(0, Math.min(left, piece.length)));
        left = Math.max(0, left - piece.length);
      });
      answer.on('end', () => void (left > 0 && response.end()));
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: PeerProxy = {
    ...{ url: `http://${host}`, host, asked: [], meddle: null, rewrite: null, stopAfter: null, stopped: null },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

async function rewritten(answer: IncomingMessage, response: ServerResponse, to: (value: never) => unknown): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  const value = to(JSON.parse(Buffer.concat(pieces).toString()) as never);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
