import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';

const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

/** The parts of an office document that is a zip of XML. */
export interface ZipParts {
  names: readonly string[];
  /** Reads a part as it is unpacked; a part that is not there has no tags. Throws DocumentFault. */
  parse(name: string, on: XmlEvents): Promise<void>;
  close(): void;
}

/** Names without their prefix, of attributes also with it: every program writes the usual ones, and not all declare them. */
export interface XmlEvents {
  open?(name: string, attribute: (name: string) => string | undefined): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** No program nests deeper. */
const deepest = 500;
/** Markup is this many times its text, at most. */
const markupFactor = 10;

/** Throws DocumentFault document-damaged or document-too-much-memory. Entities that a part declares are not expanded. */
export async function openZipParts(path: string, limits: IngestLimits): Promise<ZipParts> {
  const zip = await openZip(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }).catch(damaged);
  const entries = new Map<string, Entry>();
  try {
    if (zip.entryCount > limits.archiveEntries) {
      throw new DocumentFault('document-damaged', { entries: zip.entryCount, most: limits.archiveEntries });
    }
    await new Promise<void>((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry: Entry) => {
        entries.set(entry.fileName, entry);
        if (entries.size > limits.archiveEntries)
          reject(new DocumentFault('document-damaged', { most: limits.archiveEntries }));
        else zip.readEntry();
      });
      zip.readEntry();
    }).catch(damaged);
  } catch (error) {
    zip.close();
    throw error;
  }
  return {
    names: [...entries.keys()],
    async parse(name, on) {
      const entry = entries.get(name);
      if (!entry) return;
      check(entry, limits);
      const parser = parserOf(on);
      try {
        const stream = await new Promise<Readable>((resolve, reject) => {
          zip.openReadStream(entry, (error, found) => (error ? reject(error) : resolve(found)));
        });
        let decoder: InstanceType<typeof TextDecoder> | null = null;
        for await (const chunk of stream) {
          decoder ??= new TextDecoder(encodingOf(chunk as Buffer));
          parser.write(decoder.decode(chunk as Buffer, { stream: true }));
        }
        parser.close();
      } catch (cause) {
        if (cause instanceof DocumentFault) throw cause;
        throw new DocumentFault('document-damaged', { part: name }, { cause });
      }
    },
    close: () => zip.close(),
  };
}

function damaged(cause: unknown): never {
  if (cause instanceof DocumentFault) throw cause;
  throw new DocumentFault('document-damaged', {}, { cause });
}

function check(
  { fileName: part, compressedSize, uncompressedSize: bytes, generalPurposeBitFlag }: Entry,
  limits: IngestLimits,
): void {
  if (generalPurposeBitFlag & 1) throw new DocumentFault('document-damaged', { part });
  const most = limits.textBytes * markupFactor;
  if (bytes > most || (bytes > 1_000_000 && bytes > compressedSize * limits.archiveRatio)) {
    throw new DocumentFault('document-too-much-memory', { part, bytes, most });
  }
}

/** XML is UTF-8 or, with a mark, UTF-16. */
const encodingOf = (start: Buffer): string =>
  start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';

function parserOf(on: XmlEvents): SaxesParser {
  const parser = new SaxesParser();
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  let depth = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    if (++depth > deepest) throw new DocumentFault('document-damaged', { depth });
    on.open?.(local(name), (wanted) => {
      const found = Object.entries(attributes).find(([one]) => one === wanted || local(one) === wanted);
      return found?.[1];
    });
  });
  parser.on('text', (text) => on.text?.(text));
  parser.on('closetag', ({ name }) => {
    depth--;
    on.close?.(local(name));
  });
  return parser;
}
