import {
  Meilisearch,
  MeilisearchRequestError,
  type EnqueuedTaskPromise,
  type MultiSearchQuery,
  type Settings,
  type Task,
} from 'meilisearch';
import { SearchUnavailable } from '../search-index.ts';
import { filterText, type Filter } from './meilisearch-filter.ts';
import { AnswerError, transport } from './meilisearch-transport.ts';

export type IndexSettings = Settings;

export interface ServerQuery {
  /** Words of which all must stand in the attributes `on`, the last as the beginning of one. */
  text?: string;
  on?: string[];
  filter: Filter;
  /** `name:asc` or `name:desc`. */
  sort?: string[];
  offset?: number;
  limit: number;
  facets?: string[];
  /** Only these of what a document shows. */
  retrieve?: string[];
  /** At most one document of each record. */
  distinct?: boolean;
  /** Counts exactly; needed where `distinct` is set, and then no `offset` is looked at and one hit comes at most. */
  counted?: boolean;
}

export interface ServerAnswer<T> {
  hits: T[];
  total: number;
  facets: Record<string, Record<string, number>>;
}

export interface ServerLimits {
  /** A search, or a question about the state, in milliseconds. */
  answerMs: number;
  /** Sending documents. */
  sendMs: number;
  /** A task, with those before it. */
  taskMs: number;
}

export const usualLimits: ServerLimits = { answerMs: 10_000, sendMs: 60_000, taskMs: 10 * 60_000 };

/** The one door to the `meilisearch` package. Whatever goes wrong comes out as SearchUnavailable whose cause never holds the key. */
export class MeilisearchServer {
  readonly #asking: Meilisearch;
  readonly #sending: Meilisearch;
  readonly #transport = transport();

  constructor(
    address: { host: string; key: string },
    readonly limits: ServerLimits = usualLimits,
  ) {
    const { host, key: apiKey } = address;
    const httpClient = this.#transport.carry;
    this.#asking = new Meilisearch({ host, apiKey, httpClient, timeout: limits.answerMs });
    this.#sending = new Meilisearch({ host, apiKey, httpClient, timeout: limits.sendMs });
  }

  /** All queries in one request; null where the index is missing. */
  async search<T extends object>(index: string, queries: ServerQuery[]): Promise<ServerAnswer<T>[] | null> {
    const asked = queries.map((query) => multiSearchQuery(index, query));
    try {
      const { results } = await this.#asking.multiSearch<{ queries: MultiSearchQuery[] }, T>({ queries: asked });
      return results.map((result) => ({
        hits: result.hits,
        total: totalOf(result),
        facets: result.facetDistribution ?? {},
      }));
    } catch (cause) {
      if (codeOf(cause) === 'index_not_found') return null;
      throw turned(cause);
    }
  }

  /** Names, with what was last done to them, of the indexes that begin so. */
  async indexes(prefix: string): Promise<{ uid: string; createdAt: string; updatedAt: string }[]> {
    return errorsTurned(async () => {
      const found = [];
      for (let offset = 0; ;) {
        const { results, total } = await this.#asking.getRawIndexes({ offset, limit: 1000 });
        for (const { uid, createdAt, updatedAt } of results) {
          if (uid.startsWith(prefix)) found.push({ uid, createdAt: String(createdAt), updatedAt: String(updatedAt) });
        }
        offset += results.length;
        if (results.length === 0 || offset >= total) return found;
      }
    });
  }

  /** Makes the index with its settings, in one task: nobody sees it without them. */
  async make(index: string, settings: IndexSettings): Promise<void> {
    await this.#done(() => this.#sending.index(index).updateSettings(settings));
  }

  /** Documents as lines of JSON; in place of those with the same key, all at once. */
  async write(index: string, lines: string): Promise<void> {
    await this.#done(() =>
      this.#sending.index(index).addDocumentsFromString(lines, 'application/x-ndjson', { primaryKey: 'key' }),
    );
  }

  async remove(index: string, filter: Filter): Promise<void> {
    await this.#done(() => this.#sending.index(index).deleteDocuments({ filter: filterText(filter) }));
  }

  async swap(first: string, second: string): Promise<void> {
    await this.#done(() => this.#sending.swapIndexes([{ indexes: [first, second], rename: false }]));
  }

  /** No error where it is gone already. */
  async drop(index: string): Promise<void> {
    try {
      await this.#done(() => this.#sending.deleteIndex(index));
    } catch (cause) {
      if (!(cause instanceof TaskFailed && cause.code === 'index_not_found')) throw cause;
    }
  }

  close(): void {
    this.#transport.close();
  }

  async #done(send: () => EnqueuedTaskPromise): Promise<void> {
    const { taskUid } = await errorsTurned(async () => send());
    const deadline = Date.now() + this.limits.taskMs;
    for (let pause = 5; ; pause = Math.min(pause * 1.5, 500)) {
      const task = await errorsTurned(() => this.#asking.tasks.getTask(taskUid));
      if (task.status === 'succeeded') return;
      if (task.status === 'failed' || task.status === 'canceled') throw taskError(task);
      if (Date.now() > deadline) {
        throw new SearchUnavailable('down', {
          cause: new Error(`task ${task.type} of the search server did not end in time`),
        });
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** The server refused what it was asked to do: a fault of ours, and the same again would fail again. */
export class TaskFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'TaskFailed';
  }
}

function taskError(task: Task): Error {
  const code = String(task.error?.code ?? task.status);
  const message = `task ${task.type} of the search server ${task.status}: ${code}: ${task.error?.message ?? ''}`;
  if (task.error?.type === 'invalid_request') return new TaskFailed(code, message);
  return new SearchUnavailable('down', { cause: new Error(message) });
}

function multiSearchQuery(indexUid: string, query: ServerQuery): MultiSearchQuery {
  return {
    indexUid,
    filter: filterText(query.filter),
    ...(query.text === undefined ? {} : { q: query.text, attributesToSearchOn: query.on, matchingStrategy: 'all' }),
    ...(query.counted ? { page: 1, hitsPerPage: query.limit } : { offset: query.offset ?? 0, limit: query.limit }),
    ...(query.sort ? { sort: query.sort } : {}),
    ...(query.retrieve ? { attributesToRetrieve: query.retrieve } : {}),
    ...(query.facets ? { facets: query.facets } : {}),
    ...(query.distinct ? { distinct: 'record' } : {}),
  };
}

function totalOf(result: object): number {
  if ('totalHits' in result) return Number(result.totalHits);
  return 'estimatedTotalHits' in result ? Number(result.estimatedTotalHits) : 0;
}

async function errorsTurned<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw turned(cause);
  }
}

/** The client puts what its transport threw inside an error of its own. */
const innermost = (cause: unknown): unknown => (cause instanceof MeilisearchRequestError ? cause.cause : cause);

function codeOf(cause: unknown): string | null {
  const inner = innermost(cause);
  return inner instanceof AnswerError ? inner.code : null;
}

/** A new cause and not the client's: that one carries the request, and with it the key. */
function turned(cause: unknown): SearchUnavailable {
  const inner = innermost(cause);
  const unavailable = (reason: 'down' | 'version', said: string): SearchUnavailable =>
    new SearchUnavailable(reason, { cause: new Error(said) });
  if (inner instanceof AnswerError) {
    const { status, code } = inner;
    const answer = `${status} ${code}`.trim();
    if (status === 401 || status === 403) return unavailable('down', `the search server refused the key (${answer})`);
    // What it cannot filter or sort by: an index that another version of this program made, or somebody else.
    const foreign = /^invalid_search_(filter|sort|facets|distinct)$/.test(code);
    return unavailable(foreign ? 'version' : 'down', `the search server answered ${answer}`);
  }
  if (inner instanceof SyntaxError)
    return unavailable('down', 'what answered is no Meilisearch: its answer is not JSON');
  const { name, code } = (inner ?? {}) as { name?: string; code?: string };
  if (name === 'MeilisearchRequestTimeOutError') {
    return unavailable('down', 'the search server did not answer in time');
  }
  return unavailable('down', `the search server cannot be reached (${code ?? name ?? 'no reason given'})`);
}
