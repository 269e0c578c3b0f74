import type { Request } from 'express';
import type { Metadata } from '../../storage/metadata/database.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { namedRecord, type NamedRecordRow } from '../../storage/metadata/records.ts';
import { type Actor, guest } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { loadRecordFiles } from '../catalogue/record-covers.ts';
import { citationMetas } from '../catalogue/crosswalks/citation-metas.ts';
import { schemaOrg } from '../catalogue/crosswalks/schema-org.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { id as idSchema } from '../contract/common.ts';
import type { PageHead } from '../http/web-pages.ts';
import { loadReference, pageOf, type RecordReference } from '../references/record-reference.ts';
import { linkHeader } from '../references/signposting.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!);
/** JSON inside <script>: nothing in it may end the element. */
const json = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const brief = (text: string, most = 200): string =>
  text.length <= most ? text : `${text.slice(0, text.lastIndexOf(' ', most) || most)}…`;

interface Page {
  title: string;
  description: string;
  type: 'website' | 'book';
  url: string;
  image: string | null;
  /** schema.org, or null. */
  linked: unknown;
  /** For reference managers. */
  cited: [name: string, content: string][];
  /** Links by which feed readers and reader apps find what is theirs. */
  found?: readonly string[];
  index: boolean;
}

function headOf(page: Page): string {
  const metas: [string, string, string][] = [
    ['name', 'description', page.description],
    ['property', 'og:title', page.title],
    ['property', 'og:description', page.description],
    ['property', 'og:type', page.type],
    ['property', 'og:url', page.url],
    ['property', 'og:site_name', 'Tủ Sách'],
    ['property', 'og:locale', 'vi_VN'],
    ...(page.image ? [['property', 'og:image', page.image] as [string, string, string]] : []),
    ...page.cited.map(([name, content]): [string, string, string] => ['name', name, content]),
    ...(page.index ? [] : [['name', 'robots', 'noindex'] as [string, string, string]]),
  ];
  return [
    `<title>${html(page.title)}</title>`,
    ...metas.map(([attribute, name, content]) => `<meta ${attribute}="${name}" content="${html(content)}">`),
    ...(page.index ? [`<link rel="canonical" href="${html(page.url)}">`] : []),
    ...(page.found ?? []),
    ...(page.linked ? [`<script type="application/ld+json">${json(page.linked)}</script>`] : []),
  ].join('\n    ');
}

/** What is new, and the catalogue (OPDS 1.2 section 7): apps that are given the address of the library find them. */
const offered = [
  '<link rel="alternate" type="application/rss+xml" title="Tài liệu mới" href="/feeds/new.rss">',
  '<link rel="related" type="application/atom+xml;profile=opds-catalog" title="OPDS" href="/opds">',
];

export function homeHead(school: { name: string } | null, url: string): string {
  const name = school?.name ?? 'Thư viện số của nhà trường';
  return headOf({
    title: `Tủ Sách – ${name}`,
    description: `Thư viện số và kho học liệu của ${name}: tìm, đọc và chia sẻ sách, bài giảng, giáo án.`,
    type: 'website',
    url: `${url}/`,
    image: null,
    linked: null,
    cited: [],
    found: offered,
    index: true,
  });
}

/** Title, description and Open Graph of a record that the asker may see; for machines what a guest may know of it, null where that is nothing. */
function recordHead(record: Pick<NamedRecordRow, 'id' | 'title' | 'description_json'>, url: string, cover: string | null, known: RecordReference | null): string {
  const description = descriptionOf(record);
  const people = description.agents.map((agent) => agent.name);
  const about =
    description.abstract ?? [people.join(', '), description.publisher, description.year].filter(Boolean).join(' · ');
  const address = pageOf(url, record.id);
  return headOf({
    title: `${record.title} – Tủ Sách`,
    description: brief(about || record.title),
    type: 'book',
    url: address,
    image: cover,
    linked: known ? schemaOrg(known.record, known.place) : null,
    cited: known ? citationMetas(known.record, address) : [],
    found: known
      ? [
          `<link rel="alternate" type="application/atom+xml;type=entry;profile=opds-catalog" href="/opds/records/${html(record.id)}">`,
        ]
      : [],
    index: known !== null,
  });
}

/** The head of any address of the web application, before a script runs. What the asker may not see has the head of any other page. */
export function pageHead(parts: {
  metadata: Metadata;
  publicUrl: string;
  actorOf(request: Request): Promise<Actor>;
}): (request: Request) => Promise<PageHead> {
  const { metadata, publicUrl } = parts;
  // Every page has it: from any of them a record is reached without another one.
  const unapi = `\n    <link rel="unapi-server" type="application/xml" title="unAPI" href="${html(publicUrl)}/unapi">`;
  const written = async (request: Request): Promise<PageHead> => {
    const [, recordId, rest] = /^\/record\/([0-9a-f-]{36})(\/.*)?$/.exec(request.path) ?? [];
    if (recordId && idSchema.safeParse(recordId).success) {
      const actor = await parts.actorOf(request).catch(() => guest());
      const record = await namedRecord(metadata.queries, recordId);
      if (record && mayReach(actor, record)) {
        const known = mayReach(guest(), record) ? await loadReference(parts, guest(), recordId) : null;
        const own = known ? null : (await loadRecordFiles(metadata, [recordId])).get(recordId)?.cover;
        const cover = known ? known.place.cover : own ? publicUrl + own.large : null;
        const page = rest === undefined || rest === '/';
        return {
          html: recordHead(record, publicUrl, cover, known),
          status: 200,
          ...(known && page ? { links: linkHeader(publicUrl, known) } : {}),
        };
      }
      const gone = record?.state === 'withdrawn' && mayReach(actor, { ...record, state: 'published' });
      return { html: homeHead(null, publicUrl).replace(/<link rel="canonical"[^>]*>/, ''), status: gone ? 410 : 404 };
    }
    const [school] = await schools(metadata.queries);
    return { html: homeHead(school ?? null, publicUrl), status: 200 };
  };
  return async (request) => {
    const head = await written(request);
    return { ...head, html: head.html + unapi };
  };
}
