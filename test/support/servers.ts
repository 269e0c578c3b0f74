import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openObjects } from '../../storage/objects/open-objects.ts';

/** Where a library of a test keeps its parts; null: embedded, in its folder. */
export interface ServerAddresses {
  databaseUrl: string | null;
  objectStoreUrl: string | null;
  searchUrl: string | null;
}

export const addressesOf = ({ databaseUrl, objectStoreUrl, searchUrl }: ServerAddresses): ServerAddresses => ({ databaseUrl, objectStoreUrl, searchUrl });

/** The servers given to `npm run test:servers`; none in `npm test`, whatever the environment says (test/run.mjs). */
export const givenServers = (): ServerAddresses => ({
  databaseUrl: process.env['DATABASE_URL'] || null,
  objectStoreUrl: process.env['OBJECT_STORE_URL'] || null,
  searchUrl: process.env['SEARCH_URL'] || null,
});

/**
 * A place of its own on the servers given: a schema of the database, a prefix of the bucket, a prefix of the indexes, so that tests
 * may run side by side on servers that hold other things. `remove` leaves the servers as they were.
 */
export function placeOnServers(servers: ServerAddresses = givenServers()): ServerAddresses & { remove(): Promise<void> } {
  const name = `tusach_test_${randomBytes(6).toString('hex')}`;
  const within = (address: string | null): string | null => {
    if (address === null) return null;
    const url = new URL(address);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}`; // parameters stay behind it
    return url.href;
  };
  const addresses: ServerAddresses = {
    databaseUrl: servers.databaseUrl === null ? null : `${servers.databaseUrl}${servers.databaseUrl.includes('?') ? '&' : '?'}schema=${name}`,
    objectStoreUrl: within(servers.objectStoreUrl),
    searchUrl: within(servers.searchUrl),
  };
  return {
    ...addresses,
    async remove() {
      if (servers.databaseUrl !== null) await dropSchema(servers.databaseUrl, name);
      if (addresses.objectStoreUrl !== null) await emptyStore(addresses.objectStoreUrl);
      if (servers.searchUrl !== null) await dropIndexes(servers.searchUrl, name);
    },
  };
}

async function dropSchema(address: string, name: string): Promise<void> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    await client.query(`drop schema if exists "${name}" cascade`);
  } finally {
    await client.end();
  }
}

async function emptyStore(url: string): Promise<void> {
  const store = await openObjects({ folder: '', url });
  try {
    for await (const { key } of store.list('')) await store.remove(key);
  } finally {
    await store.close();
  }
}

/** By plain HTTP and not by our driver: cleaning must also work where the driver is what is broken. */
async function dropIndexes(address: string, prefix: string): Promise<void> {
  const { protocol, host, password } = new URL(address);
  const base = `${protocol.replace('meilisearch+', '')}//${host}`;
  const headers = { authorization: `Bearer ${decodeURIComponent(password)}` };
  const listed = (await (await fetch(`${base}/indexes?limit=1000`, { headers })).json()) as { results: { uid: string }[] };
  for (const { uid } of listed.results) {
    if (uid.startsWith(prefix)) await fetch(`${base}/indexes/${uid}`, { method: 'DELETE', headers });
  }
}
