import { pathToFileURL } from 'node:url';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { SearchUnavailable } from '../search-index.ts';
import { PostingsDamaged } from './embedded-postings.ts';

/** One generation of the index: an SQLite file, which gives us transactions, many processes and kill -9. */
export type IndexFile = DatabaseSyncInstance;

const applicationId = 0x54536978; // "TSix"
/** Raise it with every change of the tables or of what is put in them: an index of another version is rebuilt, not migrated. */
const formatVersion = 4;

/*
 * Entries are the fields of a record as they are now; a record that changes gets a new one. Entries and pages are numbered apart, in the
 * order in which they came; a number is not given again before a sweep.
 */
const tables = `
  create table meta (version integer not null, epoch integer not null, next_entry integer not null, next_page integer not null,
    dead integer not null);
  insert into meta values (1, 1, 0, 0, 0);
  create table records (
    record integer primary key autoincrement,
    id text not null unique,
    title_key text not null,
    fields_hash blob not null,
    pages_hash blob not null
  );
  create index records_by_title on records (title_key, id);
  create table entries (
    entry integer primary key,
    record integer not null unique,
    title_words integer not null,
    flags integer not null,
    published_at real not null,
    facets blob not null
  );
  create table facet_values (value integer primary key, facet text not null, code text not null, unique (facet, code));
  -- pages of one file that follow one another
  create table runs (
    first integer primary key,
    record integer not null,
    file_id text not null,
    pages blob not null,
    lengths blob not null
  );
  create index runs_by_record on runs (record);
  -- what readers must forget of what they hold in memory: an entry, or pages
  create table removed (seq integer primary key autoincrement, is_entry integer not null, first integer not null, count integer not null);
  -- titles and people as they are written, and what they begin with from each of their words on
  create table names (name integer primary key, record integer not null, person integer not null, text text not null);
  create index names_by_record on names (record);
  create table heads (fold text not null, name integer not null, primary key (fold, name)) without rowid;
  create index heads_by_name on heads (name);
  create table postings (
    term text not null,
    first integer not null,
    last integer not null,
    bytes blob not null,
    primary key (term, first)
  );
`;

export function createIndexFile(path: string): IndexFile {
  return errorsTurned(() => {
    const db = new DatabaseSync(path, { timeout: 10_000 });
    try {
      db.exec(
        'pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32000',
      );
      db.exec(`begin immediate; ${tables}
        pragma application_id = ${applicationId}; pragma user_version = ${formatVersion}; commit`);
      return db;
    } catch (cause) {
      db.close();
      throw cause;
    }
  });
}

/** Throws SearchUnavailable: `down` if it is not there, `damaged` if it is no index of ours, `version` if of another version. */
export function openIndexFile(path: string): IndexFile {
  return errorsTurned(() => {
    // mode=rw: a file that another process has just removed must not come back empty.
    const address = pathToFileURL(path);
    address.search = '?mode=rw';
    const db = new DatabaseSync(address, { timeout: 10_000 });
    try {
      const application = numberOf(db, 'pragma application_id');
      if (application !== applicationId) throw new SearchUnavailable('damaged');
      if (numberOf(db, 'pragma user_version') !== formatVersion) throw new SearchUnavailable('version');
      // No mmap: reading a file that was cut short would kill the process.
      db.exec('pragma synchronous = full; pragma cache_size = -32000');
      if (db.prepare('select version from meta').get() === undefined) throw new SearchUnavailable('damaged');
      return db;
    } catch (cause) {
      db.close();
      throw cause;
    }
  });
}

function numberOf(db: IndexFile, sql: string): number {
  return Object.values(db.prepare(sql).get() as Record<string, number>)[0]!;
}

const corrupt = 11;
const notADatabase = 26;
const sqlError = 1; // a table that is missing: our SQL is fixed and tested, so the file is at fault

/** Runs it and turns what SQLite and the decoder throw into SearchUnavailable. Faults of our own pass unchanged. */
export function errorsTurned<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof PostingsDamaged) throw new SearchUnavailable('damaged', { cause });
    const { code, errcode, message } = cause as { code?: unknown; errcode?: unknown; message?: unknown };
    if (code !== 'ERR_SQLITE_ERROR') throw cause;
    // Some errors come without their number, only with SQLite's own text of it.
    const damaged =
      typeof errcode === 'number'
        ? [corrupt, notADatabase, sqlError].includes(errcode & 0xff)
        : /malformed|not a database|no such (table|column)/.test(String(message));
    throw new SearchUnavailable(damaged ? 'damaged' : 'down', { cause });
  }
}

type Statement = ReturnType<IndexFile['prepare']>;
const statements = new WeakMap<IndexFile, Map<string, Statement>>();

/** A statement that is prepared once for each open file: preparing it takes longer than most of them take. */
export function prepared(db: IndexFile, sql: string): Statement {
  let known = statements.get(db);
  if (!known) statements.set(db, (known = new Map()));
  let statement = known.get(sql);
  if (!statement) known.set(sql, (statement = db.prepare(sql)));
  return statement;
}

/** All or nothing. `immediate` waits for its turn to write; `deferred` reads one state throughout. */
export function inTransaction<T>(db: IndexFile, kind: 'immediate' | 'deferred', run: () => T): T {
  db.exec(`begin ${kind}`);
  let result: T;
  try {
    result = run();
  } catch (cause) {
    if (db.isTransaction) db.exec('rollback');
    throw cause;
  }
  db.exec('commit');
  return result;
}
