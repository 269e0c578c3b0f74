import { openFilesystemStore } from '../../storage/objects/filesystem.ts';
import { objectStoreSuite } from '../suites/object-store.suite.ts';
import { temporaryFolder } from '../support/temporary.ts';

objectStoreSuite('filesystem', async () => {
  const { path, remove } = await temporaryFolder();
  return { store: await openFilesystemStore(path), remove };
});
