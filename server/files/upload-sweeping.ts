import type { Metadata } from '../../storage/metadata/database.ts';
import { forgetUploads } from '../../storage/metadata/files.ts';
import { knownUploads } from '../../storage/metadata/upload-claim-rows.ts';
import type { Staging } from './staging.ts';

const keptMs = 7 * 86_400_000;

/** Forgets uploads that have not moved for a week, and removes staged bytes that no upload names: those, and what could not be removed before. */
export async function sweepUploads({ metadata, staging }: { metadata: Metadata; staging: Staging }, now: Date): Promise<void> {
  await forgetUploads(metadata.queries, new Date(now.getTime() - keptMs).toISOString());
  const staged: string[] = [];
  for await (const id of staging.ids()) staged.push(id);
  for (let at = 0; at < staged.length; at += 500) {
    const some = staged.slice(at, at + 500);
    const known = await knownUploads(metadata.queries, some);
    for (const id of some) if (!known.has(id)) await staging.remove(id);
  }
}
