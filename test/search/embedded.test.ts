import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../search/engines/embedded.ts';
import { searchIndexSuite } from '../suites/search-index.suite.ts';
import { slipsSuite } from '../suites/slips.suite.ts';
import { understoodQueriesSuite } from '../suites/understood-queries.suite.ts';

const open = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tu-sach-search-'));
  const writer = await openEmbedded({ folder, role: 'writer' });
  const reader = await openEmbedded({ folder, role: 'reader' });
  return {
    writer,
    reader,
    async close() {
      await reader.close();
      await writer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

searchIndexSuite('embedded', open);
understoodQueriesSuite('embedded', open);
slipsSuite('embedded', open);
