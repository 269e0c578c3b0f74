import { openMetadata } from '../../storage/metadata/open-metadata.ts';
import { migrate } from '../../storage/metadata/migrate.ts';
import { metadataSuite } from '../suites/metadata.suite.ts';
import { givenServers, placeOnServers } from '../support/servers.ts';
import { temporaryFolder } from '../support/temporary.ts';

describe('PostgreSQL', function () {
  before(function () {
    if (givenServers().databaseUrl === null) this.skip();
  });

  metadataSuite('postgres', async () => {
    const place = placeOnServers({ ...givenServers(), objectStoreUrl: null, searchUrl: null });
    const { path, remove } = await temporaryFolder();
    const open = () => openMetadata({ folder: path, url: place.databaseUrl });
    const one = await open();
    await migrate(one, path, new Date());
    const two = await open();
    return {
      one,
      two,
      together: [one, two],
      async close() {
        await two.close();
        await one.close();
        await place.remove();
        await remove();
      },
    };
  });
});
