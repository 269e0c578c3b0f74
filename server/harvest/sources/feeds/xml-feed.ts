import { decodeXml } from '../decode-xml.ts';
import { withoutHtmlNames } from '../plain-text.ts';
import { withoutSlips } from '../salvage-records.ts';
import type { RecordAside, ToldRecord } from '../told-records.ts';
import { childText, readXmlTree, XmlFault, type XmlNode } from '../xml-tree.ts';
import { atomFrame, baseOf, deletedEntry, readAtomEntry } from './atom-feed.ts';
import type { FeedDocument, FeedSetting } from './feed-document.ts';
import { readRssItem } from './rss-item.ts';

const entryNames = /^(entry|item|deleted-entry)$/;

/** Atom (RFC 4287) with OPDS 1.2, RSS 2.0 and RSS 1.0, in which any part may be broken. Null where it is none of them. */
export function readXmlFeed(bytes: Buffer, contentType: string | undefined, address: string): FeedDocument | null {
  const { text, lossy } = decodeXml(bytes, contentType);
  if (!/<(?:[\w.-]+:)?(?:feed|rss|RDF)[\s>]/.test(text.slice(0, 10_000))) return null;
  const mended = withoutHtmlNames(text);
  // In a catalogue every book has a link of a relation that is named so.
  const setting: FeedSetting = { base: baseIn(text, address), lossy, shape: text.includes('opds-spec.org') ? 'opds' : 'rss' };
  try {
    return read(mended, address, setting);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
  }
  try {
    return read(withoutSlips(mended), address, setting);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return salvaged(withoutSlips(mended), address, setting);
  }
}

interface Gathered {
  told: (ToldRecord | RecordAside)[];
  sections: string[];
}

function gather(into: Gathered, node: XmlNode, source: string, setting: FeedSetting): void {
  if (node.name === 'item') into.told.push(readRssItem(node, source, setting));
  else if (node.name === 'deleted-entry') into.told.push(...[deletedEntry(node, source)].filter((one) => one !== null));
  else {
    const entry = readAtomEntry(node, source, setting);
    if ('told' in entry) into.told.push(entry.told);
    else into.sections.push(entry.section);
  }
}

/** Throws XmlFault. */
function read(text: string, address: string, setting: FeedSetting): FeedDocument | null {
  const gathered: Gathered = { told: [], sections: [] };
  const root = readXmlTree(text, (node, parent, begin, end) => {
    // RSS 2.0 has its items in `channel`, RSS 1.0 and Atom in the root.
    if (!entryNames.test(node.name) || !/^(feed|channel|RDF)$/.test(parent.name)) return;
    gather(gathered, node, text.slice(begin, end), setting);
    parent.children = parent.children.filter((child) => child !== node);
  });
  return framed(root, gathered, address, setting.shape, false);
}

/** The root's xml:base, which is wanted before the root has been read. */
function baseIn(text: string, address: string): string {
  const base = /<(?:[\w.-]+:)?(?:feed|rss|RDF)\b[^<>]*?\sxml:base\s*=\s*["']([^"'<>]*)["']/.exec(text.slice(0, 10_000))?.[1];
  return base === undefined ? address : baseOf({ name: '', namespace: '', attributes: { base: base.replaceAll('&amp;', '&') }, children: [], text: '' }, address);
}

function framed(root: XmlNode, { told, sections }: Gathered, address: string, shape: FeedDocument['shape'], cut: boolean): FeedDocument | null {
  if (root.name === 'feed') {
    return { ...atomFrame(root, address), shape: sections.length > 0 ? 'opds' : shape, told, sections, cut };
  }
  if (root.name !== 'rss' && root.name !== 'RDF') return null;
  const channel = root.children.find(({ name }) => name === 'channel');
  // RDF that has no channel is RDF about something else.
  if (!channel && told.length === 0) return null;
  return { shape: 'rss', title: (channel && childText(channel, 'title')) || null, told, next: null, crawlable: null, sections: [], listSize: null, cut };
}

const beginning = /<(?:[\w.-]+:)?(?:entry|item|deleted-entry)(?=[\s>/])/g;
const ending = /<\/(?:[\w.-]+:)?(?:entry|item|deleted-entry)\s*>/g;

/** Takes a feed that is not well-formed apart into its entries, and reads each by itself. */
function salvaged(text: string, address: string, setting: FeedSetting): FeedDocument | null {
  const begins = [...text.matchAll(beginning)].map(({ index }) => index);
  const rootTag = /<(?:[\w.-]+:)?(?:feed|rss|RDF)\b[^<>]*>/.exec(text)?.[0];
  if (rootTag === undefined) return null;
  const declarations = new Map(Object.entries(usualPrefixes));
  for (const [, prefix, value] of rootTag.matchAll(/\sxmlns(?::([\w.-]+))?\s*=\s*["']([^"'<>&]*)["']/g)) declarations.set(prefix ?? '', value!);
  const frame = `<around${[...declarations].map(([prefix, value]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${value}"`).join('')}>`;
  const gathered: Gathered = { told: [], sections: [] };
  let around = text.slice(0, begins[0] ?? text.length);
  for (const [at, begin] of begins.entries()) {
    const rest = text.slice(begin, begins[at + 1] ?? text.length);
    const end = [...rest.matchAll(ending)].at(-1);
    const source = end ? rest.slice(0, end.index + end[0].length) : rest;
    around += rest.slice(source.length);
    try {
      gather(gathered, readXmlTree(`${frame}${source}</around>`).children[0]!, source, setting);
    } catch (error) {
      if (!(error instanceof XmlFault)) throw error;
      const identifier = /<(?:[\w.-]+:)?(?:id|guid)(?:\s[^<>]*)?>\s*([^<>\s]{1,1000})\s*</.exec(source)?.[1] ?? null;
      gathered.told.push({ identifier, reason: setting.lossy && source.includes('\ufffd') ? 'encoding-broken' : 'xml-broken', detail: error.message.slice(0, 300), text: source });
    }
  }
  const cut = !/<\/(?:[\w.-]+:)?(?:feed|rss|RDF)\s*>/.test(around);
  try {
    return framed(readXmlTree(around), gathered, address, setting.shape, cut);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    // Where it goes on cannot be read: as good as cut off.
    const name = /<(?:[\w.-]+:)?(feed|rss|RDF)/.exec(rootTag)![1]!;
    return framed({ name, namespace: '', attributes: {}, children: [], text: '' }, gathered, address, setting.shape, cut || /rel\s*=\s*["']next["']/.test(around));
  }
}

/** Declared where a feed forgot to, as some do. */
const usualPrefixes: Record<string, string> = {
  dc: 'http://purl.org/dc/elements/1.1/',
  dcterms: 'http://purl.org/dc/terms/',
  content: 'http://purl.org/rss/1.0/modules/content/',
  opds: 'http://opds-spec.org/2010/catalog',
  media: 'http://search.yahoo.com/mrss/',
  atom: 'http://www.w3.org/2005/Atom',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  itunes: 'http://www.itunes.com/dtds/podcast-1.0.dtd',
};
