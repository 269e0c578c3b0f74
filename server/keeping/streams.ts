import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Bytes on their way, counted and hashed; `sha256` and `size` are right when the last has passed. */
export interface Measured {
  body: Readable;
  size(): number;
  sha256(): string;
}

export function measured(source: Readable, passed?: (bytes: number) => void): Measured {
  const hash = createHash('sha256');
  let size = 0;
  let digest: string | null = null;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      passed?.(chunk.length);
      done(null, chunk);
    },
  });
  source.on('error', (error) => body.destroy(error));
  source.on('close', () => {
    if (!source.readableEnded && !body.destroyed) body.destroy(new Error('the bytes ended early'));
  });
  body.on('close', () => source.destroy());
  source.pipe(body);
  return { body, size: () => size, sha256: () => (digest ??= hash.digest('hex')) };
}

/** Reads to the end without keeping anything. */
export async function hashOf(source: Readable, passed?: (bytes: number) => void): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
    passed?.(chunk.length);
  }
  return { size, sha256: hash.digest('hex') };
}

/** Characters of the longest line that is read; a row holds one page's text at most. */
const longestLine = 256_000_000;

/** Lines without their ends; a last one without an end counts too. */
export async function* linesOf(source: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop()!;
    if (rest.length > longestLine) throw new Error('a line without end');
    yield* lines;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}

/** Does the work for all, so many at a time; the first that throws ends it when those under way have ended. */
export async function inParallel<T>(things: AsyncIterable<T> | Iterable<T>, atOnce: number, work: (thing: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  for await (const thing of things) {
    const one: Promise<void> = work(thing)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= atOnce) await Promise.race(running);
    if (failure) break;
  }
  await Promise.all(running);
  if (failure) throw (failure as { error: unknown }).error;
}
