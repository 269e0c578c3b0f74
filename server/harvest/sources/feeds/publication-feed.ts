import { plainText, withoutReferences } from '../plain-text.ts';
import { isObject, type JsonObject, JsonFault, listOf, readJson, textOf } from '../read-json.ts';
import { clipped, nothingSaid, type SaidDescription, sayAgent, sayIdentifier, sayLink, sayPlace, sayTopic, yearSaid } from '../said-description.ts';
import { resourceTypeOf } from '../said-type.ts';
import type { TermWords } from '../term-words.ts';
import type { RecordAside, ToldRecord } from '../told-records.ts';
import { addressIn, type FeedDocument, instantIn, linkRank, toldEntry } from './feed-document.ts';

interface PublicationLink {
  rels: string[];
  type: string;
  href: string;
}

const linksOf = (value: unknown, base: string): PublicationLink[] =>
  listOf(value).flatMap((link) => {
    if (!isObject(link) || link['templated'] === true) return [];
    const href = addressIn(textOf(link['href']), base);
    return href === null ? [] : [{ href, rels: listOf(link['rel']).map(textOf), type: textOf(link['type']).toLowerCase() }];
  });

/** A text, or one for each language: in Vietnamese where there is one. */
function wordsIn(value: unknown): string {
  if (!isObject(value)) return withoutReferences(textOf(value));
  const [first] = Object.values(value);
  return wordsIn(value['vi'] ?? Object.entries(value).find(([tag]) => tag.startsWith('vi-'))?.[1] ?? first);
}

const namesIn = (value: unknown): string[] => listOf(value).map((one) => (isObject(one) && 'name' in one ? wordsIn(one['name']) : wordsIn(one))).filter(Boolean);

/** A catalogue in JSON (OPDS 2.0). Null where it is none. */
export function readPublicationFeed(text: string, address: string): FeedDocument | null {
  let root: unknown;
  try {
    root = readJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return null;
    throw error;
  }
  if (!isObject(root) || !(['publications', 'navigation', 'groups'] as const).some((part) => Array.isArray(root[part]))) return null;
  const parts = [root, ...listOf(root['groups']).filter(isObject)];
  const links = linksOf(root['links'], address);
  const about = isObject(root['metadata']) ? root['metadata'] : {};
  const rel = (wanted: string): string | null => links.find(({ rels }) => rels.includes(wanted))?.href ?? null;
  const size = about['numberOfItems'];
  const isCatalogue = ({ type }: PublicationLink): boolean => /^application\/(opds\+json|atom\+xml)/.test(type) || type === '';
  // A group shows the first of its publications; the rest is behind the link to itself.
  const sections = parts.flatMap((part, at) => [...linksOf(part['navigation'], address), ...(at === 0 ? [] : linksOf(part['links'], address).filter(({ rels }) => rels.includes('self')))]);
  return {
    shape: 'opds',
    title: clipped(wordsIn(about['title']), 200),
    told: parts.flatMap((part) => listOf(part['publications']).map((one) => toldPublication(one, address))),
    ...{ next: rel('next'), crawlable: rel('http://opds-spec.org/crawlable'), sections: sections.filter(isCatalogue).map(({ href }) => href) },
    ...{ listSize: Number.isSafeInteger(size) && (size as number) > 0 ? (size as number) : null, cut: false },
  };
}

function toldPublication(one: unknown, base: string): ToldRecord | RecordAside {
  const text = (): string => JSON.stringify(one, null, 1);
  if (!isObject(one) || !isObject(one['metadata'])) return { identifier: null, reason: 'metadata-missing', detail: '', text: text() ?? '' };
  const metadata = one['metadata'];
  const links = linksOf(one['links'], base);
  const identifier = textOf(metadata['identifier']) || links.find(({ rels }) => rels.includes('self'))?.href || links[0]?.href || null;
  return toldEntry({ identifier, datestamp: instantIn(textOf(metadata['modified'])), says: (terms) => fromPublication(metadata, links, terms), size: 0, text });
}

const people: readonly (readonly [string, string])[] = [
  ...([['author', 'aut'], ['translator', 'trl'], ['editor', 'edt'], ['artist', 'ill'], ['illustrator', 'ill']] as const),
  ...([['narrator', 'nrt'], ['contributor', 'ctb']] as const),
];

/** Metadata of a publication as Readium's manifests have it. */
function fromPublication(metadata: JsonObject, links: readonly PublicationLink[], terms: TermWords): SaidDescription {
  const said = nothingSaid();
  said.title = clipped(wordsIn(metadata['title']), 500);
  said.subtitle = clipped(wordsIn(metadata['subtitle']), 500);
  for (const [field, role] of people) for (const name of namesIn(metadata[field])) sayAgent(said, name, role);
  said.publisher = clipped(namesIn(metadata['publisher'])[0] ?? namesIn(metadata['imprint'])[0], 300);
  said.year = yearSaid(textOf(metadata['published']).slice(0, 20) || null);
  for (const tag of listOf(metadata['language'])) {
    const code = terms.language(textOf(tag));
    if (code !== null && !said.languages.includes(code) && said.languages.length < 10) said.languages.push(code);
  }
  for (const subject of listOf(metadata['subject'])) {
    const [name] = namesIn(subject);
    if (name === undefined) continue;
    if (isObject(subject) && /schema\.org\/(audience|typicalAgeRange)/.test(textOf(subject['scheme']))) sayPlace(said, terms, name);
    else sayTopic(said, terms, name);
  }
  const type = resourceTypeOf(textOf(metadata['@type']));
  if (type !== null) said.resourceType ??= type;
  if (isObject(metadata['belongsTo'])) for (const whole of Object.values(metadata['belongsTo'])) for (const name of namesIn(whole)) sayTopic(said, terms, name);
  said.abstract = clipped(plainText(wordsIn(metadata['description'])), 5000, true);
  const ranked = links.flatMap(({ rels, type: media, href }) => (rels.length === 0 ? [] : rels).flatMap((rel) => ((rank) => (rank === null ? [] : [{ rank, href }]))(linkRank(rel, media))));
  for (const { href } of ranked.sort((a, b) => a.rank - b.rank)) sayLink(said, href);
  for (const { rels, href } of links) if (rels.includes('license')) said.licence ??= terms.licence(href);
  for (const text of [...listOf(metadata['identifier']), ...listOf(metadata['altIdentifier'])].map((id) => textOf(isObject(id) ? id['value'] : id))) if (/^(urn:)?(isbn|issn|doi)[:\s]|^https?:/i.test(text)) sayIdentifier(said, text);
  return said;
}
