import type { FacetName } from '../facets.ts';
import { prepared, type IndexFile } from './embedded-file.ts';
import { growing, push, type Growing } from './embedded-lists.ts';
import { PostingsDamaged } from './embedded-postings.ts';
import { Room } from './embedded-room.ts';

export interface Allowed {
  /** By entry, 1 for those that may be found. */
  allowed: Uint8Array;
  /** The pages that may be shown; null where that is every page there is a number for. */
  pageBits: Uint32Array | null;
}

/** What a reader holds in memory of the index: some 24 bytes a page and 52 a record, brought up to date by what changed. */
export interface Snapshot {
  version: number;
  epoch: number;
  lastRemoved: number;
  nextEntry: number;
  nextPage: number;
  /** By entry; -1 where it was removed. */
  recordOf: Int32Array;
  /** By entry. */
  titleWords: Int32Array;
  /** By entry, see entryFlags. */
  flags: Uint8Array;
  /** By entry, milliseconds since 1970. */
  publishedAt: Float64Array;
  /** By entry: where in `facetPool` the number of its facet values stands, and after it the values. */
  facetsAt: Int32Array;
  facetPool: Growing;
  facetValues: { facet: FacetName; code: string }[];
  /** By record; -1 where it is not. */
  entryOf: Int32Array;
  /** By page; -1 where it was removed. */
  entryOfPage: Int32Array;
  /** By page: its number in its file, its words, its file in `fileIds`. */
  pageOf: Int32Array;
  lengthOf: Int32Array;
  fileOf: Int32Array;
  /** By page: the page after the last of its run, which are all of one record. */
  endOfRun: Int32Array;
  fileIds: string[];
  fileNumbers: Map<string, number>;
  /** Runs of pages that follow one another: first page, count, and the run before of the same record (-1). */
  runs: Growing;
  /** By record: its last run; -1. */
  lastRun: Int32Array;
  liveRecords: number;
  livePages: number;
  pageWords: number;
  /** By entry, its place in the order of titles. Made when first asked for, anew after every change. */
  titleRank: Int32Array | null;
  /** By audience, what it may find. The last few of this version. */
  allowed: Map<string, Allowed>;
  room: Room;
  /** By entry, the parts of the last query that its fields hold, a bit each; of those in the lists of `masked`, 0 elsewhere. */
  fieldMask: Uint32Array;
  masked: Int32Array[];
  /** By entry, the number of the last search that met it on a page. */
  seen: Float64Array;
  searches: number;
}

/** What decides among equals. */
export const entryFlags = { readable: 1, harvested: 2 } as const;
const runParts = 3;

export function emptySnapshot(): Snapshot {
  return {
    version: 0,
    epoch: 0,
    lastRemoved: 0,
    nextEntry: 0,
    nextPage: 0,
    recordOf: new Int32Array(0),
    titleWords: new Int32Array(0),
    flags: new Uint8Array(0),
    publishedAt: new Float64Array(0),
    facetsAt: new Int32Array(0),
    facetPool: growing(),
    facetValues: [],
    entryOf: new Int32Array(0),
    entryOfPage: new Int32Array(0),
    pageOf: new Int32Array(0),
    lengthOf: new Int32Array(0),
    fileOf: new Int32Array(0),
    endOfRun: new Int32Array(0),
    fileIds: [],
    fileNumbers: new Map(),
    runs: growing(),
    lastRun: new Int32Array(0),
    liveRecords: 0,
    livePages: 0,
    pageWords: 0,
    titleRank: null,
    allowed: new Map(),
    room: new Room(),
    fieldMask: new Uint32Array(0),
    masked: [],
    seen: new Float64Array(0),
    searches: 0,
  };
}

/** Call it inside a read transaction. Returns the same snapshot brought up to date, or a new one after a sweep. */
export function refreshed(db: IndexFile, held: Snapshot): Snapshot {
  const meta = prepared(db, 'select version, epoch, next_entry, next_page from meta').get() as
    { version: number; epoch: number; next_entry: number; next_page: number } | undefined;
  if (meta === undefined) throw new PostingsDamaged();
  if (meta.version === held.version) return held;
  const snapshot = meta.epoch === held.epoch ? held : emptySnapshot();
  snapshot.titleRank = null;
  snapshot.allowed.clear();
  forgetRemoved(db, snapshot);
  makeRoom(snapshot, meta.next_entry, meta.next_page);
  addFacetValues(db, snapshot);
  addEntries(db, snapshot, meta.next_entry);
  addRuns(db, snapshot, meta.next_page);
  snapshot.version = meta.version;
  snapshot.epoch = meta.epoch;
  snapshot.nextEntry = meta.next_entry;
  snapshot.nextPage = meta.next_page;
  return snapshot;
}

function forgetRemoved(db: IndexFile, snapshot: Snapshot): void {
  const rows = prepared(
    db,
    'select seq, is_entry as isEntry, first, count from removed where seq > ? order by seq',
  ).all(snapshot.lastRemoved) as unknown as { seq: number; isEntry: number; first: number; count: number }[];
  for (const { seq, isEntry, first, count } of rows) {
    snapshot.lastRemoved = seq;
    if (isEntry === 1) {
      if (first >= snapshot.nextEntry || snapshot.recordOf[first]! < 0) continue;
      const record = snapshot.recordOf[first]!;
      snapshot.recordOf[first] = -1;
      if (snapshot.entryOf[record] === first) snapshot.entryOf[record] = -1;
      snapshot.liveRecords--;
      continue;
    }
    for (let page = first; page < first + count && page < snapshot.nextPage; page++) {
      if (snapshot.entryOfPage[page]! < 0) continue;
      snapshot.entryOfPage[page] = -1;
      snapshot.livePages--;
      snapshot.pageWords -= snapshot.lengthOf[page]!;
    }
  }
}

function makeRoom(snapshot: Snapshot, entries: number, pages: number): void {
  for (const name of ['recordOf', 'titleWords', 'facetsAt'] as const)
    snapshot[name] = roomy(snapshot[name], entries, numbers);
  snapshot.flags = roomy(snapshot.flags, entries, (room) => new Uint8Array(room));
  snapshot.publishedAt = roomy(snapshot.publishedAt, entries, (room) => new Float64Array(room));
  snapshot.seen = roomy(snapshot.seen, entries, (room) => new Float64Array(room));
  snapshot.fieldMask = roomy(snapshot.fieldMask, entries, (room) => new Uint32Array(room));
  for (const name of ['entryOfPage', 'pageOf', 'lengthOf', 'fileOf', 'endOfRun'] as const)
    snapshot[name] = roomy(snapshot[name], pages, numbers);
}

const numbers = (room: number): Int32Array => new Int32Array(room).fill(-1);

function roomy<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(
  held: T,
  needed: number,
  make: (room: number) => T,
): T {
  if (needed <= held.length) return held;
  const larger = make(Math.max(256, needed, held.length + (held.length >> 1)));
  larger.set(held);
  return larger;
}

function recordRoom(snapshot: Snapshot, record: number): void {
  if (!Number.isInteger(record) || record < 0) throw new PostingsDamaged();
  for (const name of ['entryOf', 'lastRun'] as const) snapshot[name] = roomy(snapshot[name], record + 1, numbers);
}

function addFacetValues(db: IndexFile, snapshot: Snapshot): void {
  const rows = prepared(db, 'select value, facet, code from facet_values where value >= ? order by value').all(
    snapshot.facetValues.length,
  ) as unknown as { value: number; facet: FacetName; code: string }[];
  for (const { value, facet, code } of rows) snapshot.facetValues[value] = { facet, code };
}

interface EntryRow {
  entry: number;
  record: number;
  titleWords: number;
  flags: number;
  publishedAt: number;
  facets: Uint8Array;
}

function addEntries(db: IndexFile, snapshot: Snapshot, next: number): void {
  const rows = prepared(
    db,
    `select entry, record, title_words as titleWords, flags, published_at as publishedAt, facets
     from entries where entry >= ? order by entry`,
  ).iterate(snapshot.nextEntry) as Iterable<EntryRow>;
  for (const { entry, record, titleWords, flags, publishedAt, facets } of rows) {
    if (entry < 0 || entry >= next) throw new PostingsDamaged();
    recordRoom(snapshot, record);
    snapshot.recordOf[entry] = record;
    snapshot.entryOf[record] = entry;
    snapshot.titleWords[entry] = titleWords;
    snapshot.flags[entry] = flags;
    snapshot.publishedAt[entry] = publishedAt;
    snapshot.facetsAt[entry] = snapshot.facetPool.count;
    const values = facetsIn(facets);
    push(snapshot.facetPool, values.length);
    for (const value of values) {
      if (snapshot.facetValues[value] === undefined) throw new PostingsDamaged();
      push(snapshot.facetPool, value);
    }
    snapshot.liveRecords++;
    eachRun(snapshot, record, (first, count) => {
      for (let page = first; page < first + count; page++)
        if (snapshot.entryOfPage[page]! >= 0) snapshot.entryOfPage[page] = entry;
    });
  }
}

/** Facet values of an entry as they are kept: two bytes each, little endian. */
function facetsIn(bytes: Uint8Array): number[] {
  if (bytes.byteLength % 2 !== 0) throw new PostingsDamaged();
  return Array.from({ length: bytes.byteLength / 2 }, (_, at) => bytes[2 * at]! | (bytes[2 * at + 1]! << 8));
}

interface RunRow {
  first: number;
  record: number;
  fileId: string;
  pages: Uint8Array;
  lengths: Uint8Array;
}

function addRuns(db: IndexFile, snapshot: Snapshot, nextPage: number): void {
  const rows = prepared(
    db,
    'select first, record, file_id as fileId, pages, lengths from runs where first >= ? order by first',
  ).iterate(snapshot.nextPage) as Iterable<RunRow>;
  for (const { first, record, fileId, pages: pageBytes, lengths: lengthBytes } of rows) {
    const pages = numbersOf(pageBytes);
    const lengths = numbersOf(lengthBytes);
    if (first < 0 || first + pages.length > nextPage || lengths.length !== pages.length) throw new PostingsDamaged();
    recordRoom(snapshot, record);
    let file = snapshot.fileNumbers.get(fileId);
    if (file === undefined) snapshot.fileNumbers.set(fileId, (file = snapshot.fileIds.push(fileId) - 1));
    const before = snapshot.lastRun[record]!;
    snapshot.lastRun[record] = snapshot.runs.count;
    for (const part of [first, pages.length, before]) push(snapshot.runs, part);
    const entry = snapshot.entryOf[record]!;
    if (entry < 0) throw new PostingsDamaged();
    const end = first + pages.length;
    snapshot.entryOfPage.fill(entry, first, end);
    snapshot.pageOf.set(pages, first);
    snapshot.lengthOf.set(lengths, first);
    snapshot.fileOf.fill(file, first, end);
    snapshot.endOfRun.fill(end, first, end);
    snapshot.livePages += pages.length;
    for (let index = 0; index < lengths.length; index++) snapshot.pageWords += lengths[index]!;
  }
}

/** Runs of pages of a record, the last first; some of their pages may be gone. */
export function eachRun(snapshot: Snapshot, record: number, found: (first: number, count: number) => void): void {
  const { list } = snapshot.runs;
  for (let run = snapshot.lastRun[record] ?? -1; run >= 0; run = list[run + runParts - 1]!)
    found(list[run]!, list[run + 1]!);
}

function numbersOf(bytes: Uint8Array): Int32Array {
  if (bytes.byteLength % 4 !== 0) throw new PostingsDamaged();
  return new Int32Array(bytes.slice().buffer);
}

/** By entry: its place in the order of titles. */
export function titleRank(db: IndexFile, snapshot: Snapshot): Int32Array {
  if (snapshot.titleRank) return snapshot.titleRank;
  const rank = new Int32Array(snapshot.nextEntry);
  const select = db.prepare('select record from records order by title_key, id');
  select.setReturnArrays(true);
  let place = 0;
  for (const [record] of select.iterate() as unknown as Iterable<[number]>) {
    const entry = snapshot.entryOf[record] ?? -1;
    if (entry >= 0) rank[entry] = place++;
  }
  return (snapshot.titleRank = rank);
}
