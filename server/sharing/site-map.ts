import type { Metadata } from '../../storage/metadata/database.ts';
import { publicRecords, publicStretch } from '../../storage/metadata/public-records.ts';
import { guest } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { writeXmlLine, xmlDeclaration, type XmlElement } from '../catalogue/crosswalks/xml-writing.ts';

const namespace = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const recordsAtOnce = 500;

/** What stands for the beginning in the address of the first map. */
export const firstMap = 'start';

export interface SiteMapParts {
  metadata: Metadata;
  publicUrl: string;
}

const entry = (name: 'url' | 'sitemap', address: string, changed: string | null): string => {
  const said: XmlElement[] = [['loc', {}, address]];
  if (changed) said.push(['lastmod', {}, changed]);
  return `${writeXmlLine([name, {}, said])}\n`;
};

/**
 * The index of sitemaps (sitemaps.org 0.9). A map is named by the record before its first, and not by a number: records that go or come
 * move nothing from one map to another but at their ends.
 */
export async function siteMapIndex({ metadata, publicUrl }: SiteMapParts, most: number): Promise<string> {
  let text = `${xmlDeclaration}<sitemapindex xmlns="${namespace}">\n`;
  for (let after = ''; ; ) {
    const stretch = await publicStretch(metadata.queries, after, most);
    if (!stretch && after !== '') break;
    text += entry('sitemap', `${publicUrl}/sitemaps/${after || firstMap}.xml`, stretch?.newest ?? null);
    if (!stretch) break;
    after = stretch.last;
  }
  return `${text}</sitemapindex>\n`;
}

/** Up to `most` addresses of records after one, in pieces; with the first map come the pages that are always there. */
export async function* siteMap({ metadata, publicUrl }: SiteMapParts, after: string, most: number): AsyncGenerator<string> {
  const everybody = guest();
  let text = `${xmlDeclaration}<urlset xmlns="${namespace}">\n`;
  if (after === '') text += entry('url', `${publicUrl}/`, null) + entry('url', `${publicUrl}/browse`, null);
  for (let told = 0, last = after; told < most; ) {
    const rows = await publicRecords(metadata.queries, last, Math.min(recordsAtOnce, most - told));
    // An item that is behind its record must not show what has been hidden.
    for (const row of rows) if (row.state === 'published' && mayReach(everybody, row)) text += entry('url', `${publicUrl}/record/${row.id}`, row.datestamp);
    // With the first records, so that a database that is away is said and not an answer that breaks off.
    yield text;
    text = '';
    if (rows.length < recordsAtOnce) break;
    told += rows.length;
    last = rows.at(-1)!.id;
  }
  yield '</urlset>\n';
}
