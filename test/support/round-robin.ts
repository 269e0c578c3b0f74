import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RoundRobin {
  url: string;
  /** Requests that each of `ports` has answered, in their order. */
  answered(): number[];
  close(): Promise<void>;
}

/**
 * What the proxy of docker-compose.yml does with the web processes: each request to the next one, to another when one takes no
 * connections, and the asker's address in X-Forwarded-For. Bodies pass through unread in both directions.
 */
export async function openRoundRobin(ports: readonly number[]): Promise<RoundRobin> {
  const answered = ports.map(() => 0);
  let turn = 0;
  const server = http.createServer((request, response) => {
    const { host, ...headers } = request.headers;
    const forward = (tries: number): void => {
      const at = turn++ % ports.length;
      const onward = http.request(
        {
          host: '127.0.0.1',
          port: ports[at],
          method: request.method,
          path: request.url,
          headers: { ...headers, host, 'x-forwarded-for': request.socket.remoteAddress ?? '', 'x-forwarded-proto': 'http', 'x-forwarded-host': host },
          agent: false,
        },
        (answer) => {
          answered[at]!++;
          response.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(response);
          answer.on('error', () => response.destroy());
        },
      );
      let connected = false;
      onward.on('socket', (socket) =>
        socket.once('connect', () => {
          connected = true;
          request.pipe(onward);
        }),
      );
      onward.on('error', () => {
        if (!connected && tries > 1) return forward(tries - 1);
        if (!response.headersSent) response.writeHead(502);
        response.end();
      });
      response.on('close', () => onward.destroy());
    };
    forward(ports.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered: () => [...answered],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Ports of this machine that nobody uses at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = http.createServer();
      await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
      return holder;
    }),
  );
  const ports = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  return ports;
}
