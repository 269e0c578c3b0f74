import type { Response } from 'express';
import { z } from 'zod';
import { id } from '../contract/common.ts';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import { sendPieces } from '../http/streamed-text.ts';
import { cardPage, cardPolicy, missingCard, sharedRecord } from './embedded-card.ts';
import { iiifListRoutes } from './iiif-list-routes.ts';
import { embedding, embeddingXml, recordOfAddress } from './oembed.ts';
import { searchScript } from './search-script.ts';
import { firstMap, siteMap, siteMapIndex, type SiteMapParts } from './site-map.ts';

/** Records in one sitemap; it may hold 50,000 addresses, and robots read smaller ones again sooner. */
const recordsInMap = 10_000;
/** The index looks at every item of the library, so all who ask within this time are told the same. */
const indexKeptMs = 5 * 60_000;

/** For search engines and for the pages of other sites. Everybody is a guest here, so that nothing depends on who looks. */
export function sharingRoutes(parts: SiteMapParts): Route[] {
  const { metadata, publicUrl } = parts;
  let known: { at: number; text: Promise<string> } | null = null;
  const index = (): Promise<string> => {
    if (known && performance.now() - known.at < indexKeptMs) return known.text;
    const text = siteMapIndex(parts, recordsInMap);
    const asked = { at: performance.now(), text };
    text.catch(() => {
      if (known === asked) known = null;
    });
    known = asked;
    return text;
  };
  const forEverybody = (response: Response, type: string, seconds: number): void => {
    response.set({ 'content-type': type, 'cache-control': `public, max-age=${seconds}`, 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' });
  };
  const described = { method: 'get', tag: 'sharing', answers: 'bytes', anonymous: true } as const;
  const most = z.coerce.number().int().min(1).max(100_000).default(100_000);

  return [
    route({
      ...described,
      path: '/robots.txt',
      summary: 'What robots need not look at, and where the sitemap is',
      always: true,
      handle: async ({ response }) => {
        forEverybody(response, 'text/plain; charset=utf-8', 86_400);
        response.end(`User-agent: *\nAllow: /api/files/\nDisallow: /api/\nDisallow: /search\n\nSitemap: ${publicUrl}/sitemap.xml\n`);
      },
    }),
    route({
      ...described,
      path: '/sitemap.xml',
      summary: 'Index of the sitemaps of what everybody may find',
      handle: async ({ request, response }) => {
        const text = await index();
        forEverybody(response, 'application/xml; charset=utf-8', 300);
        await sendPieces(request, response, [text]);
      },
    }),
    route({
      ...described,
      path: '/sitemaps/:name',
      summary: 'A sitemap: records after one, by their ids',
      params: z.object({ name: z.string().max(50) }),
      handle: async ({ params, request, response }) => {
        const after = /^(.+)\.xml$/.exec(params.name)?.[1];
        if (after !== firstMap && !id.safeParse(after).success) throw new Refusal('not-found');
        forEverybody(response, 'application/xml; charset=utf-8', 300);
        await sendPieces(request, response, siteMap(parts, after === firstMap ? '' : after!, recordsInMap));
      },
    }),
    route({
      ...described,
      path: '/oembed',
      summary: 'OEmbed 1.0: how a page of another site shows a record, as a card in a frame',
      query: z.object({ url: z.string().max(2_000), format: z.string().max(20).default('json'), maxwidth: most, maxheight: most }),
      handle: async ({ query, response }) => {
        if (query.format !== 'json' && query.format !== 'xml') return void response.status(501).end();
        const recordId = recordOfAddress(publicUrl, query.url);
        const record = recordId === null ? null : await sharedRecord(metadata, recordId);
        // Not 401 for what is not public: that would say that it is there.
        if (record === null) throw new Refusal('not-found');
        if (record === 'gone') return void response.status(410).end();
        const said = embedding(record, publicUrl, { width: query.maxwidth, height: query.maxheight });
        forEverybody(response, query.format === 'json' ? 'application/json; charset=utf-8' : 'text/xml; charset=utf-8', 3600);
        response.end(query.format === 'json' ? JSON.stringify(said) : embeddingXml(said));
      },
    }),
    route({
      ...described,
      path: '/embed/record/:id',
      summary: 'A record as a card for a frame on the page of another site',
      params: z.object({ id: z.string().max(100) }),
      handle: async ({ params, response }) => {
        const record = id.safeParse(params.id).success ? await sharedRecord(metadata, params.id) : null;
        forEverybody(response, 'text/html; charset=utf-8', 300);
        response.set('content-security-policy', cardPolicy).removeHeader('x-frame-options');
        if (record === null || record === 'gone') return void response.status(record === null ? 404 : 410).end(missingCard(publicUrl));
        response.end(cardPage(record, publicUrl));
      },
    }),
    route({
      ...described,
      path: '/embed/search.js',
      summary: 'Puts a search box on the page of another site',
      always: true,
      handle: async ({ response }) => {
        forEverybody(response, 'text/javascript; charset=utf-8', 3600);
        response.end(searchScript);
      },
    }),
    ...iiifListRoutes(parts),
  ];
}
