import { fromDublinCore } from '../from-dublin-core.ts';
import { plainText } from '../plain-text.ts';
import { clipped, type SaidDescription, sayAgent, sayLink, sayTopic, yearSaid } from '../said-description.ts';
import type { TermWords } from '../term-words.ts';
import type { RecordAside, ToldRecord } from '../told-records.ts';
import { childrenOf, childText, type XmlNode } from '../xml-tree.ts';
import { addressIn, type FeedSetting, instantIn, toldEntry } from './feed-document.ts';

/** Whose namespace has an element `link`, `title` of another meaning. */
const plain = (node: XmlNode, name: string): string => node.children.find((child) => child.name === name && /^$|purl\.org\/rss|netscape|backend\.userland|my\.netscape/.test(child.namespace))?.text.trim() ?? '';

/** An item of RSS 2.0, or of 1.0, which is RDF. */
export function readRssItem(node: XmlNode, source: string, { base, lossy }: FeedSetting): ToldRecord | RecordAside {
  const [guid] = childrenOf(node, 'guid');
  const link = addressIn(plain(node, 'link') || node.attributes['about'] || (guid && guid.attributes['isPermaLink'] !== 'false' ? guid.text : ''), base);
  const identifier = guid?.text.trim() || node.attributes['about'] || link;
  return toldEntry({ identifier, datestamp: instantIn(plain(node, 'pubDate') || childText(node, 'date')), says: (terms) => fromRss(node, link, base, terms), size: source.length, lossy, text: () => source });
}

function fromRss(node: XmlNode, link: string | null, base: string, terms: TermWords): SaidDescription {
  const said = fromDublinCore(
    node.children.filter(({ namespace }) => namespace.startsWith('http://purl.org/dc/')),
    terms,
  );
  said.title = clipped(plainText(plain(node, 'title')), 500) ?? said.title;
  // `editor@example.org (Nguyễn An)`, as RSS 2.0 wants it; an address alone is nobody's name.
  const author = plain(node, 'author');
  const name = /\(([^()]+)\)\s*$/.exec(author)?.[1] ?? (author.includes('@') ? '' : author);
  if (name !== '') sayAgent(said, name, 'aut');
  for (const { text } of childrenOf(node, 'category')) sayTopic(said, terms, text);
  said.year ??= yearSaid(instantIn(plain(node, 'pubDate'))?.slice(0, 4) ?? null);
  const full = node.children.find((child) => child.name === 'encoded')?.text ?? '';
  said.abstract = clipped(plainText(plain(node, 'description')) || plainText(full), 5000, true) ?? said.abstract;
  const told = said.links.splice(0);
  if (link !== null) sayLink(said, link);
  for (const { attributes } of childrenOf(node, 'enclosure')) {
    const href = addressIn(attributes['url'], base);
    if (href !== null) sayLink(said, href);
  }
  for (const href of told) sayLink(said, href);
  for (const { attributes } of childrenOf(node, 'license')) said.licence ??= terms.licence(attributes['resource'] ?? '');
  return said;
}
