import { openEmbedded } from '../../search/engines/embedded.ts';
import { sampleRelevanceSuite } from '../suites/sample-relevance.suite.ts';
import { temporaryFolder } from '../support/temporary.ts';

sampleRelevanceSuite('embedded', async () => {
  const folder = await temporaryFolder();
  const index = await openEmbedded({ folder: folder.path, role: 'writer' });
  return {
    index,
    async close() {
      await index.close();
      await folder.remove();
    },
  };
});
