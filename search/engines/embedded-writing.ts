import { createHash } from 'node:crypto';
import { SearchUnavailable, type SearchDocument, type SearchPage } from '../search-index.ts';
import { facetNames } from '../facets.ts';
import { addFields, addPage } from './embedded-adding.ts';
import { Batch } from './embedded-batch.ts';
import { errorsTurned, inTransaction, prepared, type IndexFile } from './embedded-file.ts';
import { PostingsDamaged } from './embedded-postings.ts';
import { entryFlags } from './embedded-snapshot.ts';
import { removeNames, writeNames } from './embedded-suggesting.ts';
import { sweepIfWorth } from './embedded-sweeping.ts';

/** A chunk is appended to until it takes so many bytes, so that small puts neither scatter nor rewrite much. */
const chunkFull = 3072;
/** Words gathered in memory before they go to the file: some 80 MB while they are sorted. */
const batchFull = 3_000_000;
const mostFacetValues = 0xffff;

interface Meta {
  version: number;
  epoch: number;
  next_entry: number;
  next_page: number;
  dead: number;
}

/** Adds or replaces records whole, in one transaction. Pages that did not change are not written again. */
export function writeDocuments(db: IndexFile, documents: SearchDocument[]): void {
  const batch = new Batch();
  writeInto(db, batch, documents, () => writePostings(db, batch));
  errorsTurned(() => sweepIfWorth(db));
}

export interface Writing {
  put(documents: SearchDocument[]): void;
  remove(ids: string[]): void;
  flush(): void;
}

/**
 * As writeDocuments() and removeDocuments(), but words stay in the batch until it is full or flush() is called: for an index that nobody
 * reads before it is whole. Nothing is swept, for what is in the batch has its numbers. After an error it must be abandoned.
 */
export function startWriting(db: IndexFile): Writing {
  const batch = new Batch();
  let failed = false;
  const guarded = (run: () => void): void => {
    // What was rolled back is in the batch still.
    if (failed) throw new SearchUnavailable('damaged');
    failed = true;
    run();
    failed = false;
  };
  return {
    put: (documents) => guarded(() => writeInto(db, batch, documents, () => undefined)),
    remove: (ids) => guarded(() => forget(db, ids)),
    flush: () => guarded(() => errorsTurned(() => inTransaction(db, 'immediate', () => writePostings(db, batch)))),
  };
}

function writeInto(db: IndexFile, batch: Batch, documents: SearchDocument[], end: () => void): void {
  const last = new Map(documents.map((document) => [document.id, document]));
  if (last.size === 0) return;
  errorsTurned(() => {
    inTransaction(db, 'immediate', () => {
      const meta = readMeta(db);
      const full = (): void => {
        if (batch.count > batchFull) writePostings(db, batch);
      };
      for (const document of last.values()) writeDocument(db, meta, batch, document, full);
      end();
      saveMeta(db, meta);
    });
  });
}

/** Unknown ids are no error. */
export function removeDocuments(db: IndexFile, ids: string[]): void {
  forget(db, ids);
  errorsTurned(() => sweepIfWorth(db));
}

function forget(db: IndexFile, ids: string[]): void {
  if (ids.length === 0) return;
  errorsTurned(() => {
    inTransaction(db, 'immediate', () => {
      const meta = readMeta(db);
      for (const id of ids) {
        const found = prepared(db, 'select record from records where id = ?').get(id) as { record: number } | undefined;
        if (found === undefined) continue;
        removeEntry(db, meta, found.record);
        removePages(db, meta, found.record);
        removeNames(db, found.record);
        prepared(db, 'delete from records where record = ?').run(found.record);
      }
      saveMeta(db, meta);
    });
  });
}

const readMeta = (db: IndexFile): Meta => prepared(db, 'select * from meta').get() as unknown as Meta;

function saveMeta(db: IndexFile, meta: Meta): void {
  prepared(db, 'update meta set version = version + 1, next_entry = ?, next_page = ?, dead = ?').run(
    meta.next_entry,
    meta.next_page,
    meta.dead,
  );
}

function writeDocument(db: IndexFile, meta: Meta, batch: Batch, document: SearchDocument, full: () => void): void {
  const { pages, ...ofRecord } = document;
  const fieldsHash = hashOf(JSON.stringify(ofRecord));
  const pagesHash = hashOf(pagesText(pages));
  const known = prepared(
    db,
    'select record, fields_hash as fieldsHash, pages_hash as pagesHash from records where id = ?',
  ).get(document.id) as { record: number; fieldsHash: Uint8Array; pagesHash: Uint8Array } | undefined;
  const sameFields = known !== undefined && fieldsHash.equals(known.fieldsHash);
  const samePages = known !== undefined && pagesHash.equals(known.pagesHash);
  if (sameFields && samePages) return;
  const { record } = prepared(
    db,
    `insert into records (id, title_key, fields_hash, pages_hash) values (?, ?, ?, ?)
     on conflict (id) do update set title_key = excluded.title_key, fields_hash = excluded.fields_hash, pages_hash = excluded.pages_hash
     returning record`,
  ).get(document.id, document.titleKey, fieldsHash, pagesHash) as { record: number };
  if (!sameFields) {
    if (known) removeEntry(db, meta, record);
    writeEntry(db, meta, batch, record, document);
    full();
  }
  if (samePages) return;
  if (known) removePages(db, meta, record);
  for (const [fileId, ofFile] of pagesByFile(pages)) {
    const first = meta.next_page;
    const lengths = Int32Array.from(ofFile, ({ text }) => addPage(batch, numbered(meta, 'next_page'), text));
    prepared(db, 'insert into runs (first, record, file_id, pages, lengths) values (?, ?, ?, ?, ?)').run(
      first,
      record,
      fileId,
      bytesOf(Int32Array.from(ofFile, ({ page }) => page)),
      bytesOf(lengths),
    );
    full();
  }
}

function writeEntry(db: IndexFile, meta: Meta, batch: Batch, record: number, document: SearchDocument): void {
  const entry = numbered(meta, 'next_entry');
  const titleWords = addFields(batch, entry, document);
  const values = facetNames.flatMap((facet) =>
    [...new Set(document.facets[facet])].map((code) => facetValue(db, facet, code)),
  );
  const facets = new Uint8Array(values.length * 2);
  values.forEach((value, at) => facets.set([value & 0xff, value >> 8], at * 2));
  const flags = (document.readable ? entryFlags.readable : 0) | (document.harvested ? entryFlags.harvested : 0);
  prepared(
    db,
    'insert into entries (entry, record, title_words, flags, published_at, facets) values (?, ?, ?, ?, ?, ?)',
  ).run(entry, record, titleWords, flags, document.publishedAt, facets);
  writeNames(db, record, document);
}

function facetValue(db: IndexFile, facet: string, code: string): number {
  const known = prepared(db, 'select value from facet_values where facet = ? and code = ?').get(facet, code) as
    { value: number } | undefined;
  if (known) return known.value;
  const { next } = prepared(db, 'select coalesce(max(value) + 1, 0) as next from facet_values').get() as {
    next: number;
  };
  if (next > mostFacetValues) throw new Error('the index has no numbers left for values of facets; rebuild it');
  prepared(db, 'insert into facet_values (value, facet, code) values (?, ?, ?)').run(next, facet, code);
  return next;
}

/** Numbers of the postings are 31 bits. */
function numbered(meta: Meta, next: 'next_entry' | 'next_page'): number {
  if (meta[next] > 0x7ffffff0) throw new Error('the index has no document numbers left; rebuild it');
  return meta[next]++;
}

function pagesByFile(pages: SearchPage[]): Map<string, SearchPage[]> {
  const byFile = new Map<string, SearchPage[]>();
  for (const page of pages) {
    const ofFile = byFile.get(page.fileId);
    if (ofFile) ofFile.push(page);
    else byFile.set(page.fileId, [page]);
  }
  return byFile;
}

const bytesOf = (numbers: Int32Array): Uint8Array => new Uint8Array(numbers.buffer, 0, numbers.byteLength);

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Lengths stand before the texts, so that no two lists of pages are the same. */
const pagesText = (pages: readonly SearchPage[]): string =>
  pages.map(({ fileId, page, text }) => `${fileId.length} ${fileId}${page} ${text.length} ${text}`).join('');

function noteRemoved(db: IndexFile, meta: Meta, isEntry: boolean, first: number, count: number): void {
  prepared(db, 'insert into removed (is_entry, first, count) values (?, ?, ?)').run(isEntry ? 1 : 0, first, count);
  meta.dead += count;
}

function removeEntry(db: IndexFile, meta: Meta, record: number): void {
  const gone = prepared(db, 'delete from entries where record = ? returning entry').all(record) as { entry: number }[];
  for (const { entry } of gone) noteRemoved(db, meta, true, entry, 1);
}

function removePages(db: IndexFile, meta: Meta, record: number): void {
  const gone = prepared(db, 'delete from runs where record = ? returning first, length(pages) / 4 as count').all(
    record,
  ) as { first: number; count: number }[];
  for (const { first, count } of gone) noteRemoved(db, meta, false, first, count);
}

/** Puts the batch in the file, within a transaction, and empties it. */
function writePostings(db: IndexFile, batch: Batch): void {
  if (batch.count === 0) return;
  const tail = prepared(db, 'select rowid, last, bytes from postings where term = ? order by first desc limit 1');
  const append = prepared(db, 'update postings set last = ?, bytes = ? where rowid = ?');
  const insert = prepared(db, 'insert into postings (term, first, last, bytes) values (?, ?, ?, ?)');
  for (const { term, first, last, chunk } of batch.terms()) {
    const end = tail.get(term) as { rowid: number; last: number; bytes: Uint8Array } | undefined;
    if (end === undefined || end.bytes.length >= chunkFull) {
      insert.run(term, first, last, chunk(null));
      continue;
    }
    if (first <= end.last) throw new PostingsDamaged();
    append.run(last, joined(end.bytes, chunk(end.last)), end.rowid);
  }
  batch.clear();
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
