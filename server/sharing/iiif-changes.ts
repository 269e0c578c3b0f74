import type { Metadata } from '../../storage/metadata/database.ts';
import { aheadMs, oaiInstant } from '../../storage/metadata/harvest-items.ts';
import { changePlaces, type ChangePlace, changesBetween, decidingRecords, type PagedFile, pagedFiles } from '../../storage/metadata/public-books.ts';
import { guest } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { iiifAddresses } from '../reader/iiif-addresses.ts';

export const discoveryType = 'application/ld+json;profile="http://iiif.io/api/discovery/1/context.json"';
const context = 'http://iiif.io/api/discovery/1/context.json';

/** Records whose changes stand on one page; each has as many activities as it has books. */
export const changesOnPage = 100;
/** A page: the changes after one place and up to another. Null: from the beginning. */
export interface ChangeStretch {
  after: ChangePlace | null;
  upTo: ChangePlace;
}
/** What stands for the beginning, and for nothing at all, in the address of a page. */
const beginning = 'start';
const nothing = 'empty';

export interface ChangesParts {
  metadata: Metadata;
  publicUrl: string;
}

const placeName = ({ datestamp, recordId }: ChangePlace): string => `${datestamp}_${recordId}`;

function placeOf(name: string): ChangePlace | null {
  const [, datestamp, recordId] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(name) ?? [];
  return datestamp && recordId ? { datestamp, recordId } : null;
}

/** The stretch that a page's address names; undefined: it names none; null: the page of a library without changes. */
export function stretchOf(name: string): ChangeStretch | null | undefined {
  if (name === nothing) return null;
  const [first = '', last = ''] = name.split('~');
  const [after, upTo] = [placeOf(first), placeOf(last)];
  return upTo && (after || first === beginning) ? { after, upTo } : undefined;
}

const own = (publicUrl: string): string => `${publicUrl}/iiif/activity/collection`;
const page = (publicUrl: string, stretch: ChangeStretch | null) => ({
  id: `${publicUrl}/iiif/activity/page/${stretch ? `${stretch.after ? placeName(stretch.after) : beginning}~${placeName(stretch.upTo)}` : nothing}`,
  type: 'OrderedCollectionPage',
});

/** So many changes that end at a place. Null: there are none. */
async function stretchUpTo({ queries }: Metadata, place: ChangePlace | null, until: string, size: number): Promise<ChangeStretch | null> {
  const places = await changePlaces(queries, 'up to', place, until, size + 1);
  return places.length === 0 ? null : { after: places[size] ?? null, upTo: place ?? places[0]! };
}

async function stretchAfter({ queries }: Metadata, place: ChangePlace | null, until: string, size: number): Promise<ChangeStretch | null> {
  const last = (await changePlaces(queries, 'after', place, until, size)).at(-1);
  return last ? { after: place, upTo: last } : null;
}

/**
 * IIIF Change Discovery 1.0 (section 3.2): the latest change of every book that is or was public, of the oldest first. Whoever follows
 * them begins at the last page and goes back to where they were.
 */
export async function changesCollection({ metadata, publicUrl }: ChangesParts, size: number, now = new Date()) {
  const until = oaiInstant(now);
  const [first, last] = [await stretchAfter(metadata, null, until, size), await stretchUpTo(metadata, null, until, size)];
  return { '@context': context, id: own(publicUrl), type: 'OrderedCollection', first: page(publicUrl, first), last: page(publicUrl, last) };
}

/**
 * A page of them (section 3.3), named by both its ends: what changes moves to the end of all, so a number would name other things from day
 * to day, and a page can only lose what has changed since. A change is told when its datestamp has come, which is after whatever else
 * happened in that second has been written. The page of null is empty.
 */
export async function changesPage({ metadata, publicUrl }: ChangesParts, stretch: ChangeStretch | null, size: number, now = new Date()) {
  const { queries } = metadata;
  const until = oaiInstant(now);
  // One that somebody has put together may be as long as they like.
  const items = stretch ? await changesBetween(queries, stretch.after, stretch.upTo, until, size) : [];
  const ids = items.map(({ record_id }) => record_id);
  const records = new Map((await decidingRecords(queries, ids)).map((row) => [row.id, row]));
  const files = new Map<string, PagedFile[]>();
  for (const file of await pagedFiles(queries, ids)) files.set(file.record_id, [...(files.get(file.record_id) ?? []), file]);
  const everybody = guest();
  const orderedItems = items.flatMap((item) => {
    const record = records.get(item.record_id);
    const alive = record?.state === 'published' && item.in_public === 1 && mayReach(everybody, record);
    const created = record?.published_at === undefined || record.published_at === null ? null : oaiInstant(new Date(Date.parse(record.published_at) + aheadMs));
    return (files.get(item.record_id) ?? []).map(({ id, removed_at }) => {
      const manifest = { id: iiifAddresses(publicUrl, id).manifest, type: 'Manifest' };
      if (!alive || removed_at !== null) return { type: 'Delete', object: manifest, endTime: item.datestamp };
      const seeAlso = [{ id: `${publicUrl}/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=urn:uuid:${item.record_id}`, type: 'Dataset', format: 'text/xml' }];
      return { type: item.datestamp === created ? 'Create' : 'Update', object: { ...manifest, seeAlso }, endTime: item.datestamp };
    });
  });
  const last = items.length === size ? items.at(-1)! : null;
  const end = last ? { datestamp: last.datestamp, recordId: last.record_id } : (stretch?.upTo ?? null);
  const prev = stretch?.after ? await stretchUpTo(metadata, stretch.after, until, size) : null;
  const next = end && (await stretchAfter(metadata, end, until, size));
  return {
    '@context': context,
    ...page(publicUrl, stretch),
    partOf: { id: own(publicUrl), type: 'OrderedCollection' },
    ...(prev ? { prev: page(publicUrl, prev) } : {}),
    ...(next ? { next: page(publicUrl, next) } : {}),
    orderedItems,
  };
}
