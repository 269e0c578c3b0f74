import type { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { FileRow } from '../../storage/metadata/files.ts';
import { filesOfRecords, type FirstPage, firstPagesOfFiles } from '../../storage/metadata/record-files.ts';
import type { cover } from '../contract/record.ts';

export type Cover = z.infer<typeof cover>;

/** What lists, hits and views show of a record's files: the first page with an image as the cover, and the first file that can be read. */
export interface RecordFiles {
  files: FileRow[];
  cover: Cover | null;
  readable: { fileId: string; pages: number } | null;
}

/** Pixels of the large thumbnail; the small one is 200 wide. */
const coverWidth = 480;

function coverOf(file: FileRow, page: FirstPage): Cover | null {
  if (!page.thumb_small_key || !page.thumb_large_key) return null;
  const address = (size: string): string =>
    `/api/files/${file.id}/pages/${page.number}/thumbnail?size=${size}&v=${file.revision}`;
  const height = page.width > 0 ? Math.round((coverWidth * page.height) / page.width) : Math.round(coverWidth * 1.414);
  return { small: address('small'), large: address('large'), width: coverWidth, height };
}

/** Files and covers of many records in two queries, which read one page of each file. */
export async function loadRecordFiles(
  metadata: Metadata,
  recordIds: readonly string[],
): Promise<Map<string, RecordFiles>> {
  const files = await filesOfRecords(metadata.queries, recordIds);
  const ids = files.map((file) => file.id);
  const firstPages = new Map((await firstPagesOfFiles(metadata.queries, ids)).map((page) => [page.file_id, page]));
  const loaded = new Map<string, RecordFiles>();
  for (const file of files) {
    let of = loaded.get(file.record_id);
    if (!of) loaded.set(file.record_id, (of = { files: [], cover: null, readable: null }));
    of.files.push(file);
  }
  // Pages that were set from the words of a file alone come after those that look as they were made.
  for (const fromWords of [false, true]) {
    for (const file of files) {
      const [of, page] = [loaded.get(file.record_id), firstPages.get(file.id)];
      if (!of || !page || (file.code === 'document-text-only') !== fromWords) continue;
      of.cover ??= coverOf(file, page);
      of.readable ??= { fileId: file.id, pages: file.page_count };
    }
  }
  return loaded;
}
