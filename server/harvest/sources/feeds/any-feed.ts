import { decodeXml } from '../decode-xml.ts';
import type { FeedDocument } from './feed-document.ts';
import { readPublicationFeed } from './publication-feed.ts';
import { readXmlFeed } from './xml-feed.ts';

/** A feed or catalogue in XML or JSON, told apart by how it begins: what servers call it is often wrong. Null where it is none. */
export function readFeed(bytes: Buffer, contentType: string | undefined, address: string): FeedDocument | null {
  const begins = bytes.subarray(0, 300).toString('latin1').replaceAll('\0', '').replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').trimStart();
  if (begins.startsWith('{')) return readPublicationFeed(decodeXml(bytes, contentType).text, address);
  return begins.startsWith('<') ? readXmlFeed(bytes, contentType, address) : null;
}
