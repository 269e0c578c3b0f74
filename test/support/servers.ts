import { randomBytes } from 'node:crypto';
import { Client as S3 } from 'minio';
import { Client as Postgres } from 'pg';
import { parseS3Address } from '../../storage/objects/s3-address.ts';
import { until } from './temporary.ts';

/** Where a library of a test keeps its parts; null: embedded, in its folder. */
export interface ServerAddresses {
  databaseUrl: string | null;
  objectStoreUrl: string | null;
  searchUrl: string | null;
}

export type PlaceOnServers = ServerAddresses & { remove(): Promise<void> };

/**
 * `describe` for what needs a server of one kind. Where none was given it is not part of the run, as none of it is of `npm test`: to skip it
 * would be to fail under CI=true. test/run.mjs sees to it that one is given at all.
 */
export function describeOn(part: keyof ServerAddresses, title: string, tests: (this: Mocha.Suite, address: string) => void): void {
  const address = givenServers()[part];
  if (address === null) return;
  describe(title, function () {
    tests.call(this, address);
  });
}

export const addressesOf = ({ databaseUrl, objectStoreUrl, searchUrl }: ServerAddresses): ServerAddresses => ({ databaseUrl, objectStoreUrl, searchUrl });

/** The servers given to `npm run test:servers`; none in `npm test`, whatever the environment says (test/run.mjs). */
export const givenServers = (): ServerAddresses => ({
  databaseUrl: process.env['DATABASE_URL'] || null,
  objectStoreUrl: process.env['OBJECT_STORE_URL'] || null,
  searchUrl: process.env['SEARCH_URL'] || null,
});

/** The settings that give a process these servers. */
export const settingsOf = ({ databaseUrl, objectStoreUrl, searchUrl }: ServerAddresses): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ DATABASE_URL: databaseUrl, OBJECT_STORE_URL: objectStoreUrl, SEARCH_URL: searchUrl }).filter((entry): entry is [string, string] => entry[1] !== null),
  );

/** What everything begins with that this run of the tests puts on the servers: others may run at the same time. */
const runName = `tusach_test_${process.env['TU_SACH_TEST_RUN'] || randomBytes(4).toString('hex')}`;

/**
 * A place of its own on the servers given: a schema of the database, a prefix of the bucket, a prefix of the indexes, so that tests
 * may run side by side on servers that hold other things. `remove` leaves the servers as they were.
 */
export function placeOnServers(servers: ServerAddresses = givenServers()): PlaceOnServers {
  const name = `${runName}_${randomBytes(4).toString('hex')}`;
  const within = (address: string | null): string | null => {
    if (address === null) return null;
    const [base, ...query] = address.split('?');
    return [`${base!.replace(/\/+$/, '')}/${name}`, ...query].join('?');
  };
  return {
    databaseUrl: servers.databaseUrl === null ? null : `${servers.databaseUrl}${servers.databaseUrl.includes('?') ? '&' : '?'}schema=${name}`,
    objectStoreUrl: within(servers.objectStoreUrl),
    searchUrl: within(servers.searchUrl),
    remove: async () => void (await clear(servers, name)),
  };
}

/** Removes what tests of this run have left on the servers given; answers what it was. */
export const clearRun = (): Promise<string[]> => clear(givenServers(), runName);

/** By the servers' own clients and not by our drivers: cleaning must also work where a driver is what is broken. */
async function clear(servers: ServerAddresses, prefix: string): Promise<string[]> {
  return [
    ...(servers.databaseUrl === null ? [] : await dropSchemas(servers.databaseUrl, prefix)),
    ...(servers.objectStoreUrl === null ? [] : await emptyBucket(servers.objectStoreUrl, prefix)),
    ...(servers.searchUrl === null ? [] : await dropIndexes(servers.searchUrl, prefix)),
  ];
}

async function dropSchemas(address: string, prefix: string): Promise<string[]> {
  const client = new Postgres({ connectionString: address });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('select nspname as name from pg_namespace where starts_with(nspname, $1)', [prefix]);
    for (const { name } of rows) await client.query(`drop schema if exists "${name}" cascade`);
    return rows.map(({ name }) => `schema ${name}`);
  } finally {
    await client.end();
  }
}

async function emptyBucket(address: string, prefix: string): Promise<string[]> {
  const { bucket, prefix: within, host: endPoint, port, secure: useSSL, accessKey, secretKey, region } = parseS3Address(address);
  const client = new S3({ endPoint, port, useSSL, accessKey, secretKey, region });
  if (!(await client.bucketExists(bucket))) return [];
  const found: string[] = [];
  for await (const { name } of client.listObjectsV2(bucket, within + prefix, true) as AsyncIterable<{ name: string }>) {
    found.push(`object ${name}`);
    await client.removeObject(bucket, name);
  }
  for await (const { key } of client.listIncompleteUploads(bucket, within + prefix, true) as AsyncIterable<{ key: string }>) {
    found.push(`unfinished upload ${key}`);
    await client.removeIncompleteUpload(bucket, key);
  }
  return found;
}

async function dropIndexes(address: string, prefix: string): Promise<string[]> {
  const { protocol, host, password } = new URL(address);
  const base = `${protocol.replace('meilisearch+', '')}//${host}`;
  const headers = { authorization: `Bearer ${decodeURIComponent(password)}` };
  const ask = async <Answer>(method: string, path: string): Promise<Answer> => {
    const answer = await fetch(`${base}${path}`, { method, headers });
    if (!answer.ok) throw new Error(`Meilisearch answered ${answer.status} to ${method} ${path}`);
    return (await answer.json()) as Answer;
  };
  const { results } = await ask<{ results: { uid: string }[] }>('GET', '/indexes?limit=1000');
  const mine = results.filter(({ uid }) => uid.startsWith(prefix));
  for (const { uid } of mine) {
    const { taskUid } = await ask<{ taskUid: number }>('DELETE', `/indexes/${uid}`);
    await until(`index ${uid} is gone`, async () => /succeeded|failed/.test((await ask<{ status: string }>('GET', `/tasks/${taskUid}`)).status), 60);
  }
  return mine.map(({ uid }) => `index ${uid}`);
}
