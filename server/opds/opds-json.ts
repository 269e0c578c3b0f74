import { ddcScheme, schemeOf } from './opds-atom.ts';
import { recordsAddress } from './opds-asked.ts';
import type { OpdsEntry } from './opds-entry.ts';
import {
  acquisitionRel,
  authenticationAddress,
  authenticationRel,
  authenticationType,
  type FeedFrame,
  type OpdsFeed,
} from './opds-feed.ts';

export const feedType = 'application/opds+json';
export const publicationType = 'application/opds-publication+json';

export const publicationAddress = (id: string): string => `/opds/v2/records/${id}`;

type Json = Record<string, unknown>;
/** As it is sent: without characters that JSON can hold and the databases of apps stumble over. */
export const jsonText = (document: Json): string =>
  JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '') : value,
  );

/** Nothing has a blank value (section 5.2). */
const filled = (values: Json): Json =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) =>
        value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

/** A feed as an OPDS 2.0 catalogue feed. */
export function jsonFeed(frame: FeedFrame, feed: OpdsFeed): Json {
  const link = (rel: string, href: string, type = feedType): Json => ({ rel, href, type });
  const links = [
    link('self', feed.self),
    link('start', frame.start),
    ...(feed.up === null ? [] : [link('up', feed.up)]),
    { ...link('search', frame.search), templated: true, title: frame.searchTitle },
    link(authenticationRel, authenticationAddress, authenticationType),
  ];
  if (feed.kind === 'navigation')
    return {
      metadata: { title: feed.title, modified: feed.updated },
      links,
      navigation:
        feed.rows.length > 0
          ? feed.rows.map(({ title, href, rel, count }) =>
              filled({
                href,
                title,
                type: feedType,
                rel,
                properties: count === null ? null : { numberOfItems: count },
              }),
            )
          : [emptyWay(frame)],
    };
  const paging = (['first', 'previous', 'next', 'last'] as const).flatMap((rel) =>
    feed[rel] === null ? [] : [link(rel, feed[rel])],
  );
  return {
    metadata: filled({
      ...{ title: feed.title, subtitle: feed.subtitle, modified: feed.updated },
      ...{ numberOfItems: feed.total, itemsPerPage: feed.size, currentPage: feed.page },
    }),
    links: [...links, ...paging],
    ...(feed.facets.length > 0
      ? {
          facets: feed.facets.map((group) => ({
            metadata: { title: group.title },
            links: group.links.map(({ title, href, count, active }) =>
              filled({
                href,
                type: feedType,
                title,
                rel: active ? 'self' : null,
                properties: count === null ? null : { numberOfItems: count },
              }),
            ),
          })),
        }
      : {}),
    // Its schema takes no empty list, and a feed without any collection is none: what is empty leads back to the beginning.
    ...(feed.entries.length > 0
      ? { publications: feed.entries.map((entry) => publication(frame, entry)) }
      : { navigation: [emptyWay(frame)] }),
  };
}

const emptyWay = (frame: FeedFrame): Json => ({
  href: frame.start,
  title: `Tủ Sách – ${frame.school}`,
  type: feedType,
  rel: 'start',
});

/** MARC relators that OPDS has words for (section 5.2). */
const roles: Record<string, string> = {
  trl: 'translator',
  edt: 'editor',
  ill: 'illustrator',
  art: 'artist',
  nrt: 'narrator',
};

/** A record as an OPDS 2.0 publication. */
export function publication({ publicUrl }: FeedFrame, entry: OpdsEntry): Json {
  const [isbn] = entry.identifiers.filter((identifier) => identifier.startsWith('urn:isbn:'));
  const others = entry.identifiers.filter((identifier) => identifier !== isbn);
  const named = (role: string | null) =>
    entry.contributors
      .filter((one) => (roles[one.role] ?? null) === role)
      .map(({ name, role: code }) => (role === null ? { name, role: code } : { name }));
  const nothing = { level: [], grade: [], subject: [], topic: [], type: [], set: [], language: [] };
  return {
    metadata: filled({
      '@type': `http://schema.org/${entry.type}`,
      identifier: isbn ?? `urn:uuid:${entry.id}`,
      altIdentifier: [
        ...(isbn ? [`urn:uuid:${entry.id}`] : []),
        ...others.map((value) => (/^[a-z][a-z0-9+.-]*:\S+$/i.test(value) && URL.canParse(value) ? value : { value })),
      ],
      title: entry.title,
      subtitle: entry.subtitle,
      author: entry.authors.map((name) => ({ name })),
      ...Object.fromEntries([...new Set(Object.values(roles))].map((role) => [role, named(role)])),
      contributor: named(null),
      publisher: entry.publisher === null ? null : { name: entry.publisher },
      language: entry.languages,
      modified: entry.updated,
      // A whole date is asked for (Readium Web Publication Manifest); what is known is the year.
      published: entry.issued === null ? null : `${entry.issued}-01-01`,
      description: entry.abstract,
      numberOfPages: entry.pages > 0 ? entry.pages : null,
      subject: [
        ...entry.categories.map(({ facet, code, label }) => ({
          ...{ name: label, code, scheme: schemeOf(publicUrl, facet) },
          links: [{ href: recordsAddress(2, { facets: { ...nothing, [facet]: [code] } }), type: feedType }],
        })),
        ...entry.keywords.map((name) => ({ name })),
        ...(entry.ddc === null ? [] : [{ name: entry.ddc, code: entry.ddc, scheme: ddcScheme }]),
      ],
      belongsTo:
        entry.textbookSet === null
          ? null
          : {
              collection: {
                name: entry.textbookSet.label,
                links: [
                  {
                    href: recordsAddress(2, { facets: { ...nothing, set: [entry.textbookSet.code] } }),
                    type: feedType,
                  },
                ],
              },
            },
    }),
    links: [
      { rel: 'self', href: publicationAddress(entry.id), type: publicationType },
      { rel: 'alternate', href: entry.page, type: 'text/html' },
      ...(entry.rightsAddress === null ? [] : [{ rel: 'license', href: entry.rightsAddress, title: entry.rights }]),
      ...entry.acquisitions.map(({ how, type, href, title, size }) =>
        filled({ rel: acquisitionRel[how], href, type, title, size: size !== null && size > 0 ? size : null }),
      ),
    ],
    ...(entry.cover
      ? {
          images: [entry.cover.width, 200].map((width) => ({
            ...{ href: entry.cover!.href(width), type: 'image/jpeg', width },
            height: Math.max(1, Math.round((width * entry.cover!.height) / entry.cover!.width)),
          })),
        }
      : {}),
  };
}
