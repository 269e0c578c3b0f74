import type { OutboundAnswer } from '../../outbound/guarded-fetch.ts';
import type { RepositoryView } from '../../contract/harvest.ts';
import { decodeXml } from './decode-xml.ts';
import { addressIn } from './feeds/feed-document.ts';
import { readFeed } from './feeds/any-feed.ts';
import { HarvestFault } from './harvest-fault.ts';
import { htmlIn } from './pages/read-page.ts';
import { readSitemap } from './pages/sitemap-list.ts';
import { fieldNamed } from './tables/csv-columns.ts';
import { type CsvTable, readTable } from './tables/csv-table.ts';

export type Offer = RepositoryView['offers'][number];

/** What an answer is. */
export type Detected =
  | { kind: 'oai' }
  | { kind: 'opds' | 'rss'; name: string | null }
  | { kind: 'sitemap' }
  | { kind: 'csv'; table: CsvTable }
  | { kind: 'page'; name: string; offers: Offer[] };

/** By how it looks, not by what its server calls it, which is often wrong. Null where it is nothing that is known here. */
export function detectKind(answer: OutboundAnswer): Detected | null {
  const type = answer.headers['content-type'];
  const begins = decodeXml(answer.body.subarray(0, 4_000), type).text.trimStart();
  if (/<(?:[\w.-]+:)?OAI-PMH[\s>]/.test(begins)) return { kind: 'oai' };
  const feed = readFeed(answer.body, type, answer.address);
  if (feed) return { kind: feed.shape, name: feed.title };
  if (isMarkup(begins)) {
    if (readSitemap(answer.body, type, answer.address)) return { kind: 'sitemap' };
    return /<(html|head|body|!doctype\s+html)/i.test(begins) || /html/i.test(type ?? '') ? pageWith(answer) : null;
  }
  if (/^[{[]/.test(begins)) return null;
  if (readSitemap(answer.body, type, answer.address)) return { kind: 'sitemap' };
  return tableIn(answer);
}

const isMarkup = (begins: string): boolean => begins.startsWith('<');

/** A table, if it is called one, or has columns whose names are known. */
function tableIn(answer: OutboundAnswer): Detected | null {
  const type = answer.headers['content-type'] ?? '';
  const called = /text\/(csv|tab-separated-values)/i.test(type) || /\.(csv|tsv)$/i.test(new URL(answer.address).pathname) || /filename[^;]*\.(csv|tsv)/i.test(answer.headers['content-disposition'] ?? '');
  if (!called && !/^$|text\/plain|octet-stream|excel/i.test(type)) return null;
  try {
    const table = readTable(answer.body, type, null);
    const known = table.columns.map(fieldNamed);
    return called || (known.includes('title') && new Set(known).size > 2) ? { kind: 'csv', table } : null;
  } catch (error) {
    if (error instanceof HarvestFault) return null;
    throw error;
  }
}

const mostOffers = 12;

/** A page for people, with the feeds that it links (HTML 4.8.6, `alternate`). */
function pageWith(answer: OutboundAnswer): Detected {
  const page = htmlIn(answer);
  const base = addressIn(page.base, answer.address) ?? answer.address;
  const offers = new Map<string, Offer>();
  for (const link of page.links) {
    const href = addressIn(link.href, base);
    const rels = link.rel.split(/\s+/);
    const sitemap = rels.includes('sitemap');
    if (href === null || offers.size >= mostOffers || !(sitemap || (rels.includes('alternate') && /^application\/(rss\+xml|atom\+xml|opds\+json)/.test(link.type)))) continue;
    offers.set(href, { kind: sitemap ? 'sitemap' : 'feed', name: link.title.replace(/\s+/g, ' ').trim().slice(0, 200) || new URL(href).pathname, address: href });
  }
  return { kind: 'page', name: page.title, offers: [...offers.values()] };
}

/** Sitemaps that robots.txt names (sitemaps.org), of the same host alone. */
export function sitemapsIn(robots: string, host: string): Offer[] {
  return [...robots.slice(0, 500_000).matchAll(/^[^\S\n]*sitemap[^\S\n]*:[^\S\n]*(\S+)/gim)]
    .flatMap(([, text]) => ((address) => (address !== null && new URL(address).hostname === host ? [address] : []))(addressIn(text, `https://${host}/`)))
    .slice(0, mostOffers)
    .map((address) => ({ kind: 'sitemap' as const, name: new URL(address).pathname, address }));
}

