import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What the way to a server does wrong. `where` (HTTP): only requests whose line (`GET /path`) matches, and not the first `passing` of them; `times`: so often, then no more. */
export type Fault = { where?: RegExp; passing?: number; times?: number } & (
  | { kind: 'refuse' }
  /** Answers in the server's stead, which hears nothing. */
  | { kind: 'status'; status: number; body?: string }
  /** Is silent: from the request on, or after so many bytes of the answer's body. */
  | { kind: 'hang'; after?: number }
  /** Breaks the connection after so many bytes of the answer's body. */
  | { kind: 'cut'; after: number }
  /** Carries so many bytes a second towards whoever asked. */
  | { kind: 'slow'; speed: number }
);

export interface FaultyProxy {
  port: number;
  /** The same address with this way to it. */
  through(address: string): string;
  /** Lines of the HTTP requests that came, `GET /path?query`, since `forget`. */
  requests: string[];
  forget(): void;
  /** Connections that stand at the moment. */
  connections(): number;
  /** From now on; null: nothing is wrong any more. */
  fault(next: Fault | null): Promise<void>;
  close(): Promise<void>;
}

const requestLine = /^(?:GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS) \S+(?= HTTP\/1\.[01]\r\n)/;

interface Line {
  near: Socket;
  far: Socket;
  /** '' before the first request, and where HTTP is not spoken. */
  request: string;
  /** The last three bytes of a header whose end has not come; null: what comes is a body. */
  header: string | null;
  bodyBytes: number;
  /** This request is one of those that pass. */
  spared: boolean;
  /** Nothing is carried on it any more. */
  dead: boolean;
}

/** A way to a server, of any protocol over TCP, that can be told to fail. `target`: an address with host and port, such as http://127.0.0.1:7070. */
export async function faultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const lines = new Set<Line>();
  let current: Fault | null = null;
  let left = Infinity;
  let passing = 0;

  const applies = (line: Line): Fault | null => (current && left > 0 && !line.spared && (!current.where || current.where.test(line.request)) ? current : null);

  function asked(line: Line, piece: Buffer): void {
    const found = requestLine.exec(piece.subarray(0, 4096).toString('latin1'))?.[0];
    if (found) {
      proxy.requests.push(found);
      Object.assign(line, { request: found, header: '', bodyBytes: 0, spared: false });
      if (applies(line) && passing > 0) {
        passing--;
        line.spared = true;
      }
    }
    if (line.dead) return;
    const fault = applies(line);
    if (found && fault?.kind === 'status') {
      left -= 1;
      line.dead = true;
      line.far.destroy();
      const body = fault.body ?? '';
      line.near.end(`HTTP/1.1 ${fault.status} Fault\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${found.startsWith('HEAD ') ? '' : body}`);
      return;
    }
    if (fault?.kind === 'hang' && fault.after === undefined) {
      left -= 1;
      line.dead = true;
      return;
    }
    if (!line.far.write(piece)) {
      line.near.pause();
      line.far.once('drain', () => line.near.resume());
    }
  }

  function answered(line: Line, piece: Buffer): void {
    if (line.dead) return;
    let headerBytes = 0;
    if (line.header !== null) {
      const seen = line.header + piece.toString('latin1');
      const end = seen.indexOf('\r\n\r\n');
      headerBytes = end < 0 ? piece.length : end + 4 - line.header.length;
      line.header = end < 0 ? seen.slice(-3) : null;
    }
    const fault = applies(line);
    const over = fault && 'after' in fault && fault.after !== undefined ? line.bodyBytes + piece.length - headerBytes - fault.after : 0;
    line.bodyBytes += piece.length - headerBytes;
    if (over > 0 && line.header === null) {
      left -= 1;
      line.dead = true;
      const last = piece.subarray(0, Math.max(headerBytes, piece.length - over));
      if (fault?.kind === 'cut') line.near.end(last, () => line.near.destroy());
      else line.near.write(last);
      line.far.destroy();
      return;
    }
    const room = line.near.write(piece);
    if (fault?.kind === 'slow') {
      line.far.pause();
      setTimeout(() => line.far.resume(), (piece.length / fault.speed) * 1000);
    } else if (!room) {
      line.far.pause();
      line.near.once('drain', () => line.far.resume());
    }
  }

  const server: Server = createServer({ allowHalfOpen: true }, (near) => {
    const line: Line = { near, far: connect(Number(targetPort), hostname), request: '', header: null, bodyBytes: 0, spared: false, dead: false };
    lines.add(line);
    near.on('data', (piece) => asked(line, piece));
    line.far.on('data', (piece) => answered(line, piece));
    near.on('end', () => (line.dead ? near.destroy() : line.far.end()));
    line.far.on('end', () => !line.dead && near.end());
    near.on('close', () => {
      lines.delete(line);
      line.far.destroy();
    });
    line.far.on('close', () => !line.dead && near.destroy());
    // A broken line is what this is for; 'close' follows.
    near.on('error', () => {});
    line.far.on('error', () => {});
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<unknown> => {
    for (const { near } of lines) near.destroy();
    return server.listening ? new Promise((resolve) => server.close(resolve)) : Promise.resolve();
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;

  const proxy: FaultyProxy = {
    port,
    through(address) {
      const url = new URL(address);
      url.host = `127.0.0.1:${port}`;
      return url.href;
    },
    requests: [],
    forget: () => void proxy.requests.splice(0),
    connections: () => lines.size,
    async fault(next) {
      current = next;
      left = next?.times ?? Infinity;
      passing = next?.passing ?? 0;
      if (next?.kind === 'refuse') return void (await stop());
      // What was told nothing for a while is not told it late.
      for (const { near, dead } of lines) if (dead) near.destroy();
      if (!server.listening) await listen(port);
    },
    close: async () => void (await stop()),
  };
  return proxy;
}
