import { inTransaction, prepared, type IndexFile } from './embedded-file.ts';
import { ChunkWriter, HeldPostings, startOf } from './embedded-postings.ts';
import { isOfPages, isSpotless } from './embedded-terms.ts';

/** Removed entries and pages are swept when there are so many, and more than live ones. */
const sweepFrom = 5_000;

interface Meta {
  next_entry: number;
  next_page: number;
  dead: number;
}

export function sweepIfWorth(db: IndexFile): void {
  const meta = prepared(db, 'select next_entry, next_page, dead from meta').get() as unknown as Meta;
  if (meta.dead >= sweepFrom && meta.dead * 2 > meta.next_entry + meta.next_page)
    inTransaction(db, 'immediate', () => sweep(db));
}

/** Writes the postings anew without what was removed and numbers entries and pages from 0. Readers go on in the state before. */
function sweep(db: IndexFile): void {
  const meta = prepared(db, 'select next_entry, next_page, dead from meta').get() as unknown as Meta;
  const entries = new Int32Array(meta.next_entry).fill(-1);
  const pages = new Int32Array(meta.next_page).fill(-1);
  let nextEntry = 0;
  const moveEntry = prepared(db, 'update entries set entry = ? where entry = ?');
  for (const { entry } of db.prepare('select entry from entries order by entry').all() as { entry: number }[]) {
    moveEntry.run(nextEntry, entry);
    entries[entry] = nextEntry++;
  }
  let nextPage = 0;
  const moveRun = prepared(db, 'update runs set first = ? where first = ?');
  const runs = db.prepare('select first, length(pages) / 4 as count from runs order by first').all();
  for (const { first, count } of runs as { first: number; count: number }[]) {
    moveRun.run(nextPage, first);
    for (let page = first; page < first + count; page++) pages[page] = nextPage++;
  }
  sweepPostings(db, meta, entries, pages);
  db.exec('delete from removed');
  prepared(db, 'update meta set version = version + 1, epoch = epoch + 1, next_entry = ?, next_page = ?, dead = 0').run(
    nextEntry,
    nextPage,
  );
}

function sweepPostings(db: IndexFile, meta: Meta, entries: Int32Array, pages: Int32Array): void {
  const chunksOf = prepared(db, 'select first, bytes from postings where term = ? order by first');
  const drop = prepared(db, 'delete from postings where term = ?');
  const insert = prepared(db, 'insert into postings (term, first, last, bytes) values (?, ?, ?, ?)');
  const writer = new ChunkWriter();
  for (const { term } of db.prepare('select distinct term from postings order by term').all() as { term: string }[]) {
    const [numbers, below] = isOfPages(term) ? [pages, meta.next_page] : [entries, meta.next_entry];
    const held = new HeldPostings(isSpotless(term));
    for (const { first, bytes } of chunksOf.all(term) as unknown as { first: number; bytes: Uint8Array }[])
      held.add(first, bytes, below);
    const { postings } = held;
    writer.begin();
    let first = -1;
    let last = -1;
    postings.docs.forEach((old, index) => {
      const doc = numbers[old]!;
      if (doc < 0) return;
      if (first < 0) first = last = doc;
      writer.add(doc - last, held.spotless, postings.spots, startOf(postings, index), postings.ends[index]!);
      last = doc;
    });
    drop.run(term);
    if (first >= 0) insert.run(term, first, last, writer.written);
  }
}
