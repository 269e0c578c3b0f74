import { crc32 as crcOfNode } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import yauzl from 'yauzl';
import { crc32, mostZipBytes, storeZip } from '../../web/api/store-zip.ts';

interface Entry {
  name: string;
  bytes: Buffer;
  method: number;
  crc: number;
}

/** Reads a zip with a strict reader, which refuses names and sizes that do not add up. */
async function unzip(zip: Blob): Promise<Entry[]> {
  const bytes = Buffer.from(await zip.arrayBuffer());
  const file = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    ),
  );
  const entries: Entry[] = [];
  return new Promise((resolve, reject) => {
    file.on('error', reject);
    file.on('end', () => resolve(entries));
    file.on('entry', (entry: yauzl.Entry) => {
      file.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('error', reject);
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          entries.push({
            name: entry.fileName,
            bytes: Buffer.concat(chunks),
            method: entry.compressionMethod,
            crc: entry.crc32,
          });
          file.readEntry();
        });
      });
    });
    file.readEntry();
  });
}

describe('joining page images into a zip', () => {
  it('gives the CRC-32 that zip readers check, in one piece or in many', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).to.equal(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(400), (bytes, cut) => {
        expect(crc32(bytes)).to.equal(crcOfNode(bytes));
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).to.equal(crcOfNode(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every byte, the order and the Vietnamese names, and compresses nothing', async () => {
    const pages = [
      { name: '01-bìa.jpg', blob: new Blob([new Uint8Array(70_000).fill(7)]) },
      { name: '02-trang 2 – đặc biệt.png', blob: new Blob(['hai']) },
      { name: '03-rỗng.webp', blob: new Blob([]) },
    ];
    const entries = await unzip(await storeZip(pages));
    expect(entries.map(({ name }) => name)).to.deep.equal(pages.map(({ name }) => name));
    expect(entries.map(({ method }) => method)).to.deep.equal([0, 0, 0]);
    for (const [at, { blob }] of pages.entries()) {
      const original = Buffer.from(await blob.arrayBuffer());
      expect(entries[at]!.bytes.equals(original), pages[at]!.name).to.equal(true);
      expect(entries[at]!.crc).to.equal(crcOfNode(original));
    }
  });

  it('composes names that come decomposed from a Mac', async () => {
    const [entry] = await unzip(await storeZip([{ name: 'tập.jpg'.normalize('NFD'), blob: new Blob(['x']) }]));
    expect(entry!.name).to.equal('tập.jpg'.normalize('NFC'));
  });

  it('makes the same bytes of the same pages, so that the library recognises them', async () => {
    const make = () => storeZip([{ name: '1.jpg', blob: new Blob(['một']) }]);
    const [one, other] = await Promise.all([make(), make()]);
    expect(Buffer.from(await one.arrayBuffer()).equals(Buffer.from(await other.arrayBuffer()))).to.equal(true);
  });

  it('reads a large image in slices across their edges', async () => {
    const large = Buffer.alloc(9 * 1024 * 1024, 'abcdefg');
    const [entry] = await unzip(await storeZip([{ name: 'lớn.tif', blob: new Blob([large]) }]));
    expect(entry!.crc).to.equal(crcOfNode(large));
  });

  it('refuses what a zip without 64-bit sizes cannot hold', async () => {
    const huge = { size: mostZipBytes + 1 } as Blob;
    const error = await storeZip([{ name: 'x', blob: huge }]).then(
      () => null,
      (fault: unknown) => fault,
    );
    expect(error).to.be.instanceOf(RangeError);
  });
});
