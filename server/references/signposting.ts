import { doiAddress } from '../catalogue/crosswalks/cited-as.ts';
import { schemaOrgTypes } from '../catalogue/crosswalks/schema-org.ts';
import { referenceFormats } from './reference-formats.ts';
import { type RecordReference, referenceOf } from './record-reference.ts';

/** A link as FAIR Signposting has it, in a header or in a set. */
export interface SignpostingLink {
  rel: 'cite-as' | 'describedby' | 'item' | 'license' | 'type' | 'linkset';
  href: string;
  type?: string;
  profile?: string;
}

/** nginx takes 4 KB for all headers of an answer and makes 502 of more; ours are 1 KB, these links 2. The set has all. */
const mostItems = 5;

const unapiAddress = (publicUrl: string, recordId: string, format: string): string => `${publicUrl}/unapi?id=${encodeURIComponent(referenceOf(recordId))}&format=${format}`;
const linksetAddress = (publicUrl: string, recordId: string): string => `${publicUrl}/api/records/${recordId}/linkset`;

/**
 * Links of a record's page (https://signposting.org/FAIR/): what to cite, what it is, its descriptions, its files and its licence. People
 * have no addresses here, so there is no `author`.
 */
function signpostingLinks(publicUrl: string, { record, place }: RecordReference): SignpostingLink[] {
  const [doi] = record.description.identifiers.flatMap(({ scheme, value }) => (scheme === 'doi' ? (doiAddress(value) ?? []) : []));
  return [
    { rel: 'cite-as', href: doi ?? place.page },
    { rel: 'type', href: 'https://schema.org/AboutPage' },
    ...schemaOrgTypes(record).map((type): SignpostingLink => ({ rel: 'type', href: `https://schema.org/${type}` })),
    ...referenceFormats.map(({ name, mediaType, profile }): SignpostingLink => ({ rel: 'describedby', href: unapiAddress(publicUrl, record.id, name), type: mediaType, ...(profile ? { profile } : {}) })),
    ...(place.licence ? [{ rel: 'license', href: place.licence } as const] : []),
    ...record.files.flatMap(({ address, mediaType }): SignpostingLink[] => (address === null ? [] : [{ rel: 'item', href: address, type: mediaType }])),
  ];
}

/** Level 1: the value of the header Link (RFC 8288), with an address where all links are. */
export function linkHeader(publicUrl: string, reference: RecordReference): string {
  const links = signpostingLinks(publicUrl, reference);
  const items = links.filter(({ rel }) => rel === 'item').slice(0, mostItems);
  const said = [...links.filter(({ rel }) => rel !== 'item'), ...items, { rel: 'linkset', href: linksetAddress(publicUrl, reference.record.id), type: 'application/linkset+json' } as const];
  return said.map(written).join(', ');
}

/** Addresses are ours or checked; what still could end one, or is not ASCII, is escaped. */
function written({ rel, href, type, profile }: SignpostingLink): string {
  const address = href.replace(/[^\x21-\x7e]|[<>"\\^`{|}]/gu, (sign) => encodeURIComponent(sign));
  const media = type && /^[\w.+-]+\/[\w.+-]+$/.test(type) ? `; type="${type}"` : '';
  return `<${address}>; rel="${rel}"${media}${profile ? `; profile="${profile}"` : ''}`;
}

/** Level 2: the same links as a set (RFC 9264); the descriptions point back to what they describe. */
export function linkset(publicUrl: string, reference: RecordReference): unknown {
  const links = signpostingLinks(publicUrl, reference);
  const target = ({ href, type, profile }: SignpostingLink) => ({ href, ...(type ? { type } : {}), ...(profile ? { profile: [profile] } : {}) });
  const page: Record<string, unknown> = { anchor: reference.place.page };
  for (const link of links) page[link.rel] = [...((page[link.rel] as unknown[] | undefined) ?? []), target(link)];
  const back = [{ href: reference.place.page, type: 'text/html' }];
  return {
    linkset: [
      page,
      ...links.filter(({ rel }) => rel === 'describedby').map(({ href }) => ({ anchor: href, describes: back })),
      ...links.filter(({ rel }) => rel === 'item').map(({ href }) => ({ anchor: href, collection: back })),
    ],
  };
}
