import { openMeilisearch } from '../../search/engines/meilisearch.ts';
import { searchIndexSuite } from '../suites/search-index.suite.ts';
import { givenServers, placeOnServers } from '../support/servers.ts';

if (givenServers().searchUrl === null) {
  describe('search index: meilisearch', () => {
    it('is tested where SEARCH_URL names a server', function () {
      this.skip();
    });
  });
} else {
  searchIndexSuite('meilisearch', async () => {
    const place = placeOnServers();
    const url = place.searchUrl!;
    const writer = await openMeilisearch({ url, role: 'writer' });
    const reader = await openMeilisearch({ url, role: 'reader' });
    return {
      writer,
      reader,
      async close() {
        await reader.close();
        await writer.close();
        await place.remove();
      },
    };
  });
}
