import { join } from 'node:path';
import { openStaging, type Staging } from '../../../server/files/staging.ts';
import { givenServers } from '../../support/servers.ts';
import type { TestApp } from '../../support/app.ts';

/** Where the bytes of a test app's uploads wait, embedded or on the servers given. */
export const stagingOf = (app: Pick<TestApp, 'folder' | 'storage'>): Staging =>
  openStaging({ folder: join(app.folder, 'uploads'), objects: givenServers().objectStoreUrl ? app.storage.objects : null });

/** Puts bytes where uploads wait, as a process did that died before it took them in. */
export async function leaveStaged(app: Pick<TestApp, 'folder' | 'storage'>, address: string, bytes: Uint8Array, offset = 0): Promise<void> {
  const source = (async function* () {
    yield Buffer.from(bytes);
  })();
  await stagingOf(app).write(address.slice(-36), { offset, most: bytes.length }, source, async () => {});
}

export async function stagedIds(app: Pick<TestApp, 'folder' | 'storage'>): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of stagingOf(app).ids()) ids.push(id);
  return ids;
}
