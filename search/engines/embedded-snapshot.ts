import type { FacetName } from '../facets.ts';
import type { IndexFile } from './embedded-file.ts';
import { decodePostings, none, PostingsDamaged, type Chunk, type Postings } from './embedded-postings.ts';

/** What a reader holds in memory of the index: some 16 bytes a page, brought up to date by what changed. */
export interface Snapshot {
  version: number;
  epoch: number;
  nextDoc: number;
  lastRemoved: number;
  /** By document; -1 where it was removed. */
  recordOf: Int32Array;
  /** By document: the number of the page. */
  pageOf: Int32Array;
  /** By document: words of the page, or of the title. */
  lengthOf: Int32Array;
  /** By document, into fileIds; -1 for the fields of a record. */
  fileOf: Int32Array;
  fileIds: string[];
  fileNumbers: Map<string, number>;
  /** One past the highest record number. */
  records: number;
  /** By record, milliseconds since 1970. */
  publishedAt: Float64Array;
  liveRecords: number;
  livePages: number;
  pageWords: number;
  /** Made when first asked for, anew after every change. */
  titleRank: Int32Array | null;
  facetValues: Map<FacetName, { code: string; docs: Int32Array }[]> | null;
}

export function emptySnapshot(): Snapshot {
  return {
    version: 0,
    epoch: 0,
    nextDoc: 0,
    lastRemoved: 0,
    recordOf: new Int32Array(0),
    pageOf: new Int32Array(0),
    lengthOf: new Int32Array(0),
    fileOf: new Int32Array(0),
    fileIds: [],
    fileNumbers: new Map(),
    records: 0,
    publishedAt: new Float64Array(0),
    liveRecords: 0,
    livePages: 0,
    pageWords: 0,
    titleRank: null,
    facetValues: null,
  };
}

/** Call it inside a read transaction. Returns the same snapshot brought up to date, or a new one after a sweep. */
export function refreshed(db: IndexFile, held: Snapshot): Snapshot {
  const meta = db.prepare('select version, epoch, next_doc from meta').get() as
    { version: number; epoch: number; next_doc: number } | undefined;
  if (meta === undefined) throw new PostingsDamaged();
  if (meta.version === held.version) return held;
  const snapshot = meta.epoch === held.epoch ? held : emptySnapshot();
  forgetRemoved(db, snapshot);
  addRuns(db, snapshot, meta.next_doc);
  snapshot.version = meta.version;
  snapshot.epoch = meta.epoch;
  snapshot.nextDoc = meta.next_doc;
  snapshot.titleRank = null;
  snapshot.facetValues = null;
  return snapshot;
}

function forgetRemoved(db: IndexFile, snapshot: Snapshot): void {
  const rows = db.prepare('select seq, first, count from removed where seq > ? order by seq').all(snapshot.lastRemoved);
  for (const { seq, first, count } of rows as { seq: number; first: number; count: number }[]) {
    snapshot.lastRemoved = seq;
    for (let doc = first; doc < first + count && doc < snapshot.nextDoc; doc++) {
      if (snapshot.recordOf[doc]! < 0) continue;
      snapshot.recordOf[doc] = -1;
      if (snapshot.fileOf[doc]! < 0) snapshot.liveRecords--;
      else {
        snapshot.livePages--;
        snapshot.pageWords -= snapshot.lengthOf[doc]!;
      }
    }
  }
}

function addRuns(db: IndexFile, snapshot: Snapshot, nextDoc: number): void {
  if (nextDoc > snapshot.recordOf.length) {
    const room = Math.max(1024, nextDoc, snapshot.recordOf.length * 2);
    for (const name of ['recordOf', 'pageOf', 'lengthOf', 'fileOf'] as const) {
      const larger = new Int32Array(room).fill(-1);
      larger.set(snapshot[name]);
      snapshot[name] = larger;
    }
  }
  const rows = db
    .prepare(
      `select first, runs.record, file_id as fileId, pages, lengths, published_at as publishedAt
       from runs join records using (record) where first >= ? order by first`,
    )
    .all(snapshot.nextDoc) as unknown as RunRow[];
  const records = rows.reduce((most, { record }) => Math.max(most, record + 1), snapshot.records);
  if (records > snapshot.publishedAt.length) {
    const larger = new Float64Array(Math.max(256, records, snapshot.publishedAt.length * 2));
    larger.set(snapshot.publishedAt);
    snapshot.publishedAt = larger;
  }
  snapshot.records = records;
  for (const row of rows) addRun(snapshot, row, nextDoc);
}

interface RunRow {
  first: number;
  record: number;
  fileId: string | null;
  pages: Uint8Array;
  lengths: Uint8Array;
  publishedAt: number;
}

function addRun(snapshot: Snapshot, row: RunRow, nextDoc: number): void {
  const pages = numbersOf(row.pages);
  const lengths = numbersOf(row.lengths);
  if (row.first < 0 || row.first + pages.length > nextDoc || lengths.length !== pages.length)
    throw new PostingsDamaged();
  snapshot.publishedAt[row.record] = row.publishedAt;
  let file = -1;
  if (row.fileId !== null) {
    file = snapshot.fileNumbers.get(row.fileId) ?? snapshot.fileIds.push(row.fileId) - 1;
    snapshot.fileNumbers.set(row.fileId, file);
  }
  for (let index = 0; index < pages.length; index++) {
    const doc = row.first + index;
    snapshot.recordOf[doc] = row.record;
    snapshot.pageOf[doc] = pages[index]!;
    snapshot.lengthOf[doc] = lengths[index]!;
    snapshot.fileOf[doc] = file;
    if (file < 0) snapshot.liveRecords++;
    else {
      snapshot.livePages++;
      snapshot.pageWords += lengths[index]!;
    }
  }
}

function numbersOf(bytes: Uint8Array): Int32Array {
  if (bytes.byteLength % 4 !== 0) throw new PostingsDamaged();
  return new Int32Array(bytes.slice().buffer);
}

/** Reads postings, each term once per query. */
export function postingsReader(db: IndexFile): (term: string) => Postings {
  const select = db.prepare('select first, docs, spots from postings where term = ? order by first');
  const read = new Map<string, Postings>();
  return (term) => {
    let postings = read.get(term);
    if (postings === undefined) {
      const chunks = select.all(term) as unknown as Chunk[];
      postings = chunks.length === 0 ? none : decodePostings(chunks);
      read.set(term, postings);
    }
    return postings;
  };
}

/** By record: its place in the order of titles. */
export function titleRank(db: IndexFile, snapshot: Snapshot): Int32Array {
  if (snapshot.titleRank) return snapshot.titleRank;
  const rank = new Int32Array(snapshot.records);
  const select = db.prepare('select record from records order by title_key, id');
  select.setReturnArrays(true);
  (select.all() as unknown as [number][]).forEach(([record], place) => (rank[record] = place));
  return (snapshot.titleRank = rank);
}

/** Every value of every facet, with the documents (fields of records) that have it. */
export function facetValues(db: IndexFile, snapshot: Snapshot): Map<FacetName, { code: string; docs: Int32Array }[]> {
  if (snapshot.facetValues) return snapshot.facetValues;
  const values = new Map<FacetName, { code: string; docs: Int32Array }[]>();
  const read = postingsReader(db);
  const terms = db.prepare(`select distinct term from postings where term >= 'f:' and term < 'f;'`).all();
  for (const { term } of terms as { term: string }[]) {
    const colon = term.indexOf(':', 2);
    const facet = term.slice(2, colon) as FacetName;
    const ofFacet = values.get(facet) ?? [];
    values.set(facet, ofFacet);
    ofFacet.push({ code: term.slice(colon + 1), docs: read(term).docs });
  }
  return (snapshot.facetValues = values);
}
