import { openObjects } from '../../storage/objects/open-objects.ts';
import { objectStoreSuite } from '../suites/object-store.suite.ts';
import { givenServers, placeOnServers } from '../support/servers.ts';
import { temporaryFolder } from '../support/temporary.ts';

objectStoreSuite('given server', async () => {
  const place = placeOnServers({ ...givenServers(), databaseUrl: null, searchUrl: null });
  const folder = await temporaryFolder();
  return {
    store: await openObjects({ folder: folder.path, url: place.objectStoreUrl }),
    async remove() {
      await place.remove();
      await folder.remove();
    },
  };
});
