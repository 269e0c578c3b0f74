import type { OutboundAnswer } from '../../../outbound/guarded-fetch.ts';
import { decodeXml } from '../decode-xml.ts';
import type { RecordAside, ToldRecord } from '../told-records.ts';
import { longestIdentifier } from '../told-records.ts';
import { textOf } from '../read-json.ts';
import { fromSchemaOrg } from './from-schema-org.ts';
import { type HtmlPage, readHtml } from './html-reading.ts';
import { thingsIn } from './linked-things.ts';
import type { SitemapEntry } from './sitemap-list.ts';

const largestPage = 5_000_000;

/** A page of HTML as it was answered. Its own word for its encoding counts where the header has none. */
export function htmlIn({ body, headers }: OutboundAnswer): HtmlPage {
  const type = headers['content-type'] ?? '';
  const own = /charset\s*=\s*["']?([\w-]+)/i.exec(body.subarray(0, 2_000).toString('latin1'))?.[1];
  return readHtml(decodeXml(body, /charset/i.test(type) || own === undefined ? type : `text/html; charset=${own}`).text);
}

/**
 * What a page of a site tells: records, or that it holds none. A list of pages names all pages of a site, and most were never meant to be
 * records; so one without linked data is no fault to be shown to anybody, and if it was a record once, it is none any more.
 */
export function readPage(entry: SitemapEntry, answer: OutboundAnswer): (ToldRecord | RecordAside)[] {
  const { address } = entry;
  const identifier = address.slice(0, longestIdentifier);
  const gone: ToldRecord = { identifier, datestamp: entry.changed, deleted: true, says: null, text: address };
  const aside = (reason: RecordAside['reason'], detail: string, text = address): RecordAside[] => [{ identifier, reason, detail, text }];
  if (answer.status === 404 || answer.status === 410) return [gone];
  if (answer.status < 200 || answer.status > 299) return aside('page-not-read', `HTTP ${answer.status}`);
  if (new URL(answer.address).hostname !== new URL(address).hostname || !/html|^$/i.test(answer.headers['content-type'] ?? '')) return [gone];
  if (answer.body.length > largestPage) return aside('record-too-large', '');
  const { things, faults } = thingsIn(htmlIn(answer).linkedData, address);
  if (things.length === 0) return faults[0] ? aside('json-broken', faults[0].message, faults[0].text) : [gone];
  return things.map((thing, at): ToldRecord => {
    const own = textOf(thing['@id']);
    return {
      identifier: things.length === 1 ? identifier : (own !== '' && own !== address ? own : `${address}#${at + 1}`).slice(0, longestIdentifier),
      ...{ datestamp: entry.changed, deleted: false, says: (terms) => fromSchemaOrg(thing, address, terms) },
      get text() {
        return JSON.stringify(thing, null, 1);
      },
    };
  });
}
