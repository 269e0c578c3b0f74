import { readFile, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { ZipFile } from 'yazl';
import { backUp } from '../../../server/keeping/backup.ts';
import { KeepingFault } from '../../../server/keeping/keeping-fault.ts';
import { restore } from '../../../server/keeping/restore.ts';
import { emptyPlace, faultOf, keptLibrary, type KeptLibrary, still } from './kept-library.ts';

describe('keeping: hostile and damaged backups', function () {
  this.timeout(30_000);
  let library: KeptLibrary;
  let place: Awaited<ReturnType<typeof emptyPlace>>;
  let shelf: Awaited<ReturnType<typeof emptyPlace>>;
  let whole: Buffer;
  const tried = (at: string) => restore(place.config, at, { force: false, skipDamaged: false, signal: still() });

  before(async () => {
    [library, place, shelf] = [await keptLibrary({ records: 1, pages: 1 }), await emptyPlace(), await emptyPlace()];
    await backUp(library.storage, join(shelf.folder, 'kept.zip'), { signal: still() });
    whole = await readFile(join(shelf.folder, 'kept.zip'));
  });
  after(async () => {
    for (const one of [place, shelf]) await one.remove();
    await library.close();
  });

  async function zipOf(entries: Record<string, string>, compress = false): Promise<string> {
    const zip = new ZipFile();
    for (const [name, text] of Object.entries(entries)) zip.addBuffer(Buffer.from(text), name, { compress });
    zip.end();
    const at = join(shelf.folder, 'made.zip');
    await pipeline(zip.outputStream, createWriteStream(at));
    return at;
  }

  it('a zip that is cut off anywhere is refused', async () => {
    for (const share of [0, 0.1, 0.5, 0.9, 0.999]) {
      const at = join(shelf.folder, 'cut.zip');
      await writeFile(at, whole.subarray(0, Math.floor(whole.length * share)));
      expect((await faultOf(tried(at))).code, String(share)).to.equal('backup-damaged');
    }
  });

  it('packed entries, odd names and a later format are refused by name', async () => {
    expect((await faultOf(tried(await zipOf({ 'manifest.json': '0'.repeat(100_000) }, true)))).code).to.equal('backup-unsafe');
    expect((await faultOf(tried(await zipOf({ 'rows/.hidden': 'x' })))).code).to.equal('backup-unsafe');
    expect((await faultOf(tried(await zipOf({ other: 'x' })))).code).to.equal('backup-incomplete');
    const later = { format: 'tu-sach-backup', formatVersion: 99, version: '9.0.0', level: '999' };
    expect((await faultOf(tried(await zipOf({ 'manifest.json': JSON.stringify(later) })))).code).to.equal('backup-newer');
    // A name of the same length that leads out, in the directory and before the bytes alike.
    const leading = Buffer.from(whole.toString('latin1').replaceAll('rows/people.jsonl', '../../people.json'), 'latin1');
    await writeFile(join(shelf.folder, 'leading.zip'), leading);
    expect((await faultOf(tried(join(shelf.folder, 'leading.zip')))).code).to.equal('backup-unsafe');
  });

  it('bytes changed at random either change nothing that counts or are refused with a code', async () => {
    const at = join(shelf.folder, 'fuzzed.zip');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (where, change) => {
        const fuzzed = Buffer.from(whole);
        fuzzed[where]! ^= change;
        await writeFile(at, fuzzed);
        const other = await emptyPlace();
        try {
          await restore(other.config, at, { force: false, skipDamaged: false, signal: still() });
        } catch (error) {
          expect(error, `byte ${where}`).to.be.instanceOf(KeepingFault);
        } finally {
          await other.remove();
        }
      }),
      { numRuns: 25 },
    );
  });
});
