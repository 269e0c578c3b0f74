import { expect } from 'chai';
import { openProgress } from '../../server/ingest/ingest-progress.ts';
import { DatabaseUnavailable, type Metadata } from '../../storage/metadata/database.ts';
import { makePdf } from '../fixtures/make-documents.ts';
import { until } from '../support/temporary.ts';
import { type IngestLibrary, openIngestLibrary } from '../server/ingest/ingest-library.ts';

/** At length every transaction, else every fourth. */
const step = process.env['FAULTS'] === 'long' ? 1 : 4;
const pages = Array.from({ length: 3 }, (_, index) => `Trang thứ ${index + 1} của quyển sách này.`);

/** The same database, of whose transactions the one with this number is lost on the way. */
function losing(metadata: Metadata, number: number): Metadata & { count(): number } {
  let count = 0;
  return {
    ...metadata,
    count: () => count,
    transaction: (work) => (++count === number ? Promise.reject(new DatabaseUnavailable()) : metadata.transaction(work)),
  };
}

describe('the database misses one transaction of an ingest', function () {
  this.timeout(180_000);
  let library: IngestLibrary;
  before(async () => {
    library = await openIngestLibrary();
  });
  after(() => library.close());

  async function expectWhole(fileId: string, which: string): Promise<void> {
    expect(await library.file(fileId), which).to.include({ state: 'ready', code: null, page_count: pages.length });
    const rows = await library.pages(fileId);
    expect(rows.map((row) => [row.number, row.state, row.text]), which).to.deep.equal(pages.map((text, index) => [index + 1, 'text', text]));
    for (const row of rows) for (const key of ['image_key', 'thumb_small_key', 'thumb_large_key', 'words_key'] as const) expect(row[key], `${which}: ${key} of page ${row.number}`).to.be.a('string');
  }

  it('whichever it is: the run says so and the next one makes the book whole, or nothing was lost', async () => {
    const bytes = await makePdf(pages.map((paragraph) => ({ paragraph })));
    let told = 0;
    for (let number = step; ; number += step) {
      const fileId = await library.put(`${number}.pdf`, Buffer.concat([bytes, Buffer.from('\n'.repeat(number))]));
      const metadata = losing(library.storage.metadata, number);
      const error = await library.ingest(fileId, { metadata }).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (error !== null) {
        expect(error).to.be.instanceOf(DatabaseUnavailable);
        told++;
        await library.ingest(fileId);
      }
      await expectWhole(fileId, `transaction ${number}`);
      if (metadata.count() < number) break;
    }
    expect(told).to.be.greaterThan(1);
  });

  it('what a flush in the background has lost is not passed over by the next commit', async () => {
    const fileId = await library.put('nền.pdf', await makePdf([{ paragraph: 'Nền' }]));
    const metadata = losing(library.storage.metadata, 1);
    const progress = openProgress(metadata, await library.file(fileId), () => {});
    progress.page(1, { state: 'image' });
    await until('the flush in the background', () => metadata.count() === 1);
    const committed = await progress
      .commit(async () => 'committed')
      .catch((error: unknown) => error);
    expect(committed).to.be.instanceOf(DatabaseUnavailable);
    await progress.close();
  });
});
