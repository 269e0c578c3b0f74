import { seedVocabularies } from '../../server/catalogue/seed-vocabularies.ts';
import { loadVocabularies, type Vocabularies } from '../../server/catalogue/vocabularies.ts';
import { openStorage } from '../../storage/index.ts';
import { temporaryFolder } from './temporary.ts';

/** The vocabularies that every library begins with. */
export async function seededVocabularies(): Promise<Vocabularies> {
  const { path: folder, remove } = await temporaryFolder();
  const storage = await openStorage({ folder, databaseUrl: null, objectStoreUrl: null });
  try {
    await seedVocabularies(storage.metadata);
    return await loadVocabularies(storage.metadata);
  } finally {
    await storage.close();
    await remove();
  }
}
