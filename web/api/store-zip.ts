/**
 * A zip that stores and does not compress (APPNOTE 6.3.10), for joining page images into one book: photographs do not get smaller, and a
 * Blob made of Blobs costs no memory beyond one image at a time.
 */
type Piece = Blob | Uint8Array<ArrayBuffer>;
export type ZipEntry = { name: string; blob: Blob };

const table = new Uint32Array(256).map((_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum >>> 0;
});

/** CRC-32 (ISO 3309) of what came before, continued over `bytes`. Start with 0. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before >>> 0;
  for (let at = 0; at < bytes.length; at++) sum = (sum >>> 8) ^ table[(sum ^ bytes[at]!) & 0xff]!;
  return ~sum >>> 0;
}

/** The whole size and number are 32 and 16 bits in a zip without its 64-bit extension. */
export const mostZipBytes = 0xffff_ffff - 0x10_0000;
export const mostZipEntries = 0xffff;

const chunkBytes = 4 * 1024 * 1024;

async function crcOf(blob: Blob): Promise<number> {
  let sum = 0;
  for (let at = 0; at < blob.size; at += chunkBytes) {
    sum = crc32(new Uint8Array(await blob.slice(at, at + chunkBytes).arrayBuffer()), sum);
  }
  return sum;
}

function header(
  signature: number,
  shorts: [offset: number, value: number][],
  longs: [offset: number, value: number][],
  size: number,
) {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  for (const [at, value] of shorts) view.setUint16(at, value, true);
  for (const [at, value] of longs) view.setUint32(at, value, true);
  return bytes;
}

const utf8Names = 0x0800;
const january1980 = 0x21; // the earliest date a zip can say: the same images always give the same bytes

/**
 * Joins the entries, in the order given, into one zip. Reads each blob once, for its CRC; the bytes themselves stay where they are until
 * they are sent. Throws RangeError above 4 GB or 65,535 entries.
 */
export async function storeZip(entries: readonly ZipEntry[]): Promise<Blob> {
  const total = entries.reduce((sum, { blob }) => sum + blob.size, 0);
  if (total > mostZipBytes || entries.length > mostZipEntries) throw new RangeError('too much for one zip');
  const parts: Piece[] = [];
  const directory: Piece[] = [];
  let offset = 0;
  let directorySize = 0;
  for (const { name, blob } of entries) {
    const nameBytes = new TextEncoder().encode(name.normalize('NFC'));
    const crc = await crcOf(blob);
    const local = header(
      0x04034b50,
      [
        [4, 20],
        [6, utf8Names],
        [12, january1980],
        [26, nameBytes.length],
      ],
      [
        [14, crc],
        [18, blob.size],
        [22, blob.size],
      ],
      30,
    );
    const central = header(
      0x02014b50,
      [
        [4, 20],
        [6, 20],
        [8, utf8Names],
        [14, january1980],
        [28, nameBytes.length],
      ],
      [
        [16, crc],
        [20, blob.size],
        [24, blob.size],
        [42, offset],
      ],
      46,
    );
    parts.push(local, nameBytes, blob);
    directory.push(central, nameBytes);
    offset += 30 + nameBytes.length + blob.size;
    directorySize += 46 + nameBytes.length;
  }
  const end = header(
    0x06054b50,
    [
      [8, entries.length],
      [10, entries.length],
    ],
    [
      [12, directorySize],
      [16, offset],
    ],
    22,
  );
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
