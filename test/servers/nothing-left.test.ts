import { expect } from 'chai';
import { clearRun, givenServers, placeOnServers } from '../support/servers.ts';
import { openMetadata } from '../../storage/metadata/open-metadata.ts';
import { migrate } from '../../storage/metadata/migrate.ts';
import { openObjects } from '../../storage/objects/open-objects.ts';
import { temporaryFolder } from '../support/temporary.ts';

// test/run.mjs puts this file last.
describe('the servers, after everything else', function () {
  this.timeout(60_000);

  it('have no schema, no object and no index of these tests any more', async () => {
    expect(await clearRun()).to.deep.equal([]);
  });

  it('what a test leaves would be seen, and is removed', async () => {
    const servers = givenServers();
    const place = placeOnServers();
    const { path, remove } = await temporaryFolder();
    if (place.databaseUrl) {
      const metadata = await openMetadata({ folder: path, url: place.databaseUrl });
      await migrate(metadata, path, new Date());
      await metadata.close();
    }
    if (place.objectStoreUrl) {
      const store = await openObjects({ folder: path, url: place.objectStoreUrl });
      await store.put('originals/aa/bb/cc', Buffer.from('left'));
      await store.close();
    }
    await remove();
    const kinds = (await clearRun()).map((what) => what.split(' ')[0]);
    expect(kinds).to.have.members([...(servers.databaseUrl ? ['schema'] : []), ...(servers.objectStoreUrl ? ['object'] : [])]);
    expect(await clearRun()).to.deep.equal([]);
  });
});
