import { recordPolicy, type RecordRow } from '../access/record-policy.ts';
import type { Actor } from '../access/actor.ts';
import { audienceOfRecord, mayReach } from '../access/audience.ts';
import { authorize, type Authorized } from '../access/authorized.ts';
import { Refusal } from '../errors.ts';
import { bookRow, type PageKeys, pageKeys } from '../../storage/metadata/book-rows.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { Row } from '../../storage/metadata/tables.ts';

/** A file that may be read, with the record it belongs to: one query. */
export interface LoadedBook {
  record: Authorized<RecordRow, 'readFiles'>;
  schoolName: string;
  fileId: string;
  revision: number;
  mediaType: string;
  format: string | null;
  state: Row<'files'>['state'];
  pageCount: number;
  contents: { title: string; page: number; depth: number }[];
  downloadable: boolean;
  /** A guest may read it: other sites may show it, and shared caches may keep it. */
  isPublic: boolean;
}

/**
 * How a refusal looks. Under /api a hidden file and a missing one both answer 404. Under /iiif a guest gets 401 for every
 * file that is not public, whether it exists or not, so that a viewer can ask for a sign-in and the answer still tells nothing.
 */
export type Door = 'api' | 'iiif';

/**
 * Loads the file with its record and checks 'readFiles'.
 * Throws file-not-found, record-withdrawn (only to those who could read the record before), or not-signed-in (door 'iiif').
 */
export async function loadBook(metadata: Metadata, actor: Actor, fileId: string, door: Door): Promise<LoadedBook> {
  const row = await bookRow(metadata.queries, fileId);
  const missing = door === 'iiif' && actor.kind === 'guest' ? 'not-signed-in' : 'file-not-found';
  if (row && row.state === 'withdrawn' && !mayReach(actor, row) && mayReach(actor, { ...row, state: 'published' })) {
    const { id, title, withdrawn_at: at, withdrawn_reason: reason } = row;
    throw new Refusal('record-withdrawn', { id, title, at, by: withdrawnBy(actor, row), reason: reason ?? '' });
  }
  // Cataloguers see a record in the bin, but its files are shut: for the reader they are not there.
  const readable = row && recordPolicy.readFiles(actor, row) ? row : undefined;
  const record = authorize<NonNullable<typeof row>, 'readFiles'>(recordPolicy, missing, actor, 'readFiles', readable);
  return {
    record,
    schoolName: record.school_name,
    fileId: record.file_id,
    revision: record.revision,
    mediaType: record.media_type,
    format: record.format,
    state: record.file_state,
    pageCount: record.page_count,
    contents: JSON.parse(record.contents_json) as LoadedBook['contents'],
    downloadable: recordPolicy.download(actor, record),
    isPublic: audienceOfRecord(record).includes('public'),
  };
}

/** Who withdrew it is for their own school to know; outside it the school speaks, as on the record's page (domain.md §2.4). */
function withdrawnBy(actor: Actor, row: { school_id: string; school_name: string; withdrawn_by_name: string | null }): string {
  const ours = actor.kind === 'person' && actor.schoolId === row.school_id;
  return (ours ? row.withdrawn_by_name : null) ?? row.school_name;
}

/** One page without its text. Throws page-not-found. */
export async function loadPage(metadata: Metadata, fileId: string, number: number): Promise<PageKeys> {
  const page = await pageKeys(metadata.queries, fileId, number);
  if (!page) throw new Refusal('page-not-found', { page: number });
  return page;
}
