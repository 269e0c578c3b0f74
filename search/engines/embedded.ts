import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { noCounts } from '../facets.ts';
import { SearchUnavailable } from '../search-index.ts';
import type {
  InsideQuery,
  SearchDocument,
  SearchIndex,
  SearchQuery,
  SearchRebuild,
  SearchResult,
  SuggestQuery,
  Suggestion,
} from '../search-index.ts';
import { createIndexFile, errorsTurned, inTransaction, openIndexFile, type IndexFile } from './embedded-file.ts';
import {
  announceNext,
  beginCurrent,
  currentGeneration,
  newGeneration,
  nextIsBeingBuilt,
  pointerStamp,
  removeAbandoned,
  removeGeneration,
  swapCurrent,
  syncFile,
  withdrawNext,
} from './embedded-generations.ts';
import { heldWords, searchFile, searchRecords } from './embedded-searching.ts';
import { PostingsKept, type Read } from './embedded-reading.ts';
import { emptySnapshot, refreshed, type Snapshot } from './embedded-snapshot.ts';
import { suggestions } from './embedded-suggesting.ts';
import { removeDocuments, startWriting, writeDocuments, type Writing } from './embedded-writing.ts';

export interface EmbeddedConfig {
  /** Local disk; not a network share, where SQLite's locks do not hold. */
  folder: string;
  /** Any number of processes may read and write; a reader writes nothing and waits for nobody. */
  role: 'reader' | 'writer';
}

interface Opened {
  stamp: string;
  db: IndexFile;
  snapshot: Snapshot;
  kept: PostingsKept;
}

interface Building {
  name: string;
  db: IndexFile;
  writing: Writing;
  /** Put or removed in the index in use since the rebuild began: newer than what the rebuild may bring. */
  touched: Set<string>;
}

const emptyResult = (): SearchResult => ({ foundBy: 'nothing', total: 0, hits: [], facets: noCounts() });

/** The search index in the data folder. A damaged index does not keep it from opening: state() says so and rebuild() replaces it. */
export async function openEmbedded(config: EmbeddedConfig): Promise<SearchIndex> {
  const { folder, role } = config;
  if (role === 'writer') {
    mkdirSync(folder, { recursive: true });
    removeAbandoned(folder);
    if (pointerStamp(folder) === null) createFirst(folder);
  }
  return new EmbeddedIndex(folder, role);
}

function createFirst(folder: string): void {
  const name = newGeneration();
  createIndexFile(join(folder, name)).close();
  if (!beginCurrent(folder, name)) removeGeneration(folder, name);
}

class EmbeddedIndex implements SearchIndex {
  #opened: Opened | null = null;
  #building: Building | null = null;
  #closed = false;

  constructor(
    readonly folder: string,
    readonly role: 'reader' | 'writer',
  ) {}

  async put(documents: SearchDocument[]): Promise<void> {
    this.#write(
      documents.map(({ id }) => id),
      (db, building) => (building ? building.put(documents) : writeDocuments(db, documents)),
    );
  }

  async remove(ids: string[]): Promise<void> {
    this.#write(ids, (db, building) => (building ? building.remove(ids) : removeDocuments(db, ids)));
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    return this.#read((db, snapshot, read) => searchRecords(db, snapshot, read, query)) ?? emptyResult();
  }

  async searchInside(query: InsideQuery): Promise<{ total: number; pages: number[] }> {
    return this.#read((_, snapshot, read) => searchFile(snapshot, read, query)) ?? { total: 0, pages: [] };
  }

  async held(words: string[][]): Promise<number[]> {
    return this.#read((_, snapshot, read) => heldWords(snapshot, read, words)) ?? words.map(() => 0);
  }

  async suggest(query: SuggestQuery): Promise<Suggestion[]> {
    return this.#read((db, snapshot, read) => suggestions(db, snapshot, read, query)) ?? [];
  }

  async state(): ReturnType<SearchIndex['state']> {
    const building = nextIsBeingBuilt(this.folder);
    try {
      const counts = this.#read((_, { liveRecords, livePages }) => ({ records: liveRecords, pages: livePages }));
      const { records, pages } = counts ?? { records: 0, pages: 0 };
      return { state: building ? 'rebuilding' : records === 0 ? 'empty' : 'ok', records, pages, detail: null };
    } catch (cause) {
      if (!(cause instanceof SearchUnavailable)) throw cause;
      return { state: building ? 'rebuilding' : 'down', records: 0, pages: 0, detail: cause.reason };
    }
  }

  /**
   * What is put and removed through this object meanwhile goes into both. Another process's changes meanwhile do not:
   * reindex where the changes are made, or queue the changed records again after commit().
   */
  async rebuild(): Promise<SearchRebuild> {
    this.#mustWrite();
    if (this.#building) throw new Error('a rebuild is under way; commit or abort it first');
    mkdirSync(this.folder, { recursive: true });
    removeAbandoned(this.folder);
    const name = newGeneration();
    const db = createIndexFile(join(this.folder, name));
    // Nobody reads it before commit(), which syncs it as a whole.
    db.exec('pragma synchronous = off');
    announceNext(this.folder, name);
    const building: Building = { name, db, writing: startWriting(db), touched: new Set() };
    this.#building = building;
    const mustBeOpen = (): void => {
      if (this.#building !== building) throw new SearchUnavailable('closed');
    };
    return {
      put: async (documents) => {
        mustBeOpen();
        building.writing.put(documents.filter(({ id }) => !building.touched.has(id)));
      },
      commit: async () => {
        mustBeOpen();
        this.#commit(building);
      },
      abort: async () => {
        if (this.#building === building) this.#abandon(building);
      },
    };
  }

  async close(): Promise<void> {
    if (this.#building) this.#abandon(this.#building);
    this.#closed = true;
    this.#closeOpened();
  }

  #commit(building: Building): void {
    const path = join(this.folder, building.name);
    building.writing.flush();
    errorsTurned(() => {
      building.db.exec('pragma synchronous = full; pragma wal_checkpoint(truncate)');
      building.db.close();
    });
    this.#building = null;
    syncFile(path);
    const before = currentGeneration(this.folder);
    swapCurrent(this.folder, building.name);
    withdrawNext(this.folder, building.name);
    this.#closeOpened();
    if (before !== null) removeGeneration(this.folder, before);
  }

  #abandon(building: Building): void {
    this.#building = null;
    building.db.close();
    withdrawNext(this.folder, building.name);
    removeGeneration(this.folder, building.name);
  }

  #mustWrite(): void {
    if (this.#closed) throw new SearchUnavailable('closed');
    if (this.role === 'reader') throw new Error('the search index was opened to read');
  }

  #write(ids: string[], run: (db: IndexFile, building: Writing | null) => void): void {
    this.#mustWrite();
    if (this.#building) {
      for (const id of ids) this.#building.touched.add(id);
      run(this.#building.db, this.#building.writing);
    }
    // Another process may swap a new index in while we write to the old one; then it has to be written there too.
    for (let stamp: string | null = null; ;) {
      const opened = this.#current() ?? this.#created();
      if (opened.stamp === stamp) return;
      stamp = opened.stamp;
      run(opened.db, null);
    }
  }

  #read<T>(run: (db: IndexFile, snapshot: Snapshot, read: Read) => T): T | null {
    if (this.#closed) throw new SearchUnavailable('closed');
    const opened = this.#current();
    if (opened === null) return null;
    try {
      return errorsTurned(() =>
        inTransaction(opened.db, 'deferred', () => {
          opened.snapshot = refreshed(opened.db, opened.snapshot);
          return run(opened.db, opened.snapshot, opened.kept.reader(opened.db, opened.snapshot));
        }),
      );
    } catch (cause) {
      // It may be half up to date.
      opened.snapshot = emptySnapshot();
      opened.kept.forget();
      throw cause;
    }
  }

  #created(): Opened {
    createFirst(this.folder);
    const opened = this.#current();
    if (opened === null) throw new SearchUnavailable('down');
    return opened;
  }

  /** The generation in use, noticing a swap by one stat; null while there is none. */
  #current(): Opened | null {
    const stamp = pointerStamp(this.folder);
    if (this.#opened && this.#opened.stamp === stamp) return this.#opened;
    this.#closeOpened();
    if (stamp === null) return null;
    const name = currentGeneration(this.folder);
    if (name === null) throw new SearchUnavailable('damaged');
    try {
      const db = openIndexFile(join(this.folder, name));
      this.#opened = { stamp, db, snapshot: emptySnapshot(), kept: new PostingsKept() };
      return this.#opened;
    } catch (cause) {
      // Swapped, and the old one removed, between our look at the name and at the file.
      if (pointerStamp(this.folder) !== stamp) return this.#current();
      throw cause;
    }
  }

  #closeOpened(): void {
    this.#opened?.db.close();
    this.#opened = null;
  }
}
