import { randomBytes } from 'node:crypto';
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
import { meilisearchAddress } from './meilisearch-address.ts';
import { has } from './meilisearch-filter.ts';
import { buildingPrefix, indexInUse, indexSettings } from './meilisearch-index.ts';
import type { Ask } from './meilisearch-matching.ts';
import { searchFile, searchRecords } from './meilisearch-searching.ts';
import { MeilisearchServer, type ServerLimits } from './meilisearch-server.ts';
import { heldWords, suggestions } from './meilisearch-words.ts';
import { removeRecords, writeRecords } from './meilisearch-writing.ts';

export interface MeilisearchConfig {
  /** meilisearch+http(s)://:masterkey@host:port[/prefix] */
  url: string;
  role: 'reader' | 'writer';
  limits?: ServerLimits;
}

/** An index being built that nobody wrote to for so long belongs to a process that died. */
const abandonedAfterMs = 10 * 60_000;

interface Building {
  name: string;
  /** Put or removed in the index in use since the rebuild began: newer than what the rebuild may bring. */
  touched: Set<string>;
}

/** The search index on a Meilisearch server (1.50). Nothing is asked yet: a server that is down does not keep it from opening. */
export async function openMeilisearch({ url, role, limits }: MeilisearchConfig): Promise<SearchIndex> {
  const address = meilisearchAddress(url);
  return new MeilisearchIndex(new MeilisearchServer(address, limits), address.prefix, role);
}

class MeilisearchIndex implements SearchIndex {
  #building: Building | null = null;
  #closed = false;
  /** Changes go one after the other: two of one record must not cross. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly server: MeilisearchServer,
    readonly prefix: string,
    readonly role: 'reader' | 'writer',
  ) {}

  put(documents: SearchDocument[]): Promise<void> {
    const last = [...new Map(documents.map((document) => [document.id, document])).values()];
    return this.#change(
      last.map(({ id }) => id),
      (index) => writeRecords(this.server, index, last),
    );
  }

  remove(ids: string[]): Promise<void> {
    return this.#change(ids, (index) => removeRecords(this.server, index, ids));
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    this.#mustBeOpen();
    const empty: SearchResult = { foundBy: 'nothing', total: 0, hits: [], facets: noCounts() };
    return this.#asking(empty, (ask) => searchRecords(ask, query));
  }

  async searchInside(query: InsideQuery): Promise<{ total: number; pages: number[] }> {
    this.#mustBeOpen();
    return this.#asking({ total: 0, pages: [] }, (ask) => searchFile(ask, query));
  }

  async held(words: string[][]): Promise<number[]> {
    this.#mustBeOpen();
    return this.#asking(
      words.map(() => 0),
      (ask) => heldWords(ask, words),
    );
  }

  async suggest(query: SuggestQuery): Promise<Suggestion[]> {
    this.#mustBeOpen();
    return this.#asking([], (ask) => suggestions(ask, query));
  }

  async state(): ReturnType<SearchIndex['state']> {
    try {
      this.#mustBeOpen();
      const indexes = await this.server.indexes(indexInUse(this.prefix));
      const building = indexes.some(({ uid, updatedAt }) => this.#isBuilding(uid) && !isAbandoned(updatedAt));
      const counted = await this.server.search(indexInUse(this.prefix), [
        { filter: has('kind', 'record'), limit: 0 },
        { filter: has('kind', 'page'), limit: 0 },
      ]);
      const [records, pages] = counted?.map(({ total }) => total) ?? [0, 0];
      const state = building ? 'rebuilding' : records === 0 ? 'empty' : 'ok';
      return { state, records: records!, pages: pages!, detail: null };
    } catch (cause) {
      if (!(cause instanceof SearchUnavailable)) throw cause;
      const detail = cause.cause instanceof Error ? cause.cause.message : cause.reason;
      return { state: 'down', records: 0, pages: 0, detail };
    }
  }

  /**
   * What is put and removed through this object meanwhile goes into both. Another process's changes meanwhile do not:
   * reindex where the changes are made, or queue the changed records again after commit().
   */
  async rebuild(): Promise<SearchRebuild> {
    this.#mustWrite();
    if (this.#building) throw new Error('a rebuild is under way; commit or abort it first');
    const building: Building = {
      name: `${buildingPrefix(this.prefix)}${Date.now()}_${randomBytes(4).toString('hex')}`,
      touched: new Set(),
    };
    this.#building = building;
    try {
      await this.#removeAbandoned();
      await this.server.make(building.name, indexSettings);
    } catch (cause) {
      this.#building = null;
      throw cause;
    }
    const mustBeOpen = (): void => {
      if (this.#building !== building) throw new SearchUnavailable('closed');
    };
    return {
      put: (documents) =>
        this.#next(async () => {
          mustBeOpen();
          const last = [...new Map(documents.map((document) => [document.id, document])).values()];
          await writeRecords(
            this.server,
            building.name,
            last.filter(({ id }) => !building.touched.has(id)),
          );
        }),
      commit: () =>
        this.#next(async () => {
          mustBeOpen();
          await this.#stamp(true);
          await this.server.swap(indexInUse(this.prefix), building.name);
          this.#building = null;
          await this.server.drop(building.name);
        }),
      abort: () =>
        this.#next(async () => {
          if (this.#building !== building) return;
          this.#building = null;
          await this.server.drop(building.name);
        }),
    };
  }

  /** An index being built is left to the next rebuild, which finds it abandoned: the server may be what is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const building = this.#building;
    this.#building = null;
    await this.#last.catch(() => undefined);
    if (building) await this.server.drop(building.name).catch(() => undefined);
    this.server.close();
  }

  #isBuilding(uid: string): boolean {
    return uid.startsWith(buildingPrefix(this.prefix));
  }

  async #removeAbandoned(): Promise<void> {
    for (const { uid, updatedAt } of await this.server.indexes(buildingPrefix(this.prefix))) {
      if (isAbandoned(updatedAt)) await this.server.drop(uid);
    }
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new SearchUnavailable('closed');
  }

  #mustWrite(): void {
    this.#mustBeOpen();
    if (this.role === 'reader') throw new Error('the search index was opened to read');
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run, run);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #change(ids: string[], run: (index: string) => Promise<void>): Promise<void> {
    this.#mustWrite();
    if (ids.length === 0) return;
    await this.#next(async () => {
      this.#mustBeOpen();
      if (this.#building) {
        for (const id of ids) this.#building.touched.add(id);
        await run(this.#building.name);
      }
      // Another process may swap a new index in while we write to the old one; then it has to be written there too.
      for (let before = await this.#stamp(true); ;) {
        await run(indexInUse(this.prefix));
        const after = await this.#stamp(false);
        if (after === before) return;
        before = after;
      }
    });
  }

  /** What tells one index in use from the next. */
  async #stamp(make: boolean): Promise<string | null> {
    const name = indexInUse(this.prefix);
    const found = (await this.server.indexes(name)).find(({ uid }) => uid === name);
    if (found) return found.createdAt;
    if (!make) return null;
    await this.server.make(name, indexSettings);
    return this.#stamp(false);
  }

  async #asking<T>(empty: T, run: (ask: Ask) => Promise<T>): Promise<T> {
    const ask: Ask = async (queries) => {
      if (queries.length === 0) return [];
      const answers = await this.server.search(indexInUse(this.prefix), queries);
      if (answers === null) throw new NotMade();
      return answers as never;
    };
    try {
      return await run(ask);
    } catch (cause) {
      if (cause instanceof NotMade) return empty;
      throw cause;
    }
  }
}

/** Nothing was ever written. */
class NotMade extends Error {}

const isAbandoned = (updatedAt: string): boolean => Date.parse(updatedAt) < Date.now() - abandonedAfterMs;
