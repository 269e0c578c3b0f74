import { readFile, stat } from 'node:fs/promises';
import { DocumentFault } from '../document-fault.ts';

/** Streams of a compound file, the format of Office 97 to 2003 ([MS-CFB]). */
export interface CompoundFile {
  /** Names of its streams, without those of embedded objects. */
  names: readonly string[];
  /** At most its first `most` bytes; null where there is none of that name. */
  stream(name: string, most?: number): Buffer | null;
}

/** Pictures make them large; one is held in memory as a whole. */
const largest = 200_000_000;

/** Throws DocumentFault document-too-much-memory, and as openCompoundFile. */
export async function loadCompoundFile(path: string): Promise<CompoundFile> {
  const { size } = await stat(path);
  if (size > largest) throw new DocumentFault('document-too-much-memory', { bytes: size });
  return openCompoundFile(await readFile(path));
}

const signature = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const endOfChain = 0xfffffffe;
const entrySize = 128;
/** Sectors of the table that the header itself lists. */
const inHeader = 109;

const damaged = (why: string): DocumentFault => new DocumentFault('document-damaged', { why });

/**
 * Reads the directory of a compound file. No chain of sectors is followed for more bytes than the file has, and one that
 * leaves the file ends there, so a table that runs in circles costs no more than a sound one. Throws DocumentFault document-damaged.
 */
export function openCompoundFile(bytes: Buffer): CompoundFile {
  if (bytes.length < 512 || !bytes.subarray(0, 8).equals(signature)) throw damaged('signature');
  const shift = bytes.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw damaged('sector size');
  const size = 1 << shift;
  const count = Math.ceil(bytes.length / size) - 1;
  const sector = (index: number): Buffer => bytes.subarray((index + 1) * size, (index + 2) * size);
  const table = sectorTable();

  function sectorTable(): Uint32Array {
    const places: number[] = [];
    for (let at = 0; at < inHeader; at++) places.push(bytes.readUInt32LE(76 + at * 4));
    let next = bytes.readUInt32LE(68);
    for (let steps = 0; next < count && steps <= count; steps++) {
      const list = sector(next);
      if (list.length < size) break;
      for (let at = 0; at < size / 4 - 1; at++) places.push(list.readUInt32LE(at * 4));
      next = list.readUInt32LE(size - 4);
      if (places.length > count + inHeader) break;
    }
    const found = new Uint32Array(count).fill(endOfChain);
    let from = 0;
    for (const place of places) {
      if (from >= count) break;
      if (place < count) {
        const part = sector(place);
        for (let at = 0; at + 4 <= part.length && from + at / 4 < count; at += 4)
          found[from + at / 4] = part.readUInt32LE(at);
      }
      from += size / 4;
    }
    return found;
  }

  function chain(start: number, most: number): Buffer {
    const parts: Buffer[] = [];
    let length = 0;
    let at = start;
    while (at < count && length < most) {
      const part = sector(at);
      parts.push(part);
      length += part.length;
      at = table[at] as number;
    }
    return Buffer.concat(parts).subarray(0, most);
  }

  const { root, entries } = readDirectory(chain(bytes.readUInt32LE(48), bytes.length));

  const smallest = bytes.readUInt32LE(56);
  let mini: { bytes: Buffer; table: Buffer } | null = null;
  function miniChain({ start, length }: { start: number; length: number }): Buffer {
    mini ??= { bytes: chain(root.start, root.length), table: chain(bytes.readUInt32LE(60), bytes.length) };
    const small = 64;
    const parts: Buffer[] = [];
    let at = start;
    const most = Math.floor(Math.min(mini.bytes.length / small, mini.table.length / 4));
    for (let read = 0; at < most && read < Math.min(length, mini.bytes.length); read += small) {
      parts.push(mini.bytes.subarray(at * small, (at + 1) * small));
      at = mini.table.readUInt32LE(at * 4);
    }
    return Buffer.concat(parts).subarray(0, length);
  }

  return {
    names: [...entries.keys()],
    stream(name, most = Infinity) {
      const entry = entries.get(name);
      if (!entry) return null;
      const { start, length } = entry;
      return length < smallest
        ? miniChain(entry).subarray(0, most)
        : chain(start, Math.min(length, most, bytes.length));
    },
  };
}

interface Entry {
  start: number;
  length: number;
}

/** The streams of the root alone: objects that a document embeds lie in storages of their own, with the same names. */
function readDirectory(directory: Buffer): { root: Entry; entries: Map<string, Entry> } {
  const entries = new Map<string, Entry>();
  let root: Entry = { start: endOfChain, length: 0 };
  const count = Math.floor(directory.length / entrySize);
  const seen = new Uint8Array(count);
  // The root comes first; its children are a tree of which each entry names two more.
  const waiting = [0];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (index >= count || seen[index]) continue;
    seen[index] = 1;
    const entry = directory.subarray(index * entrySize, (index + 1) * entrySize);
    const place = { start: entry.readUInt32LE(116), length: entry.readUInt32LE(120) };
    if (index === 0) {
      root = place;
      waiting.push(entry.readUInt32LE(76));
      continue;
    }
    waiting.push(entry.readUInt32LE(68), entry.readUInt32LE(72));
    const nameLength = entry.readUInt16LE(64);
    if (entry[66] !== 2 || nameLength < 2 || nameLength > 64) continue;
    entries.set(entry.toString('utf16le', 0, nameLength - 2), place);
  }
  return { root, entries };
}
