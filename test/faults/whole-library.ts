import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { Storage } from '../../storage/index.ts';
import { stagingPrefix } from '../../storage/objects/keys.ts';
import type { Fleet } from '../support/fleet.ts';
import type { Visitor } from '../support/visitor.ts';
import { openIngestLibrary } from '../server/ingest/ingest-library.ts';
import type { Ledger } from './writing-driver.ts';

/** A lease, a pause after it, and some more: whatever does not move for so long hangs. */
const stillMs = 120_000;

/**
 * Waits until every job has ended, however many there are, as long as something moves; a file whose reading was cut off too often is tried
 * again, as a person would. Answers how many were.
 */
export async function untilIdle(fleet: Fleet, librarian: Visitor): Promise<number> {
  const { queries } = fleet.storage.metadata;
  const again = new Set<string>();
  let [moved, movedAt] = ['', Date.now()];
  for (;;) {
    const jobs = await queries.selectFrom('jobs').select(['id', 'key', 'state', 'attempts', 'run_after', 'lease_until']).where('state', 'in', ['queued', 'running']).orderBy('id').execute();
    const cut = await queries.selectFrom('files').select('id').where('state', '=', 'failed').where('code', '=', 'document-process-died').execute();
    if (jobs.length === 0 && cut.length === 0) return again.size;
    for (const { id } of cut) {
      again.add(id);
      expect((await librarian.post(`/api/files/${id}/retry`)).status).to.equal(200);
    }
    const { read } = await queries.selectFrom('pages').select(({ fn }) => fn.countAll<number>().as('read')).where('state', '=', 'text').executeTakeFirstOrThrow();
    const now = JSON.stringify([read, jobs.map(({ id, state }) => id + state)]);
    if (now !== moved) [moved, movedAt] = [now, Date.now()];
    if (Date.now() - movedAt > stillMs) throw new Error(`nothing moves any more: ${JSON.stringify(jobs)}\n${fleet.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Nothing that was acknowledged is missing, nothing is half there, and what was published is found. */
export async function checkLedger(fleet: Fleet, librarian: Visitor, ledger: Ledger): Promise<void> {
  const { queries } = fleet.storage.metadata;
  const { objects } = fleet.storage;

  for (const { recordId, version, title } of ledger.edits) {
    const row = await queries.selectFrom('record_changes').select('snapshot_json').where('record_id', '=', recordId).where('version', '=', version).executeTakeFirst();
    expect(JSON.parse(row?.snapshot_json ?? '{}').description?.title, `version ${version} of a record`).to.equal(title);
  }
  const undisturbed = await openIngestLibrary();
  try {
    for (const { recordId, fileId, bytes, word, pages } of ledger.uploads) {
      const file = await queries.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirstOrThrow();
      expect(file, `book ${word}`).to.include({ record_id: recordId, state: 'ready', code: null, page_count: pages.length });
      expect(sha256(await objects.read(file.object_key))).to.equal(sha256(bytes));
      const rows = await queries.selectFrom('pages').selectAll().where('file_id', '=', fileId).orderBy('number').execute();
      expect(rows.map(({ number }) => number)).to.deep.equal(pages.map((_, index) => index + 1));
      const other = await undisturbed.put(`${word}.pdf`, bytes);
      await undisturbed.ingest(other);
      const whole = await undisturbed.pages(other);
      for (const [index, row] of rows.entries()) {
        const same = whole[index]!;
        expect(row, `page ${row.number} of ${word}`).to.include({ state: 'text', text: pages[index]!, text_source: same.text_source, width: same.width, height: same.height });
        for (const key of ['image_key', 'thumb_small_key', 'thumb_large_key', 'words_key'] as const)
          expect(sha256(await objects.read(row[key]!)), `${key} of page ${row.number}`).to.equal(sha256(await undisturbed.storage.objects.read(same[key]!)));
      }
      const found = (await librarian.get(`/api/search?q=${word}`)).body;
      expect(found.records.map((one: { id: string }) => one.id), `search for ${word}`).to.include(recordId);
    }
  } finally {
    await undisturbed.close();
  }
  for (const { recordId, word } of ledger.published) {
    expect((await librarian.get(`/api/records/${recordId}`)).body.state).to.equal('published');
    const found = (await librarian.get(`/api/search?q=${word}`)).body;
    expect(found.records.map((one: { id: string }) => one.id), `search for ${word}`).to.deep.equal([recordId]);
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Objects that no row names, and keys of rows under which there is no object. */
export async function comparedObjects({ metadata, objects }: Storage): Promise<{ orphans: string[]; missing: string[] }> {
  const { queries } = metadata;
  const named = new Set<string>();
  for (const table of ['files', 'file_revisions'] as const) for (const row of await queries.selectFrom(table).select('object_key').execute()) named.add(row.object_key);
  for (const row of await queries.selectFrom('pages').select(['image_key', 'thumb_small_key', 'thumb_large_key', 'words_key']).execute())
    for (const key of Object.values(row)) if (key !== null) named.add(key);
  const there = new Set<string>();
  // Pieces of uploads that are under way or were given up have no rows and are swept.
  for await (const { key } of objects.list('')) if (!key.startsWith(stagingPrefix)) there.add(key);
  return { orphans: [...there].filter((key) => !named.has(key)), missing: [...named].filter((key) => !there.has(key)) };
}
