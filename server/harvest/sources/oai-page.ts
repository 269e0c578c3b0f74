import { decodeXml } from './decode-xml.ts';
import { salvageRecords } from './salvage-records.ts';
import { datestampIn, isAside, type RecordAside, type ToldRecord, toldRecord } from './told-records.ts';
import type { ToldPage } from './source-reader.ts';
import { childrenOf, childText, readXmlTree, type XmlNode, XmlFault } from './xml-tree.ts';

/** An error of OAI-PMH (§3.6), as a source answers it. */
export interface OaiSaid {
  error: { code: string; message: string };
  responseDate: string | null;
}

/** What answered does not speak OAI-PMH: a page for people, another format, nothing. */
export class NotOai extends Error {
  constructor(readonly begins: string) {
    super('no answer of OAI-PMH');
    this.name = 'NotOai';
  }
}

const begun = (text: string): string => text.slice(0, 200).replace(/\s+/g, ' ').trim();

/** Reads an answer to ListRecords or GetRecord (OAI-PMH 2.0 §4.5), in which any part may be broken. Throws NotOai. */
export function readOaiPage(bytes: Buffer, contentType?: string): ToldPage | OaiSaid {
  const { text, lossy } = decodeXml(bytes, contentType);
  const told: (ToldRecord | RecordAside)[] = [];
  let root: XmlNode;
  try {
    root = readXmlTree(text, (node, parent, begin, end) => {
      if (node.name !== 'record' || (parent.name !== 'ListRecords' && parent.name !== 'GetRecord')) return;
      told.push(toldRecord(node, text.slice(begin, end), lossy));
      // Read; its elements need not wait for the end of the page.
      parent.children = parent.children.filter((child) => child !== node);
    });
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return salvaged(text, lossy);
  }
  if (root.name !== 'OAI-PMH') throw new NotOai(begun(text));
  const responseDate = datestampIn(childText(root, 'responseDate'));
  const [error] = childrenOf(root, 'error');
  if (error) return { error: { code: error.attributes['code'] ?? '', message: error.text.trim().slice(0, 300) }, responseDate };
  const list = root.children.find(({ name }) => name === 'ListRecords' || name === 'GetRecord');
  if (!list) throw new NotOai(begun(text));
  const [token] = childrenOf(list, 'resumptionToken');
  return page(told, { responseDate, token: token?.text ?? '', size: token?.attributes['completeListSize'], cut: false });
}

function salvaged(text: string, lossy: boolean): ToldPage | OaiSaid {
  if (!/<(?:[\w.-]+:)?OAI-PMH\b/.test(text)) throw new NotOai(begun(text));
  const { records, around } = salvageRecords(text, lossy);
  const responseDate = datestampIn(/<(?:[\w.-]+:)?responseDate\s*>([^<]*)</.exec(around)?.[1]?.trim() ?? null);
  const error = /<(?:[\w.-]+:)?error\b[^<>]*\bcode\s*=\s*["'](\w+)["'][^<>]*>([^<]*)/.exec(around);
  if (error && records.length === 0) return { error: { code: error[1]!, message: error[2]!.trim().slice(0, 300) }, responseDate };
  const token = /<(?:[\w.-]+:)?resumptionToken\b([^<>]*)>([^<]*)</.exec(around);
  const size = /completeListSize\s*=\s*["'](\d+)["']/.exec(token?.[1] ?? '')?.[1];
  return page(records, { responseDate, token: unescaped(token?.[2] ?? ''), size, cut: !/<\/(?:[\w.-]+:)?OAI-PMH\s*>/.test(around) });
}

const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const unescaped = (text: string): string => text.replace(/&(lt|gt|quot|apos|amp);/g, (_all, name: string) => signs[name]!);

function page(told: (ToldRecord | RecordAside)[], said: { responseDate: string | null; token: string; size: string | undefined; cut: boolean }): ToldPage {
  const size = Number(said.size);
  return {
    responseDate: said.responseDate,
    records: told.filter((one) => !isAside(one)) as ToldRecord[],
    aside: told.filter(isAside),
    token: said.token.trim() || null,
    listSize: Number.isSafeInteger(size) && size > 0 ? size : null,
    cut: said.cut,
  };
}

/** An answer to Identify, ListSets or ListMetadataFormats: the element of the verb, or the error. Throws NotOai. */
export function readOaiAnswer(bytes: Buffer, verb: string, contentType?: string): XmlNode | OaiSaid {
  const { text } = decodeXml(bytes, contentType);
  let root: XmlNode;
  try {
    root = readXmlTree(text);
  } catch (cause) {
    if (!(cause instanceof XmlFault)) throw cause;
    throw new NotOai(begun(text));
  }
  const [error] = childrenOf(root, 'error');
  if (root.name === 'OAI-PMH' && error) return { error: { code: error.attributes['code'] ?? '', message: error.text.trim().slice(0, 300) }, responseDate: datestampIn(childText(root, 'responseDate')) };
  const [answer] = root.name === 'OAI-PMH' ? childrenOf(root, verb) : [];
  if (!answer) throw new NotOai(begun(text));
  return answer;
}
