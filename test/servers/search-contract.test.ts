import { recorded } from '../support/meilisearch-contract.ts';
import { givenServers } from '../support/servers.ts';
import { scenarios } from '../search/meilisearch-scenarios.ts';

const { searchUrl } = givenServers();

/** Writes test/fixtures/meilisearch anew: RECORD_MEILISEARCH=1 npm run test:servers, with SEARCH_URL at a real one. One run at a time. */
if (searchUrl !== null && process.env['RECORD_MEILISEARCH']) {
  const { protocol, host, password } = new URL(searchUrl);
  const target = { host: `${protocol.replace('meilisearch+', '')}//${host}`, key: decodeURIComponent(password) };
  describe('meilisearch: the contract, recorded', () => {
    for (const [name, run] of Object.entries(scenarios)) {
      it(name, async () => {
        const server = await recorded(name, target);
        try {
          await run(server);
        } finally {
          await server.close();
        }
      });
    }
  });
}
