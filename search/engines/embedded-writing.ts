import { createHash } from 'node:crypto';
import type { SearchDocument, SearchPage } from '../search-index.ts';
import { errorsTurned, inTransaction, type IndexFile } from './embedded-file.ts';
import {
  addDoc,
  addSpot,
  decodePostings,
  finishWriting,
  placeAt,
  startOf,
  startWriting,
  toneAt,
} from './embedded-postings.ts';
import type { Chunk, Writing } from './embedded-postings.ts';
import { removeNames, writeNames } from './embedded-suggesting.ts';
import { addFields, addPage, type Batch } from './embedded-terms.ts';

/** A chunk is appended to until its documents take so many bytes, so that small puts neither scatter nor rewrite much. */
const chunkFull = 1024;
/** Words gathered in memory before they go to the file, within the same transaction: some 100 MB. */
const batchFull = 1_500_000;
/** Removed documents are swept when there are so many, and more than live ones. */
const sweepFrom = 5_000;

interface Meta {
  version: number;
  epoch: number;
  next_doc: number;
  dead_docs: number;
}

/** Adds or replaces records whole, in one transaction. Pages that did not change are not written again. */
export function writeDocuments(db: IndexFile, documents: SearchDocument[]): void {
  const last = new Map(documents.map((document) => [document.id, document]));
  if (last.size === 0) return;
  errorsTurned(() => {
    inTransaction(db, 'immediate', () => {
      const meta = readMeta(db);
      const writer = startBatch(db, meta);
      for (const document of last.values()) writeDocument(db, meta, writer, document);
      writer.flush();
      saveMeta(db, meta);
    });
    sweepIfWorth(db);
  });
}

/** Unknown ids are no error. */
export function removeDocuments(db: IndexFile, ids: string[]): void {
  if (ids.length === 0) return;
  errorsTurned(() => {
    inTransaction(db, 'immediate', () => {
      const meta = readMeta(db);
      const find = db.prepare('select record from records where id = ?');
      const forget = db.prepare('delete from records where record = ?');
      for (const id of ids) {
        const found = find.get(id) as { record: number } | undefined;
        if (found === undefined) continue;
        removeRuns(db, meta, found.record, 'all');
        removeNames(db, found.record);
        forget.run(found.record);
      }
      saveMeta(db, meta);
    });
    sweepIfWorth(db);
  });
}

const readMeta = (db: IndexFile): Meta => db.prepare('select * from meta').get() as Meta;

function saveMeta(db: IndexFile, meta: Meta): void {
  db.prepare('update meta set version = version + 1, epoch = ?, next_doc = ?, dead_docs = ?').run(
    meta.epoch,
    meta.next_doc,
    meta.dead_docs,
  );
}

interface BatchWriter {
  batch: Batch;
  wrote(words: number): void;
  flush(): void;
}

function startBatch(db: IndexFile, meta: Meta): BatchWriter {
  const batch: Batch = new Map();
  let words = 0;
  const flush = (): void => {
    writePostings(db, batch);
    batch.clear();
    words = 0;
  };
  return {
    batch,
    wrote(more) {
      words += more;
      if (words > batchFull) flush();
      if (meta.next_doc > 0x7ffffff0) throw new Error('the index has no document numbers left; rebuild it');
    },
    flush,
  };
}

function writeDocument(db: IndexFile, meta: Meta, writer: BatchWriter, document: SearchDocument): void {
  const { pages, ...ofRecord } = document;
  const fieldsHash = hashOf([ofRecord]);
  const pagesHash = hashOf(pages);
  const known = db.prepare('select record, fields_hash, pages_hash from records where id = ?').get(document.id) as
    { record: number; fields_hash: Uint8Array; pages_hash: Uint8Array } | undefined;
  const sameFields = known !== undefined && fieldsHash.equals(known.fields_hash);
  const samePages = known !== undefined && pagesHash.equals(known.pages_hash);
  if (sameFields && samePages) return;
  const { record } = db
    .prepare(
      `insert into records (id, title_key, published_at, fields_hash, pages_hash) values (?, ?, ?, ?, ?)
       on conflict (id) do update set title_key = excluded.title_key, published_at = excluded.published_at,
         fields_hash = excluded.fields_hash, pages_hash = excluded.pages_hash
       returning record`,
    )
    .get(document.id, document.titleKey, document.publishedAt, fieldsHash, pagesHash) as { record: number };
  const addRun = db.prepare('insert into runs (first, record, file_id, pages, lengths) values (?, ?, ?, ?, ?)');
  if (!sameFields) {
    if (known) removeRuns(db, meta, record, 'fields');
    const doc = meta.next_doc++;
    writeNames(db, record, document);
    const titleWords = addFields(writer.batch, doc, document);
    writer.wrote(titleWords);
    addRun.run(doc, record, null, bytesOf(Int32Array.of(0)), bytesOf(Int32Array.of(titleWords)));
  }
  if (!samePages) {
    if (known) removeRuns(db, meta, record, 'pages');
    for (const [fileId, ofFile] of pagesByFile(pages)) {
      const first = meta.next_doc;
      const lengths = ofFile.map((page) => {
        const words = addPage(writer.batch, meta.next_doc++, page.text);
        writer.wrote(words);
        return words;
      });
      const numbers = Int32Array.from(ofFile, (page) => page.page);
      addRun.run(first, record, fileId, bytesOf(numbers), bytesOf(Int32Array.from(lengths)));
    }
  }
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

function hashOf(values: object[]): Buffer {
  const hash = createHash('sha256');
  for (const value of values) hash.update(JSON.stringify(value)).update('\n');
  return hash.digest();
}

function removeRuns(db: IndexFile, meta: Meta, record: number, which: 'all' | 'fields' | 'pages'): void {
  const kind = { all: '', fields: 'and file_id is null', pages: 'and file_id is not null' }[which];
  const gone = db
    .prepare(`delete from runs where record = ? ${kind} returning first, length(pages) / 4 as count`)
    .all(record) as { first: number; count: number }[];
  const note = db.prepare('insert into removed (first, count) values (?, ?)');
  for (const { first, count } of gone) {
    note.run(first, count);
    meta.dead_docs += count;
  }
}

function writePostings(db: IndexFile, batch: Batch): void {
  const tail = db.prepare('select rowid, last, docs, spots from postings where term = ? order by first desc limit 1');
  const append = db.prepare('update postings set last = ?, docs = ?, spots = ? where rowid = ?');
  const insert = db.prepare('insert into postings (term, first, last, docs, spots) values (?, ?, ?, ?, ?)');
  // In the order of the terms: neighbours in the file are written together.
  for (const term of [...batch.keys()].sort()) {
    const writing = batch.get(term)!;
    const end = tail.get(term) as { rowid: number; last: number; docs: Uint8Array; spots: Uint8Array } | undefined;
    if (end === undefined || end.docs.length >= chunkFull) {
      const { docs, spots } = finishWriting(writing, null);
      insert.run(term, writing.first, writing.last, docs, spots);
    } else {
      const { docs, spots } = finishWriting(writing, end.last);
      append.run(writing.last, joined(end.docs, docs), joined(end.spots, spots), end.rowid);
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function sweepIfWorth(db: IndexFile): void {
  const meta = readMeta(db);
  if (meta.dead_docs >= sweepFrom && meta.dead_docs * 2 > meta.next_doc)
    inTransaction(db, 'immediate', () => sweep(db));
}

/** Writes the postings anew without what was removed and numbers the documents from 0. Readers go on in the state before. */
function sweep(db: IndexFile): void {
  const meta = readMeta(db);
  const renumbered = new Int32Array(meta.next_doc).fill(-1);
  const runs = db.prepare('select first, length(pages) / 4 as count from runs order by first').all() as {
    first: number;
    count: number;
  }[];
  let next = 0;
  const move = db.prepare('update runs set first = ? where first = ?');
  for (const { first, count } of runs) {
    move.run(next, first);
    for (let doc = first; doc < first + count; doc++) renumbered[doc] = next++;
  }
  const chunksOf = db.prepare('select first, docs, spots from postings where term = ? order by first');
  const drop = db.prepare('delete from postings where term = ?');
  const insert = db.prepare('insert into postings (term, first, last, docs, spots) values (?, ?, ?, ?, ?)');
  for (const { term } of db.prepare('select distinct term from postings order by term').all() as { term: string }[]) {
    const writing = withoutRemoved(chunksOf.all(term) as unknown as Chunk[], renumbered);
    drop.run(term);
    if (writing === null) continue;
    const { docs, spots } = finishWriting(writing, null);
    insert.run(term, writing.first, writing.last, docs, spots);
  }
  db.exec('delete from removed');
  saveMeta(db, { ...meta, epoch: meta.epoch + 1, next_doc: next, dead_docs: 0 });
}

function withoutRemoved(chunks: Chunk[], renumbered: Int32Array): Writing | null {
  const old = decodePostings(chunks);
  let writing: Writing | null = null;
  for (let index = 0; index < old.docs.length; index++) {
    const doc = renumbered[old.docs[index]!] ?? -1;
    if (doc < 0) continue;
    if (writing === null) writing = startWriting(doc);
    else addDoc(writing, doc);
    for (let spot = startOf(old, index); spot < old.ends[index]!; spot++) {
      addSpot(writing, placeAt(old.spots, spot), toneAt(old.spots, spot));
    }
  }
  return writing;
}
