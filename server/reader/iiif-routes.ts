import type { Request, Response } from 'express';
import { z } from 'zod';
import { Refusal } from '../errors.ts';
import { sendObject } from '../files/object-sending.ts';
import { directRoute, type Route, route } from '../http/route.ts';
import { pageOutlines, type PageKeys } from '../../storage/metadata/book-rows.ts';
import { loadBook, loadPage, type LoadedBook } from './book-loading.ts';
import { annotationsOf, searchType } from './content-search.ts';
import { termPage, termsInside } from './content-terms.ts';
import { iiifAddresses } from './iiif-addresses.ts';
import { formats, imageDescription, parseImageRequest } from './iiif-image.ts';
import { renderImage, storedFormat } from './image-request.ts';
import { loadTerms, manifestOf, presentationType, readDescription } from './manifest.ts';
import { answeredByTag, cacheFor, openToSites, sendBytes, tagOf } from './page-bytes.ts';
import type { ReaderParts } from './reader-parts.ts';
import { rightsAddress } from './rights.ts';
import { findInside } from './search-inside.ts';

const imageType = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"';
const imageProfile = '<http://iiif.io/api/image/3/level2.json>;rel="profile"';

// Not the schema of an id: what cannot be an id must look to a guest like what is not there.
const file = z.object({ id: z.string().max(100) });
const page = file.extend({ n: z.coerce.number().int().min(1).max(1_000_000) });
const image = page.extend({ region: z.string(), size: z.string(), rotation: z.string(), name: z.string() });
const version = z.object({ v: z.string().max(20).optional() });

/** A page's image of our books in the words of the International Image Interoperability Framework. */
export function iiifRoutes(parts: ReaderParts): Route[] {
  const { metadata, objects, publicUrl } = parts;

  const readyPage = async (book: LoadedBook, number: number): Promise<PageKeys & { image_key: string }> => {
    const found = await loadPage(metadata, book.fileId, number);
    if (found.image_key === null || found.width < 1 || found.height < 1)
      throw new Refusal('page-not-ready', { page: number });
    return { ...found, image_key: found.image_key };
  };

  return [
    route({
      method: 'get',
      path: '/iiif/:id/manifest',
      summary: 'IIIF Presentation 3.0 manifest of a book.',
      tag: 'iiif',
      params: file,
      answers: 'bytes',
      handle: async ({ actor, params, request, response }) => {
        const book = await loadBook(metadata, actor, params.id, 'iiif');
        openToSites(response, book);
        const described = readDescription(book);
        const [pages, terms] = [
          await pageOutlines(metadata.queries, book.fileId),
          await loadTerms(metadata, described, book.record.licence),
        ];
        sendJson(request, response, book, presentationType, manifestOf(publicUrl, book, described, pages, terms));
      },
    }),
    route({
      method: 'get',
      path: '/iiif/:id/search',
      summary: 'IIIF Content Search 2.0: the places of a word in a book.',
      tag: 'iiif',
      params: file,
      query: z.looseObject({ q: z.string().max(10_000).default('') }),
      answers: 'bytes',
      handle: async ({ actor, params, query, request, response }) => {
        const book = await loadBook(metadata, actor, params.id, 'iiif');
        openToSites(response, book);
        const found = await findInside(parts, book, query.q);
        sendJson(
          request,
          response,
          book,
          searchType,
          annotationsOf(iiifAddresses(publicUrl, book.fileId), query, found.pages),
        );
      },
    }),
    route({
      method: 'get',
      path: '/iiif/:id/autocomplete',
      summary: 'IIIF Content Search 2.0: words of a book that complete what was typed.',
      tag: 'iiif',
      params: file,
      query: z.looseObject({ q: z.string().max(10_000).default('') }),
      answers: 'bytes',
      handle: async ({ actor, params, query, request, response }) => {
        const book = await loadBook(metadata, actor, params.id, 'iiif');
        openToSites(response, book);
        const terms = await termsInside(metadata, book, query.q);
        sendJson(request, response, book, searchType, termPage(iiifAddresses(publicUrl, book.fileId), query, terms));
      },
    }),
    route({
      method: 'get',
      path: '/iiif/:id/pages/:n',
      summary: 'Leads to the description of a page’s image.',
      tag: 'iiif',
      params: page,
      answers: 'bytes',
      handle: async ({ actor, params, response }) => {
        const book = await loadBook(metadata, actor, params.id, 'iiif');
        openToSites(response, book);
        await readyPage(book, params.n);
        response.redirect(303, `${iiifAddresses(publicUrl, book.fileId).image(params.n)}/info.json`);
      },
    }),
    route({
      method: 'get',
      path: '/iiif/:id/pages/:n/info.json',
      summary: 'IIIF Image API 3.0 description of a page’s image.',
      tag: 'iiif',
      params: page,
      answers: 'bytes',
      handle: async ({ actor, params, request, response }) => {
        const book = await loadBook(metadata, actor, params.id, 'iiif');
        openToSites(response, book);
        const found = await readyPage(book, params.n);
        response.setHeader('link', imageProfile);
        const address = iiifAddresses(publicUrl, book.fileId).image(found.number);
        sendJson(
          request,
          response,
          book,
          imageType,
          imageDescription(address, found, rightsAddress(book.record.licence)),
        );
      },
    }),
    directRoute({
      path: '/iiif/:id/pages/:n/:region/:size/:rotation/:name',
      summary: 'IIIF Image API 3.0 image request: {region}/{size}/{rotation}/{quality}.{format}.',
      tag: 'iiif',
      params: image,
      query: version,
      handle: async ({ actor, params, query, request, response }) => {
        const book = await loadBook(metadata, actor, params.id, 'iiif');
        openToSites(response, book);
        const found = await readyPage(book, params.n);
        const [, quality = params.name, format = ''] = /^([^.]+)\.([^.]+)$/.exec(params.name) ?? [];
        const { region, size, rotation } = params;
        const asked = parseImageRequest({ region, size, rotation, quality, format }, found);

        const stored = await objects.stat(found.image_key);
        if (!stored) throw new Refusal('storage-unavailable');
        cacheFor(response, book, query.v);
        response.setHeader(
          'link',
          `<${iiifAddresses(publicUrl, book.fileId).image(found.number)}/${asked.canonical}>;rel="canonical", ${imageProfile}`,
        );
        if (answeredByTag(request, response, tagOf(found.image_key, stored.size, asked.canonical))) return;
        if (asked.untouched && storedFormat(found.image_type) === asked.format) {
          response.setHeader('content-type', formats[asked.format]);
          response.setHeader('content-length', stored.size);
          if (request.method === 'HEAD') return void response.end();
          return sendObject(response, objects, found.image_key, stored.size, null);
        }
        response.setHeader('content-type', formats[asked.format]);
        if (request.method === 'HEAD') {
          response.end();
          return;
        }
        const gone = new AbortController();
        const leave = () => gone.abort();
        response.once('close', leave);
        const copy = await objects.localCopy(found.image_key);
        try {
          response.end(await renderImage(copy.path, asked, gone.signal));
        } catch (error) {
          response.removeHeader('etag');
          if (!gone.signal.aborted) throw error;
        } finally {
          response.off('close', leave);
          await copy.release();
        }
      },
    }),
  ];
}

/** JSON-LD where the asker can read it; plain JSON for those who ask for that alone (Image API 3.0 §5.1). Checked anew each time. */
function sendJson(request: Request, response: Response, book: LoadedBook, type: string, body: object): void {
  response.setHeader('cache-control', `${book.isPublic ? 'public' : 'private'}, no-cache`);
  response.vary('Accept');
  if (!book.isPublic) response.vary('Cookie');
  const plain = request.get('accept') === 'application/json';
  sendBytes(request, response, plain ? 'application/json' : type, Buffer.from(JSON.stringify(body)));
}
