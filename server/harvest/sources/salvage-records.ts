import { isAside, type RecordAside, type ToldRecord, toldRecord } from './told-records.ts';
import { readXmlTree, XmlFault } from './xml-tree.ts';

/** Declared where a document forgot to, as some do. */
const usualPrefixes: Record<string, string> = {
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xlink: 'http://www.w3.org/1999/xlink',
  dc: 'http://purl.org/dc/elements/1.1/',
  dcterms: 'http://purl.org/dc/terms/',
  oai_dc: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
  marc: 'http://www.loc.gov/MARC21/slim',
};

export interface Salvaged {
  records: (ToldRecord | RecordAside)[];
  /** The document without its records, as text that may be anything. */
  around: string;
}

/** A record of OAI-PMH begins with its header; those of MARCXML, of the same name, do not. */
const beginning = /<(?:[\w.-]+:)?record\b[^<>]*>\s*<(?:[\w.-]+:)?header\b/g;
const ending = /<\/(?:[\w.-]+:)?record\s*>/g;

/** Takes a document that is not well-formed apart into its records, and reads each by itself. */
export function salvageRecords(text: string, lossy: boolean): Salvaged {
  const begins = [...text.matchAll(beginning)].map(({ index }) => index);
  const rootTag = /<(?:[\w.-]+:)?OAI-PMH\b[^<>]*>/.exec(text)?.[0] ?? '';
  const prefixes = { ...usualPrefixes };
  for (const [, prefix, value] of rootTag.matchAll(/\sxmlns(?::([\w.-]+))?\s*=\s*["']([^"'<>&]*)["']/g)) prefixes[prefix ?? ''] = value!;
  const declarations = Object.entries(prefixes).map(([prefix, value]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${value}"`);
  const frame = `<around${declarations.join('')}>`;
  let around = text.slice(0, begins[0] ?? text.length);
  const records = begins.map((begin, at) => {
    const rest = text.slice(begin, begins[at + 1] ?? text.length);
    const end = [...rest.matchAll(ending)].at(-1);
    // A record without an end was cut off, or runs into the next; what follows the last one is the envelope's.
    const record = end ? rest.slice(0, end.index + end[0].length) : rest;
    around += rest.slice(record.length);
    return readAlone(record, frame, lossy);
  });
  return { records, around };
}

function readAlone(text: string, frame: string, lossy: boolean): ToldRecord | RecordAside {
  try {
    return read(text, text, frame, lossy);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    try {
      return read(withoutSlips(text), text, frame, lossy);
    } catch (again) {
      if (!(again instanceof XmlFault)) throw again;
      const identifier = /<(?:[\w.-]+:)?identifier\s*>\s*([^<>\s]{1,1000})\s*</.exec(text)?.[1] ?? null;
      return { identifier, reason: lossy && text.includes('\ufffd') ? 'encoding-broken' : 'xml-broken', detail: again.message.slice(0, 300), text };
    }
  }
}

function read(text: string, original: string, frame: string, lossy: boolean): ToldRecord | RecordAside {
  const node = readXmlTree(`${frame}${text}</around>`).children[0]!;
  const told = toldRecord(node, original, lossy);
  return isAside(told) ? told : { ...told, text: original };
}

/** Slips that lose nothing when they are mended: characters that XML 1.0 (§2.2) has not, and & that begins no reference. */
const withoutSlips = (text: string): string =>
  text
    .replace(/&#(x[0-9a-f]+|\d+);/gi, (reference, digits: string) => {
      const code = digits[0] === 'x' || digits[0] === 'X' ? parseInt(digits.slice(1), 16) : Number(digits);
      return code === 9 || code === 10 || code === 13 || (code >= 0x20 && code < 0xd800) || (code > 0xdfff && code < 0x110000 && code !== 0xfffe && code !== 0xffff) ? reference : '';
    })
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '')
    .replace(/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/gi, '&amp;');
