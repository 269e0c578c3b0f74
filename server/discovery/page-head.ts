import type { Request } from 'express';
import type { Metadata } from '../../storage/metadata/database.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { namedRecord, type NamedRecordRow } from '../../storage/metadata/records.ts';
import { type Actor, guest } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { loadRecordFiles } from '../catalogue/record-view.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { id as idSchema } from '../contract/common.ts';
import { escapeHtml as html } from '../http/html-text.ts';
import type { PageHead } from '../http/web-pages.ts';

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
  /** Where oEmbed tells how to show it elsewhere (section 4); null: it is not for elsewhere. */
  embedding: string | null;
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
    ...(page.index ? [] : [['name', 'robots', 'noindex'] as [string, string, string]]),
  ];
  return [
    `<title>${html(page.title)}</title>`,
    ...metas.map(([attribute, name, content]) => `<meta ${attribute}="${name}" content="${html(content)}">`),
    ...(page.index ? [`<link rel="canonical" href="${html(page.url)}">`] : []),
    ...(page.embedding
      ? (['json', 'xml'] as const).map(
          (format) =>
            `<link rel="alternate" type="${format === 'json' ? 'application/json' : 'text/xml'}+oembed" href="${html(`${page.embedding}&format=${format}`)}" title="${html(page.title)}">`,
        )
      : []),
    ...(page.linked ? [`<script type="application/ld+json">${json(page.linked)}</script>`] : []),
  ].join('\n    ');
}

export function homeHead(school: { name: string } | null, url: string): string {
  const name = school?.name ?? 'Thư viện số của nhà trường';
  return headOf({
    title: `Tủ Sách – ${name}`,
    description: `Thư viện số và kho học liệu của ${name}: tìm, đọc và chia sẻ sách, bài giảng, giáo án.`,
    type: 'website',
    url: `${url}/`,
    image: null,
    linked: null,
    embedding: null,
    index: true,
  });
}

/** Title, description, Open Graph and schema.org of a record that the asker may see. `cover` is an absolute address. */
export function recordHead(
  record: Pick<NamedRecordRow, 'id' | 'title' | 'description_json' | 'school_name'>,
  url: string,
  cover: string | null,
  isPublic: boolean,
): string {
  const description = descriptionOf(record);
  const people = description.agents.map((agent) => agent.name);
  const about =
    description.abstract ?? [people.join(', '), description.publisher, description.year].filter(Boolean).join(' · ');
  const address = `${url}/record/${record.id}`;
  return headOf({
    title: `${record.title} – Tủ Sách`,
    description: brief(about || record.title),
    type: 'book',
    url: address,
    image: cover,
    linked: isPublic
      ? {
          '@context': 'https://schema.org',
          '@type':
            description.resourceType === 'TRUYEN' ||
            description.resourceType === 'STK' ||
            description.resourceType === 'SGK'
              ? 'Book'
              : 'LearningResource',
          '@id': address,
          name: record.title,
          author: people.map((name) => ({ '@type': 'Person', name })),
          inLanguage: description.languages,
          ...(description.publisher ? { publisher: { '@type': 'Organization', name: description.publisher } } : {}),
          ...(description.year ? { datePublished: description.year } : {}),
          ...(description.abstract ? { abstract: description.abstract } : {}),
        }
      : null,
    embedding: isPublic ? `${url}/oembed?url=${encodeURIComponent(address)}` : null,
    index: isPublic,
  });
}

/** The head of any address of the web application, before a script runs. What the asker may not see has the head of any other page. */
export function pageHead(parts: {
  metadata: Metadata;
  publicUrl: string;
  actorOf(request: Request): Promise<Actor>;
}): (request: Request) => Promise<PageHead> {
  const { metadata, publicUrl } = parts;
  return async (request) => {
    const recordId = /^\/record\/([0-9a-f-]{36})(\/|$)/.exec(request.path)?.[1];
    if (recordId && idSchema.safeParse(recordId).success) {
      const actor = await parts.actorOf(request).catch(() => guest());
      const record = await namedRecord(metadata.queries, recordId);
      if (record && mayReach(actor, record)) {
        const cover = (await loadRecordFiles(metadata, [recordId])).get(recordId)?.cover;
        return {
          html: recordHead(record, publicUrl, cover ? publicUrl + cover.large : null, mayReach(guest(), record)),
          status: 200,
        };
      }
      const gone = record?.state === 'withdrawn' && mayReach(actor, { ...record, state: 'published' });
      return { html: homeHead(null, publicUrl).replace(/<link rel="canonical"[^>]*>/, ''), status: gone ? 410 : 404 };
    }
    const [school] = await schools(metadata.queries);
    return { html: homeHead(school ?? null, publicUrl), status: 200 };
  };
}
