import type { Metadata } from '../../storage/metadata/database.ts';
import { type HarvestItem, harvestCount, harvestPage, type HarvestView, setsOfItems } from '../../storage/metadata/harvest-items.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { filesOfRecords } from '../../storage/metadata/record-files.ts';
import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';
import { type Actor, isStaff } from '../access/actor.ts';
import { effectiveScope } from '../access/audience.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { crosswalkRecord } from '../catalogue/crosswalks/crosswalk-record.ts';
import type { XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { type ListArguments, OaiError } from './oai-arguments.ts';
import { formatOf, type OaiFormat } from './oai-formats.ts';
import { type ListPlace, readToken, writeToken } from './oai-token.ts';

/** Records in one answer: some 400 KB of Dublin Core, and a tenth of it packed. */
const recordsAtOnce = 200;
const headersAtOnce = 1_000;

/** Whoever signs in as staff with an access token sees what the sharing group shares. */
export const viewOf = (actor: Actor): HarvestView => (isStaff(actor) || (actor.kind === 'peer' && !actor.formerKey) ? 'sector' : 'public');

/** A record keeps its identifier wherever the library moves. */
export const identifierOf = (recordId: string): string => `urn:uuid:${recordId}`;
/** Null where it is none of ours. */
export const recordIdOf = (identifier: string): string | null => /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(identifier)?.[1] ?? null;

export interface ListParts {
  metadata: Metadata;
  publicUrl: string;
}

/** ListRecords and ListIdentifiers (sections 4.3 and 4.5), one answer's part of the list. Throws OaiError. */
export async function listed(parts: ListParts, actor: Actor, verb: ListPlace['verb'], list: ListArguments | { resumptionToken: string }): Promise<XmlElement> {
  const { queries } = parts.metadata;
  const place = 'resumptionToken' in list ? readToken(list.resumptionToken, verb) : null;
  const asked: ListArguments = place ?? (list as ListArguments);
  const format = formatOf(asked.metadataPrefix);
  const scope = { view: viewOf(actor), set: asked.set, from: asked.from, until: asked.until };
  const most = verb === 'ListRecords' ? recordsAtOnce : headersAtOnce;
  const items = await harvestPage(queries, scope, place?.after ?? null, most + 1);
  if (items.length === 0 && !place) throw new OaiError('noRecordsMatch', 'no record matches');
  const more = items.length > most;
  const shown = items.slice(0, most);
  const content = await elementsOf(parts, actor, shown, verb === 'ListRecords' ? format : null);
  if (!more && !place) return [verb, {}, content];
  const total = place?.total ?? (await harvestCount(queries, scope));
  const told = place?.told ?? 0;
  // A record that came while the list was read is told too, so the sum may have grown.
  const size = { completeListSize: String(Math.max(total, told + shown.length)), cursor: String(told) };
  const token = more ? writeToken({ ...asked, verb, after: shown.at(-1)!.record_id, told: told + shown.length, total }) : '';
  return [verb, {}, [...content, ['resumptionToken', size, token]]];
}

/** Records in a format, or their headers alone, in the order of the items; a fixed number of queries. */
export async function elementsOf({ metadata, publicUrl }: ListParts, actor: Actor, items: readonly HarvestItem[], format: OaiFormat | null): Promise<XmlElement[]> {
  if (items.length === 0) return [];
  const { queries } = metadata;
  const view = viewOf(actor);
  const ids = items.map(({ record_id }) => record_id);
  const rows = new Map((await recordsByIds(queries, ids)).map((row) => [row.id, row]));
  const sets = await setsOfItems(queries, ids);
  const header = (item: HarvestItem, alive: boolean): XmlElement => [
    'header',
    alive ? {} : { status: 'deleted' },
    [['identifier', {}, identifierOf(item.record_id)], ['datestamp', {}, item.datestamp], ...sets.get(item.record_id)!.map((spec): XmlElement => ['setSpec', {}, spec])],
  ];
  const standing = (item: HarvestItem): RecordRow | null => {
    const row = rows.get(item.record_id);
    return row && isShown(view, item, row) ? row : null;
  };
  if (format === null) return items.map((item) => header(item, standing(item) !== null));
  const files = new Map<string, Awaited<ReturnType<typeof filesOfRecords>>>();
  for (const file of await filesOfRecords(queries, ids)) files.set(file.record_id, [...(files.get(file.record_id) ?? []), file]);
  const bySchool = new Map((await schools(queries)).map((school) => [school.id, school]));
  const vocabularies = await loadVocabularies(metadata);
  return items.map((item): XmlElement => {
    const row = standing(item);
    const school = row && bySchool.get(row.school_id);
    if (!row || !school) return ['record', {}, [header(item, false)]];
    const held = files.get(row.id) ?? [];
    const record = crosswalkRecord(row, school, held, vocabularies);
    const takes = recordPolicy.download(actor, row);
    record.files.forEach((file, at) => (file.address = takes ? `${publicUrl}/api/files/${held[at]!.id}/original` : null));
    return ['record', {}, [header(item, true), ['metadata', {}, [format.write(record, `${publicUrl}/record/${row.id}`)]]]];
  });
}

/** What the item says, held against the record as it is: an item that is behind must not show what has been hidden. */
export function isShown(view: HarvestView, item: HarvestItem, row: RecordRow): boolean {
  if (row.state !== 'published' || row.deleted_at !== null) return false;
  const scope = effectiveScope(row);
  return view === 'public' ? item.in_public === 1 && scope === 'public' : item.in_sector === 1 && (scope === 'public' || scope === 'sector');
}
