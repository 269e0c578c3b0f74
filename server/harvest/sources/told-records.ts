import type { ExchangeChange } from '../../contract/peer.ts';
import { childrenOf, childText, type XmlNode } from './xml-tree.ts';

/** Why a record was not taken; web/messages has a sentence for each. */
export const asideReasons = ['xml-broken', 'encoding-broken', 'identifier-missing', 'metadata-missing', 'metadata-unknown', 'title-missing', 'record-too-large'] as const;
export type AsideReason = (typeof asideReasons)[number];

/** A record as a source tells it (OAI-PMH 2.0 §2.5). */
export interface ToldRecord {
  identifier: string;
  /** YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ; null where none, or none that is a date. */
  datestamp: string | null;
  deleted: boolean;
  /** What is in its element metadata; null for deleted ones. */
  metadata: XmlNode | null;
  /** Of another installation of ours, which needs no reading of XML. */
  peer?: ExchangeChange;
  /** As it came. */
  text: string;
}

export interface RecordAside {
  /** Null where not even that could be read. */
  identifier: string | null;
  reason: AsideReason;
  /** What the reader of XML said; '' where the reason says all. */
  detail: string;
  text: string;
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
const longestRecord = 1_000_000;
const longestIdentifier = 1_000;

/** What an element `record` says, or why it cannot be taken. */
export function toldRecord(node: XmlNode, text: string, lossy: boolean): ToldRecord | RecordAside {
  const [header] = childrenOf(node, 'header');
  const identifier = (header && childText(header, 'identifier'))?.slice(0, longestIdentifier) || null;
  const aside = (reason: AsideReason): RecordAside => ({ identifier, reason, detail: '', text });
  if (!header || identifier === null) return aside('identifier-missing');
  if (lossy && text.includes('\ufffd')) return aside('encoding-broken');
  const datestamp = datestampIn(childText(header, 'datestamp'));
  if (header.attributes['status']?.trim().toLowerCase() === 'deleted') return { identifier, datestamp, deleted: true, metadata: null, text };
  if (text.length > longestRecord) return aside('record-too-large');
  const metadata = childrenOf(node, 'metadata')[0]?.children[0];
  if (!metadata) return aside('metadata-missing');
  return { identifier, datestamp, deleted: false, metadata, text };
}

export const isAside = <T extends object>(one: T | RecordAside): one is RecordAside => 'reason' in one;
