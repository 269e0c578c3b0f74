import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import type { ReadText } from '../typeset/convert-text.ts';
import { loadCompoundFile } from './compound-file.ts';
import { openStyledText, type StyledText } from './styled-text.ts';

/** Kinds of records ([MS-PPT] 2.13.24, [MS-ODRAW] 2.2). */
const kinds = {
  document: 0x03e8,
  slideList: 0x0ff0,
  slidePlace: 0x03f3,
  letters: 0x0fa0,
  bytes: 0x0fa8,
  edit: 0x0ff5,
  places: 0x1772,
};
const encrypted = 0xf3d1c4df;
const headerSize = 8;
/** Drawings in groups in groups. */
const deepest = 40;

interface Rec {
  kind: number;
  instance: number;
  container: boolean;
  body: Buffer;
}

/**
 * The words on the slides of a ppt of PowerPoint 97 to 2003, a page a slide, each with its number. Its fonts are not looked
 * at: the words tell. Throws DocumentFault.
 */
export async function readPpt(path: string, limits: IngestLimits): Promise<ReadText> {
  const file = await loadCompoundFile(path);
  const stream = file.stream('PowerPoint Document');
  const user = file.stream('Current User');
  if (!stream || !user || user.length < 20) throw new DocumentFault('format-not-read', { why: 'older than 97' });
  if (user.readUInt32LE(12) === encrypted) throw new DocumentFault('format-not-read', { why: 'encrypted' });
  const { places, document } = placesOf(stream, user.readUInt32LE(16));
  const main = recordAt(stream, places.get(document) ?? stream.length);
  if (main?.kind !== kinds.document) throw new DocumentFault('document-damaged', { part: 'document' });
  const text = openStyledText(limits.textBytes);
  let slides = 0;
  for (const list of recordsOf(main.body)) {
    if (list.kind !== kinds.slideList || list.instance !== 0) continue;
    let slide: Rec | null = null;
    for (const record of recordsOf(list.body)) {
      if (record.kind === kinds.slidePlace && record.body.length >= 4) {
        if (slide) addTexts(slide.body, text, 0);
        if (slides++ > 0) text.add('\f', null);
        if (slides > limits.pages)
          throw new DocumentFault('document-too-many-pages', { pages: slides, most: limits.pages });
        slide = recordAt(stream, places.get(record.body.readUInt32LE(0)) ?? stream.length);
      } else addText(record, text);
    }
    // What stands in boxes of its own comes after what the outline has of the slide.
    if (slide) addTexts(slide.body, text, 0);
  }
  return { ...text.finish(), numbered: true };
}

/** Where the newest version of each part lies: every save adds a list that goes before the older ones. */
function placesOf(stream: Buffer, newest: number): { places: Map<number, number>; document: number } {
  const places = new Map<number, number>();
  let document: number | null = null;
  const seen = new Set<number>();
  for (let at = newest; !seen.has(at);) {
    seen.add(at);
    const edit = recordAt(stream, at);
    if (edit?.kind !== kinds.edit || edit.body.length < 20) break;
    document ??= edit.body.readUInt32LE(16);
    const list = recordAt(stream, edit.body.readUInt32LE(12));
    if (list?.kind === kinds.places) addPlaces(list.body, places);
    at = edit.body.readUInt32LE(8);
    if (at === 0) break;
  }
  if (document === null) throw new DocumentFault('document-damaged', { part: 'edits' });
  return { places, document };
}

function addPlaces(list: Buffer, places: Map<number, number>): void {
  for (let at = 0; at + 4 <= list.length;) {
    const head = list.readUInt32LE(at);
    const [first, count] = [head & 0xfffff, head >>> 20];
    at += 4;
    for (let index = 0; index < count && at + 4 <= list.length; index++, at += 4) {
      if (!places.has(first + index)) places.set(first + index, list.readUInt32LE(at));
    }
  }
}

/** A record that reaches outside is cut. */
function recordAt(bytes: Buffer, at: number): Rec | null {
  if (at + headerSize > bytes.length) return null;
  const head = bytes.readUInt16LE(at);
  return {
    kind: bytes.readUInt16LE(at + 2),
    instance: head >> 4,
    container: (head & 0xf) === 0xf,
    body: bytes.subarray(at + headerSize, at + headerSize + bytes.readUInt32LE(at + 4)),
  };
}

function* recordsOf(bytes: Buffer): Generator<Rec> {
  for (let at = 0; at + headerSize <= bytes.length;) {
    const record = recordAt(bytes, at) as Rec;
    yield record;
    at += headerSize + record.body.length;
  }
}

function addTexts(bytes: Buffer, text: StyledText, depth: number): void {
  for (const record of recordsOf(bytes)) {
    if (record.container && depth < deepest) addTexts(record.body, text, depth + 1);
    else addText(record, text);
  }
}

const utf16 = new TextDecoder('utf-16le');

/** Two bytes a letter, or the lower of two where the other is zero. */
function addText({ kind, body }: Rec, text: StyledText): void {
  if (kind !== kinds.letters && kind !== kinds.bytes) return;
  const words = kind === kinds.letters ? utf16.decode(body) : body.toString('latin1');
  // A number or a date that PowerPoint puts there itself.
  if (words === '*') return;
  text.add(`${words.replace(/[\r\v]/g, '\n').replace(/[\u0000-\u0008\u000e-\u001f]/g, '')}\n`, null);
}
