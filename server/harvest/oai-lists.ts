import type { Metadata } from '../../storage/metadata/database.ts';
import { type HarvestItem, harvestCount, harvestPage, type HarvestView, recordsToTell, setsOfItems, type ToldRecord } from '../../storage/metadata/harvest-items.ts';
import { type Actor, isStaff } from '../access/actor.ts';
import { viewsOf } from '../access/audience.ts';
import { crosswalkMaker } from '../catalogue/crosswalk-loading.ts';
import { writeXml, writeXmlLine, type XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { type ListArguments, OaiError } from './oai-arguments.ts';
import { formatOf, type OaiFormat } from './oai-formats.ts';
import { type ListPlace, readToken, writeToken } from './oai-token.ts';

/** Records in one answer: some megabyte of Dublin Core, and an eighth of it packed. Fewer pay more for each answer's queries. */
const recordsAtOnce = 500;
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

/** As many are written in one go: a few milliseconds, in which a process answers nobody else. */
const writtenAtOnce = 100;

/**
 * ListRecords and ListIdentifiers (sections 4.3 and 4.5), one answer's part of the list: what stands in the element of the verb, in pieces
 * that are written as they are taken. Everything has been read before. Throws OaiError.
 */
export async function listed(parts: ListParts, actor: Actor, verb: ListPlace['verb'], list: ListArguments | { resumptionToken: string }): Promise<Iterable<string>> {
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
  const element = await elementWriter(parts, actor, shown, verb === 'ListRecords' ? format : null);
  if (!more && !place) return written(shown, element, null);
  const total = place?.total ?? (await harvestCount(queries, scope));
  const told = place?.told ?? 0;
  // A record that came while the list was read is told too, so the sum may have grown.
  const size = { completeListSize: String(Math.max(total, told + shown.length)), cursor: String(told) };
  const token = more ? writeToken({ ...asked, verb, after: shown.at(-1)!.record_id, told: told + shown.length, total }) : '';
  return written(shown, element, ['resumptionToken', size, token]);
}

function* written(items: readonly HarvestItem[], element: (item: HarvestItem) => XmlElement, last: XmlElement | null): Generator<string> {
  for (let from = 0; from < items.length; from += writtenAtOnce) {
    let text = '';
    for (const item of items.slice(from, from + writtenAtOnce)) text += `${writeXmlLine(element(item))}\n`;
    yield text;
  }
  if (last) yield writeXml(last, 2);
}

/** Reads all that records in a format, or their headers alone, tell of these items, in a fixed number of queries; answers what makes each. */
export async function elementWriter({ metadata, publicUrl }: ListParts, actor: Actor, items: readonly HarvestItem[], format: OaiFormat | null): Promise<(item: HarvestItem) => XmlElement> {
  const { queries } = metadata;
  const view = viewOf(actor);
  const ids = items.map(({ record_id }) => record_id);
  const rows = new Map((await recordsToTell(queries, ids)).map((row) => [row.id, row]));
  const sets = await setsOfItems(queries, ids);
  const header = (item: HarvestItem, alive: boolean): XmlElement => [
    'header',
    alive ? {} : { status: 'deleted' },
    [['identifier', {}, identifierOf(item.record_id)], ['datestamp', {}, item.datestamp], ...(sets.get(item.record_id) ?? []).map((spec): XmlElement => ['setSpec', {}, spec])],
  ];
  const standing = (item: HarvestItem): ToldRecord | null => {
    const row = rows.get(item.record_id);
    return row && isShown(view, item, row) ? row : null;
  };
  if (format === null) return (item) => header(item, standing(item) !== null);
  const make = await crosswalkMaker({ metadata, publicUrl }, actor, ids);
  return (item) => {
    const row = standing(item);
    const record = row && make(row);
    if (!record) return ['record', {}, [header(item, false)]];
    return ['record', {}, [header(item, true), ['metadata', {}, [format.write(record, `${publicUrl}/record/${record.id}`)]]]];
  };
}

/** What the item says, held against the record as it is: an item that is behind must not show what has been hidden. */
export function isShown(view: HarvestView, item: HarvestItem, row: ToldRecord): boolean {
  return (view === 'public' ? item.in_public : item.in_sector) === 1 && viewsOf(row).includes(view);
}
