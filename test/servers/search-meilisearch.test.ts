import { openMeilisearch } from '../../search/engines/meilisearch.ts';
import { sampleRelevanceSuite } from '../suites/sample-relevance.suite.ts';
import { searchIndexSuite } from '../suites/search-index.suite.ts';
import { slipsSuite } from '../suites/slips.suite.ts';
import { understoodQueriesSuite } from '../suites/understood-queries.suite.ts';
import { givenServers, placeOnServers } from '../support/servers.ts';

// What needs a server that was not given is not part of the run.
if (givenServers().searchUrl !== null) {
  const open = async () => {
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
  };
  searchIndexSuite('meilisearch', open);
  understoodQueriesSuite('meilisearch', open);
  slipsSuite('meilisearch', open);

  sampleRelevanceSuite('meilisearch', async () => {
    const place = placeOnServers();
    const index = await openMeilisearch({ url: place.searchUrl!, role: 'writer' });
    return {
      index,
      async close() {
        await index.close();
        await place.remove();
      },
    };
  });
}
