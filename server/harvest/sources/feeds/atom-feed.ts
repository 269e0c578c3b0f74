import { fromDublinCore } from '../from-dublin-core.ts';
import { plainText } from '../plain-text.ts';
import { clipped, type SaidDescription, sayAgent, sayIdentifier, sayLink, sayPlace, sayTopic, yearSaid } from '../said-description.ts';
import { resourceTypeOf } from '../said-type.ts';
import type { TermWords } from '../term-words.ts';
import { longestIdentifier, type RecordAside, type ToldRecord } from '../told-records.ts';
import { childrenOf, childText, type XmlNode } from '../xml-tree.ts';
import { addressIn, type FeedDocument, type FeedSetting, instantIn, linkRank, toldEntry } from './feed-document.ts';

const atom = 'http://www.w3.org/2005/Atom';

interface AtomLink {
  rel: string;
  type: string;
  href: string;
}

/** xml:base (RFC 4287 §2) of an element within `base`. */
export const baseOf = (node: XmlNode, base: string): string => addressIn(node.attributes['base'], base) ?? base;

const linksOf = (node: XmlNode, base: string): AtomLink[] =>
  childrenOf(node, 'link').flatMap((link) => {
    const href = addressIn(link.attributes['href'], baseOf(link, base));
    return href === null ? [] : [{ href, rel: link.attributes['rel']?.trim() ?? '', type: link.attributes['type']?.toLowerCase() ?? '' }];
  });

const isCatalogue = ({ type }: AtomLink): boolean => /application\/atom\+xml/.test(type) && !/type=entry/.test(type);
const isAcquisition = ({ rel }: AtomLink): boolean => rel.startsWith('http://opds-spec.org/acquisition');

/** A text construct (RFC 4287 §3.1) as plain text. `source`: of the entry, for XHTML, whose text is spread over its elements. */
function textIn(node: XmlNode | undefined, source: string): string {
  if (!node) return '';
  const type = node.attributes['type']?.toLowerCase() ?? 'text';
  if (type === 'html' || type === 'text/html') return plainText(node.text);
  if (type !== 'xhtml') return node.children.length === 0 ? node.text : plainText(innerOf(source, node.name));
  return plainText(innerOf(source, node.name));
}

/** What stands between the tags of the first element of a name. */
function innerOf(source: string, name: string): string {
  const begin = source.search(new RegExp(`<(?:[\\w.-]+:)?${name}[\\s>]`));
  const from = begin < 0 ? -1 : source.indexOf('>', begin) + 1;
  const length = from < 1 ? -1 : source.slice(from).search(new RegExp(`</(?:[\\w.-]+:)?${name}\\s*>`));
  return length < 0 ? '' : source.slice(from, from + length);
}

/** An element of a feed that stands for an entry, and what it leads to where it is a part of a catalogue. */
export function readAtomEntry(node: XmlNode, source: string, { base, lossy, shape }: FeedSetting): { told: ToldRecord | RecordAside } | { section: string } {
  const own = baseOf(node, base);
  const links = linksOf(node, own);
  const section = links.some(isAcquisition) ? undefined : links.find((link) => isCatalogue(link) && !/^(self|alternate|related|http:\/\/opds-spec\.org\/(facet|shelf|subscriptions))$/.test(link.rel));
  if (section) return { section: section.href };
  const identifier = childText(node, 'id') || links.find((link) => linkRank(link.rel, link.type) === 0)?.href || null;
  return { told: toldEntry({ identifier, datestamp: instantIn(childText(node, 'updated')), says: (terms) => fromAtom(node, links, source, shape, terms), size: source.length, lossy, text: () => source }) };
}

/** A deletion (RFC 6721): `at:deleted-entry`. */
export function deletedEntry(node: XmlNode, source: string): ToldRecord | null {
  const identifier = node.attributes['ref']?.trim().slice(0, longestIdentifier);
  return identifier ? { identifier, datestamp: instantIn(node.attributes['when']), deleted: true, says: null, text: source } : null;
}

/** An entry of a catalogue (OPDS 1.2 §5) or of news. */
function fromAtom(node: XmlNode, links: readonly AtomLink[], source: string, shape: FeedDocument['shape'], terms: TermWords): SaidDescription {
  const own = node.children.filter(({ namespace }) => namespace === atom || namespace === '');
  const of = (name: string): XmlNode[] => own.filter((child) => child.name === name);
  const said = fromDublinCore(
    node.children.filter(({ namespace }) => namespace.startsWith('http://purl.org/dc/')),
    terms,
  );
  const [title] = of('title');
  // Of a server that has none and says so.
  const named = textIn(title, source);
  said.title = /^https?:\/\/\S+$/.test(named) ? null : (clipped(named, 500) ?? said.title);
  said.subtitle ??= clipped(childText(node, 'alternativeHeadline') ?? textIn(of('subtitle')[0], source), 500);
  for (const [name, role] of [['author', 'aut'], ['contributor', 'ctb']] as const)
    for (const person of of(name)) sayAgent(said, childText(person, 'name') || childText(person, 'sort_name'), role);
  const audience = /schema\.org\/(audience|typicalAgeRange)/;
  for (const { attributes } of of('category')) {
    const text = attributes['label']?.trim() || attributes['term'] || '';
    if (audience.test(attributes['scheme'] ?? '')) sayPlace(said, terms, text);
    else if (!/^https?:/.test(text)) sayTopic(said, terms, text);
  }
  const type = resourceTypeOf(node.attributes['additionalType'] ?? '');
  if (type !== null) said.resourceType ??= type;
  // In a catalogue it is when the entry came into it (OPDS 1.2 §5.3.1), which for most books is not their year.
  if (shape === 'rss') said.year ??= yearSaid(childText(node, 'published')?.slice(0, 10) ?? null);
  const content = of('content').find(({ attributes }) => attributes['src'] === undefined && /^(text|html|xhtml|text\/.*)?$/.test(attributes['type'] ?? ''));
  said.abstract = clipped([textIn(of('summary')[0], source), textIn(content, source)].find((text) => text !== ''), 5000, true) ?? said.abstract;
  for (const text of [...of('rights').map((rights) => textIn(rights, source)), ...links.filter(({ rel }) => rel === 'license').map(({ href }) => href)]) said.licence ??= terms.licence(text);
  const told = said.links.splice(0);
  const ranked = links.flatMap((link) => ((rank) => (rank === null ? [] : [{ rank, href: link.href }]))(linkRank(link.rel, link.type)));
  for (const { href } of ranked.sort((a, b) => a.rank - b.rank)) sayLink(said, href);
  for (const href of told) sayLink(said, href);
  const id = childText(node, 'id') ?? '';
  if (/^(urn:)?(isbn|issn|doi)[:\s]|^https?:/i.test(id)) sayIdentifier(said, id);
  return said;
}

/** What a feed says of itself, without its entries. */
export function atomFrame(root: XmlNode, address: string): Pick<FeedDocument, 'title' | 'next' | 'crawlable' | 'listSize'> {
  const links = linksOf(root, baseOf(root, address));
  const rel = (wanted: string): string | null => links.find((link) => link.rel === wanted)?.href ?? null;
  const size = Number(childText(root, 'totalResults'));
  return {
    ...{ title: textIn(childrenOf(root, 'title')[0], '') || null, next: rel('next'), crawlable: rel('http://opds-spec.org/crawlable') },
    listSize: Number.isSafeInteger(size) && size > 0 ? size : null,
  };
}
