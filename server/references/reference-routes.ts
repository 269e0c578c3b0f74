import type { Response } from 'express';
import { z } from 'zod';
import { writeXml, xmlDeclaration, type XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { id as idSchema } from '../contract/common.ts';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import { loadReference, type ReferenceParts } from './record-reference.ts';
import { referenceFormats } from './reference-formats.ts';
import { linkset } from './signposting.ts';

/** The formats that there are (unAPI 1.0); for one record, with its identifier. */
function formats(identifier: string | null): string {
  const list = referenceFormats.map(({ name, mediaType, docs }): XmlElement => ['format', { name, type: mediaType, docs }, []]);
  return xmlDeclaration + writeXml(['formats', identifier === null ? {} : { id: identifier }, list]);
}

/** An identifier of unAPI is what stands in the page: urn:uuid:… The address of the page, or the id alone, is understood as well. */
function recordIdIn(identifier: string, publicUrl: string): string | null {
  const id = identifier.startsWith(`${publicUrl}/record/`) ? identifier.slice(publicUrl.length + '/record/'.length) : identifier.replace(/^urn:uuid:/, '');
  return idSchema.safeParse(id).success ? id : null;
}

/** What takes a single record elsewhere: unAPI 1.0 at /unapi, and the set of links of its page. */
export function referenceRoutes(parts: ReferenceParts): Route[] {
  const { publicUrl } = parts;
  const send = (response: Response, status: number, mediaType: string, text: string): void => {
    response.status(status).set({ 'content-type': `${mediaType}; charset=utf-8`, 'cache-control': 'private, no-cache', vary: 'Cookie, Authorization' }).end(text);
  };
  return [
    route({
      method: 'get',
      path: '/unapi',
      summary: 'By unAPI 1.0: the formats there are, those of a record (300), or a record in one of them, as the asker may see it',
      tag: 'sharing',
      query: z.object({ id: z.string().max(500).optional(), format: z.string().max(100).optional() }),
      answers: 'bytes',
      async handle({ actor, query, response }) {
        if (!query.id) return send(response, 200, 'application/xml', formats(null));
        const id = recordIdIn(query.id, publicUrl);
        const found = id === null ? null : await loadReference(parts, actor, id);
        if (!found) throw new Refusal('record-not-found', { id: query.id });
        if (!query.format) return send(response, 300, 'application/xml', formats(query.id));
        const format = referenceFormats.find(({ name }) => name === query.format);
        if (!format) return send(response, 406, 'application/xml', formats(query.id));
        response.set('link', `<${found.place.page}>; rel="describes"; type="text/html"`);
        return send(response, 200, format.mediaType, format.write(found.record, found.place));
      },
    }),
    route({
      method: 'get',
      path: '/api/records/:id/linkset',
      summary: 'FAIR Signposting, level 2: the links of a record’s page as a set (RFC 9264)',
      tag: 'sharing',
      params: z.object({ id: idSchema }),
      answers: 'bytes',
      async handle({ actor, params, response }) {
        const found = await loadReference(parts, actor, params.id);
        if (!found) throw new Refusal('record-not-found', { id: params.id });
        send(response, 200, 'application/linkset+json', `${JSON.stringify(linkset(publicUrl, found), null, 2)}\n`);
      },
    }),
  ];
}
