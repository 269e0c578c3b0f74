import type { ExchangeChange } from '../../contract/peer.ts';
import { saidInXml } from './said-in-xml.ts';
import type { SaidDescription } from './said-description.ts';
import type { TermWords } from './term-words.ts';
import { childrenOf, childText, type XmlNode } from './xml-tree.ts';

/** Why a record was not taken; web/messages has a sentence for each. */
export const asideReasons = [
  ...['xml-broken', 'encoding-broken', 'identifier-missing', 'metadata-missing', 'metadata-unknown', 'title-missing', 'record-too-large'],
  ...['json-broken', 'row-uneven', 'page-not-read'],
] as const;
export type AsideReason = (typeof asideReasons)[number];

/** What a record says in our words; that it is no more; or the name of a description that nobody here knows. */
export type Saying = (terms: TermWords) => SaidDescription | 'gone' | { unknown: string };

/** A record as a source tells it. */
export interface ToldRecord {
  identifier: string;
  /** YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ; null where none, or none that is a date. */
  datestamp: string | null;
  deleted: boolean;
  /** Read when it is wanted; null for deleted ones. */
  says: Saying | null;
  /** Of another installation of ours: described in our own words already. */
  peer?: ExchangeChange;
  /** As it came. */
  readonly text: string;
}

export interface RecordAside {
  /** Null where not even that could be read. */
  identifier: string | null;
  reason: AsideReason;
  /** What the reader of XML said; '' where the reason says all. */
  detail: string;
  readonly text: string;
}

/** UTCdatetime of section 3.3 that is a date. */
export function datestampIn(text: string | null): string | null {
  const found = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?$/.exec(text ?? '');
  if (!found) return null;
  const at = new Date(text!);
  if (Number.isNaN(at.getTime()) || !at.toISOString().startsWith(found[1]!)) return null;
  return text === found[1] ? text : `${at.toISOString().slice(0, 19)}Z`;
}

/** Characters of a record with its markup; the longest of real catalogues (MARC with contents) has some 100,000. */
export const longestRecord = 1_000_000;
export const longestIdentifier = 1_000;

/** What an element `record` of OAI-PMH (2.0 §2.5) says, or why it cannot be taken. */
export function toldRecord(node: XmlNode, text: string, lossy: boolean): ToldRecord | RecordAside {
  const [header] = childrenOf(node, 'header');
  const identifier = (header && childText(header, 'identifier'))?.slice(0, longestIdentifier) || null;
  const aside = (reason: AsideReason): RecordAside => ({ identifier, reason, detail: '', text });
  if (!header || identifier === null) return aside('identifier-missing');
  if (lossy && text.includes('\ufffd')) return aside('encoding-broken');
  const datestamp = datestampIn(childText(header, 'datestamp'));
  if (header.attributes['status']?.trim().toLowerCase() === 'deleted') return { identifier, datestamp, deleted: true, says: null, text };
  if (text.length > longestRecord) return aside('record-too-large');
  const metadata = childrenOf(node, 'metadata')[0]?.children[0];
  if (!metadata) return aside('metadata-missing');
  return { identifier, datestamp, deleted: false, says: saidInXml(metadata), text };
}

export const isAside = <T extends object>(one: T | RecordAside): one is RecordAside => 'reason' in one;
