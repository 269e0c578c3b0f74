import { z } from 'zod';
import { id } from '../contract/common.ts';
import { book, pageText, searchInside } from '../contract/reader.ts';
import { Refusal } from '../errors.ts';
import { directRoute, type Route, route } from '../http/route.ts';
import { pageOutlines } from '../../storage/metadata/book-rows.ts';
import { loadBook, loadPage } from './book-loading.ts';
import { bookView } from './book-view.ts';
import { iiifRoutes } from './iiif-routes.ts';
import { readPageText } from './page-text.ts';
import { cacheFor, openToSites, sendBytes } from './page-bytes.ts';
import type { ReaderParts } from './reader-parts.ts';
import { findInside, searchInsideView } from './search-inside.ts';

const file = z.object({ id });
const page = z.object({ id, n: z.coerce.number().int().min(1).max(1_000_000) });

/** Reading a book: its pages, their text and small images, search inside; and the same for IIIF viewers. */
export function readerRoutes(parts: ReaderParts): Route[] {
  const { metadata, objects } = parts;
  return [
    route({
      method: 'get',
      path: '/api/files/:id/book',
      summary: 'A file as a book: its pages, contents and where their images and texts are.',
      tag: 'reader',
      params: file,
      answers: book,
      handle: async ({ actor, params }) => {
        const loaded = await loadBook(metadata, actor, params.id, 'api');
        return bookView(loaded, await pageOutlines(metadata.queries, loaded.fileId));
      },
    }),
    route({
      method: 'get',
      path: '/api/files/:id/pages/:n/text',
      summary: 'The words of a page with their boxes, in reading order.',
      tag: 'reader',
      params: page,
      answers: pageText,
      handle: async ({ actor, params }) => {
        const loaded = await loadBook(metadata, actor, params.id, 'api');
        const found = await loadPage(metadata, loaded.fileId, params.n);
        if (found.words_key !== null) return readPageText(objects, found.number, found.words_key);
        return {
          index: found.number,
          width: found.width,
          height: found.height,
          source: found.text_source ?? 'none',
          words: [],
        };
      },
    }),
    directRoute({
      path: '/api/files/:id/pages/:n/thumbnail',
      summary: 'A small WebP image of a page. Kept for a year by caches when v is the file’s revision.',
      tag: 'reader',
      params: page,
      query: z.object({ size: z.enum(['small', 'large']).default('small'), v: z.string().max(20).optional() }),
      handle: async ({ actor, params, query, request, response }) => {
        const loaded = await loadBook(metadata, actor, params.id, 'api');
        const found = await loadPage(metadata, loaded.fileId, params.n);
        const key = query.size === 'small' ? found.thumb_small_key : found.thumb_large_key;
        if (key === null) throw new Refusal('page-not-ready', { page: params.n });
        const bytes = await objects.read(key);
        cacheFor(response, loaded, query.v);
        openToSites(response, loaded);
        sendBytes(request, response, 'image/webp', bytes);
      },
    }),
    route({
      method: 'get',
      path: '/api/files/:id/search',
      summary: 'Pages of a book that match, in page order, with a snippet and the boxes of the matched words.',
      tag: 'reader',
      params: file,
      query: z.object({ q: z.string().max(10_000).default('') }),
      answers: searchInside,
      handle: async ({ actor, params, query }) => {
        const loaded = await loadBook(metadata, actor, params.id, 'api');
        return searchInsideView(query.q, await findInside(parts, loaded, query.q));
      },
    }),
    ...iiifRoutes(parts),
  ];
}
