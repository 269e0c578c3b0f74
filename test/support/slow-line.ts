import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowLine {
  /** Where the library answers through this line. */
  url: string;
  /** Bytes a second towards the library from now on; Infinity: as fast as it goes. */
  speed: number;
  /** Breaks every connection, as a line does that goes down; new ones are carried again. */
  cut(): void;
  close(): Promise<void>;
}

/** A line to a library that carries at most `speed` bytes a second upwards: what a school in the hills has, so that an upload has a middle. */
export async function slowLine(url: string, speed: number): Promise<SlowLine> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
      socket.on('error', () => {}); // a cut line is what this is for; 'close' follows
    }
    far.pipe(near);
    near.on('data', (piece) => {
      far.write(piece);
      if (line.speed === Infinity) return;
      near.pause();
      setTimeout(() => near.resume(), (piece.length / line.speed) * 1000);
    });
    near.on('end', () => far.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line: SlowLine = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    speed,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      line.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return line;
}
