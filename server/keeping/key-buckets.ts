import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const buckets = 256;
const heldCharacters = 4_000_000;

/** The same in every run, so that lists written by different runs can be compared bucket by bucket. */
export const bucketOf = (key: string): number => createHash('sha256').update(key).digest()[0]!;

/**
 * A set of things by key that may be larger than memory: it lies in 256 files of `folder`, and one of them at a time is read. A library of
 * five million pages names twenty million objects.
 */
export interface KeyBuckets<T> {
  add(key: string, thing: T): Promise<void>;
  /** One bucket after the other; of things with the same key `choose` keeps one. Nothing may be added afterwards. */
  each(): AsyncGenerator<{ bucket: number; things: Map<string, T> }>;
  remove(): Promise<void>;
}

export async function openBuckets<T>(folder: string, choose: (one: T, other: T) => T = (one) => one): Promise<KeyBuckets<T>> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const waiting: string[] = Array.from({ length: buckets }, () => '');
  let characters = 0;
  const pathOf = (bucket: number): string => join(folder, bucket.toString(16).padStart(2, '0'));

  async function flush(): Promise<void> {
    for (let bucket = 0; bucket < buckets; bucket++) {
      if (waiting[bucket] === '') continue;
      await appendFile(pathOf(bucket), waiting[bucket]!);
      waiting[bucket] = '';
    }
    characters = 0;
  }

  return {
    async add(key, thing) {
      const line = `${JSON.stringify([key, thing])}\n`;
      waiting[bucketOf(key)] += line;
      characters += line.length;
      if (characters > heldCharacters) await flush();
    },
    async *each() {
      await flush();
      for (let bucket = 0; bucket < buckets; bucket++) {
        const text = await readFile(pathOf(bucket), 'utf8').catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return '';
          throw error;
        });
        const things = new Map<string, T>();
        for (const line of text.split('\n')) {
          if (line === '') continue;
          const [key, thing] = JSON.parse(line) as [string, T];
          const other = things.get(key);
          things.set(key, other === undefined ? thing : choose(other, thing));
        }
        if (things.size > 0) yield { bucket, things };
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
