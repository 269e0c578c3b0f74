import type { Metadata } from '../../storage/metadata/database.ts';
import { type Actor, guest } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { loadCrosswalkRecords } from '../catalogue/crosswalk-loading.ts';
import type { CrosswalkRecord } from '../catalogue/crosswalks/crosswalk-record.ts';
import type { SchemaOrgPlace } from '../catalogue/crosswalks/schema-org.ts';
import { loadRecordFiles } from '../catalogue/record-covers.ts';
import { rightsAddress } from '../reader/rights.ts';

export interface ReferenceParts {
  metadata: Metadata;
  publicUrl: string;
}

export interface RecordReference {
  record: CrosswalkRecord;
  place: SchemaOrgPlace;
}

export const pageOf = (publicUrl: string, recordId: string): string => `${publicUrl}/record/${recordId}`;
export const referenceOf = (recordId: string): string => `urn:uuid:${recordId}`;

/** Licences have their addresses with https on the web, and with http in IIIF. */
const licenceAddress = (licence: string): string | null => rightsAddress(licence)?.replace(/^http:\/\/creativecommons/, 'https://creativecommons') ?? null;

/** A record as the asker may see it, with addresses of files that they may take away; null: there is none for them. */
export async function loadReference(parts: ReferenceParts, actor: Actor, id: string): Promise<RecordReference | null> {
  let free = false;
  const found = await loadCrosswalkRecords(parts, actor, [id], (row) => {
    free = mayReach(guest(), row);
    return row.state === 'published' && row.deleted_at === null && mayReach(actor, row);
  });
  const record = found.get(id);
  if (!record) return null;
  const cover = (await loadRecordFiles(parts.metadata, [id])).get(id)?.cover;
  return { record, place: { page: pageOf(parts.publicUrl, id), licence: licenceAddress(record.licence), cover: cover ? parts.publicUrl + cover.large : null, free } };
}
