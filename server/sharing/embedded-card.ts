import { createHash } from 'node:crypto';
import type { Metadata } from '../../storage/metadata/database.ts';
import { namedRecord } from '../../storage/metadata/records.ts';
import { guest } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { loadRecordFiles } from '../catalogue/record-covers.ts';
import { shownFiles } from '../catalogue/record-view.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { escapeHtml } from '../http/html-text.ts';

/** What everybody may know of a record, for the pages of others. */
export interface SharedRecord {
  id: string;
  title: string;
  /** People, publisher, year: "Ngô Tất Tố · Mai Lĩnh · 1939". */
  facts: string;
  people: string[];
  schoolName: string;
  cover: { address: string; width: number; height: number } | null;
  /** It can be read here, beyond being known. */
  readable: boolean;
}

/** As a guest finds it, whoever asks. 'gone': it was public and has been withdrawn; null: nothing that is anybody's business. */
export async function sharedRecord(metadata: Metadata, id: string): Promise<SharedRecord | 'gone' | null> {
  const everybody = guest();
  const record = await namedRecord(metadata.queries, id);
  if (!record) return null;
  if (record.state !== 'published' || !mayReach(everybody, record)) return record.state === 'withdrawn' && record.deleted_at === null && mayReach(everybody, { ...record, state: 'published' }) ? 'gone' : null;
  const { cover, readable } = shownFiles(everybody, record, (await loadRecordFiles(metadata, [id])).get(id));
  const { agents, publisher, year } = descriptionOf(record);
  const people = agents.map(({ name }) => name);
  return {
    ...{ id, title: record.title, people, schoolName: record.school_name, readable: readable !== null },
    facts: [people.join(', '), publisher, year].filter(Boolean).join(' · '),
    cover: cover && { address: cover.large, width: cover.width, height: cover.height },
  };
}

const style = `:root{color-scheme:light dark}*{box-sizing:border-box}body{margin:0;font:16px/1.45 system-ui,sans-serif;background:Canvas;color:CanvasText}
a{display:flex;gap:1rem;height:100vh;padding:.75rem;color:inherit;text-decoration:none;border:1px solid GrayText;border-radius:.5rem;overflow:hidden}
a:focus-visible{outline:3px solid Highlight;outline-offset:-3px}img{height:100%;width:auto;max-width:35%;object-fit:contain;object-position:top}
div{min-width:0;overflow:hidden}h1{font-size:1.1rem;margin:0 0 .25rem}p{margin:0 0 .25rem}.go{font-weight:600;text-decoration:underline}`;

/**
 * Of the card alone: nothing runs in it, it takes nothing from elsewhere, and any site may frame it. Nothing can be done in it but to follow
 * its link, and it is made for a guest whoever looks at it, so that there is nothing to be tricked into.
 */
export const cardPolicy = `default-src 'none'; img-src 'self'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors *`;

const page = (title: string, head: string, body: string): string =>
  `<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title>${head}<style>${style}</style></head><body>${body}</body></html>\n`;

/** A record as a small page for a frame on somebody's page. Opens the library beside it. */
export function cardPage(record: SharedRecord, publicUrl: string): string {
  const address = escapeHtml(`${publicUrl}/record/${record.id}`);
  const cover = record.cover ? `<img src="${escapeHtml(record.cover.address)}" alt="" width="${record.cover.width}" height="${record.cover.height}">` : '';
  const facts = record.facts ? `<p>${escapeHtml(record.facts)}</p>` : '';
  const go = `${record.readable ? 'Đọc ở' : 'Xem ở'} Tủ Sách, ${record.schoolName}`;
  return page(
    `${record.title} – Tủ Sách`,
    `<link rel="canonical" href="${address}">`,
    `<a href="${address}" target="_blank" rel="noopener">${cover}<div><h1>${escapeHtml(record.title)}</h1>${facts}<p class="go">${escapeHtml(go)}</p></div></a>`,
  );
}

export const missingCard = (publicUrl: string): string => page('Tủ Sách', '', `<a href="${escapeHtml(publicUrl)}/" target="_blank" rel="noopener"><div><p>Tài liệu này không còn ở đây.</p><p class="go">Mở Tủ Sách</p></div></a>`);
