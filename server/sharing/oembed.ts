import { writeXml, xmlDeclaration } from '../catalogue/crosswalks/xml-writing.ts';
import { escapeHtml } from '../http/html-text.ts';
import type { SharedRecord } from './embedded-card.ts';

/** The card's own size, in pixels; it is readable down to half of it. */
const card = { width: 480, height: 200 };

/** The record that an address of ours is about; null: it is none of ours, or about something else. */
export function recordOfAddress(publicUrl: string, address: string): string | null {
  if (!URL.canParse(address)) return null;
  const [asked, own] = [new URL(address), new URL(publicUrl)];
  const base = own.pathname.replace(/\/$/, '');
  if (asked.host !== own.host || !/^https?:$/.test(asked.protocol) || !asked.pathname.startsWith(`${base}/`)) return null;
  return /^\/record\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/.exec(asked.pathname.slice(base.length))?.[1] ?? null;
}

/** oEmbed 1.0 (section 2.3.4), type rich: a frame with the record's card, no larger than asked for. */
export function embedding(record: SharedRecord, publicUrl: string, most: { width: number; height: number }) {
  const [width, height] = [Math.min(card.width, most.width), Math.min(card.height, most.height)];
  const source = `${publicUrl}/embed/record/${record.id}`;
  return {
    version: '1.0',
    type: 'rich',
    title: record.title,
    ...(record.people.length > 0 ? { author_name: record.people.join(', ') } : {}),
    provider_name: `Tủ Sách – ${record.schoolName}`,
    provider_url: `${publicUrl}/`,
    cache_age: 3600,
    html: `<iframe src="${escapeHtml(source)}" title="${escapeHtml(record.title)}" width="${width}" height="${height}" loading="lazy" style="border:0"></iframe>`,
    width,
    height,
    ...(record.cover ? { thumbnail_url: publicUrl + record.cover.address, thumbnail_width: record.cover.width, thumbnail_height: record.cover.height } : {}),
  };
}

/** The same in XML (section 2.3.3). */
export const embeddingXml = (said: ReturnType<typeof embedding>): string =>
  xmlDeclaration + writeXml(['oembed', {}, Object.entries(said).map(([name, value]) => [name, {}, String(value)] as const)]);
