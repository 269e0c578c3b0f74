import { decodeXml } from '../decode-xml.ts';
import { addressIn, instantIn } from '../feeds/feed-document.ts';
import { withoutSlips } from '../salvage-records.ts';
import { datestampIn } from '../told-records.ts';
import { childText, readXmlTree, XmlFault } from '../xml-tree.ts';

export interface SitemapEntry {
  address: string;
  /** When what is there changed last, to the second or the day; null where the site does not say. */
  changed: string | null;
}

/** Of pages, or of other such lists (sitemaps.org 0.9). */
export interface SitemapList {
  of: 'pages' | 'lists';
  entries: SitemapEntry[];
  /** It ends before its end, or has more than the protocol allows. */
  cut: boolean;
}

const dateIn = (text: string | null): string | null => (text !== null && /^\d{4}-\d\d-\d\d$/.test(text) ? datestampIn(text) : instantIn(text));

/** What the protocol allows in one document. */
const mostEntries = 50_000;

/** Null where it is no sitemap. A list of plain addresses, one a line, is one too. */
export function readSitemap(bytes: Buffer, contentType: string | undefined, address: string): SitemapList | null {
  const { text } = decodeXml(bytes, contentType);
  if (!/<(?:[\w.-]+:)?(?:urlset|sitemapindex)[\s>]/.test(text.slice(0, 10_000))) return plainList(text, address);
  const entries: SitemapEntry[] = [];
  let of: SitemapList['of'] = 'pages';
  const read = (source: string): boolean => {
    entries.length = 0;
    const root = readXmlTree(source, (node, parent) => {
      if ((node.name !== 'url' && node.name !== 'sitemap') || !/^(urlset|sitemapindex)$/.test(parent.name)) return;
      of = node.name === 'sitemap' ? 'lists' : 'pages';
      const found = addressIn(childText(node, 'loc'), address);
      if (found !== null && entries.length <= mostEntries) entries.push({ address: found.replace(/#.*$/, ''), changed: dateIn(childText(node, 'lastmod')) });
      parent.children = [];
    });
    return root.name === 'sitemapindex' || root.name === 'urlset';
  };
  const cut = (): SitemapList => ({ of, entries: entries.slice(0, mostEntries), cut: !/<\/(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>/.test(text) || entries.length > mostEntries });
  try {
    return read(text) ? cut() : null;
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
  }
  try {
    return read(withoutSlips(text)) ? cut() : null;
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    // What stood before the fault is as good as any; what is behind it is missed.
    return { ...cut(), cut: true };
  }
}

function plainList(text: string, address: string): SitemapList | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  if (lines.length === 0 || !lines.every((line) => /^https?:\/\/\S+$/i.test(line))) return null;
  const entries = lines.flatMap((line) => ((found) => (found === null ? [] : [{ address: found, changed: null }]))(addressIn(line, address)));
  return { of: 'pages', entries: entries.slice(0, mostEntries), cut: entries.length > mostEntries };
}
