import type { Metadata } from '../../storage/metadata/database.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';
import { sharedRecordsAfter, sharedVersionsSince } from '../../storage/metadata/shared-records.ts';
import { viewsOf } from '../access/audience.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { type CatalogueTable, dropRecord, newTable, putRow } from './catalogue-table.ts';
import { searchableRecord } from './searchable-values.ts';

/** Rows in one reading; some 10 ms of work, after which others have their turn. */
const rowsAtOnce = 200;
/** Clocks of a library's machines agree within half a minute, and a transaction takes seconds. */
const lookBackMs = 120_000;

export interface OpenCatalogue {
  /** The table with everything that was committed before the call; it goes on growing, its rows stay. */
  current(): Promise<CatalogueTable>;
}

/**
 * Keeps what SRU searches in this process. It is read whole by the first question, and brought up to date by each (one statement for what
 * changed in the last minutes), so an installation that nobody asks by SRU pays nothing.
 */
export function openCatalogue(metadata: Metadata): OpenCatalogue {
  let table: CatalogueTable | null = null;
  /** Vocabularies' version and names of schools, whose words are in the rows. */
  let words = '';
  let seen = new Date(0);

  async function rowWords() {
    const vocabularies = await loadVocabularies(metadata);
    const all = await schools(metadata.queries);
    return { vocabularies, bySchool: new Map(all.map((school) => [school.id, school])), key: JSON.stringify([vocabularies.version, all.map(({ id, name, code }) => [id, name, code])]) };
  }

  async function refresh(): Promise<CatalogueTable> {
    const now = new Date();
    const { vocabularies, bySchool, key } = await rowWords();
    const put = (into: CatalogueTable, row: RecordRow): void => {
      const school = bySchool.get(row.school_id);
      if (school && viewsOf(row).length > 0) putRow(into, row, searchableRecord(row, school, vocabularies));
    };
    // Rows of former versions are kept until they are as many as those in use.
    if (!table || key !== words || table.ids.length > 2 * table.rowOf.size + 1_000) {
      const fresh = newTable();
      for (let after: string | null = ''; after !== null; ) {
        const rows: RecordRow[] = await sharedRecordsAfter(metadata.queries, after, rowsAtOnce);
        for (const row of rows) put(fresh, row);
        after = rows.length < rowsAtOnce ? null : rows.at(-1)!.id;
        await new Promise(setImmediate);
      }
      [table, words, seen] = [fresh, key, now];
      // What changed while it was read is read once more.
    }
    const current = table;
    const changed = await sharedVersionsSince(metadata.queries, new Date(seen.getTime() - lookBackMs));
    const due = changed.filter(({ id, version, shared }) => {
      const row = current.rowOf.get(id);
      return row === undefined ? shared === 1 : version !== current.versions[row];
    });
    for (let at = 0; at < due.length; at += rowsAtOnce) {
      const part = due.slice(at, at + rowsAtOnce);
      const rows = new Map((await recordsByIds(metadata.queries, part.map(({ id }) => id))).map((row) => [row.id, row]));
      for (const { id } of part) {
        const row = rows.get(id);
        dropRecord(current, id);
        if (row) put(current, row);
      }
    }
    seen = now;
    return current;
  }

  let running: Promise<CatalogueTable> | null = null;
  let next: Promise<CatalogueTable> | null = null;
  const start = (): Promise<CatalogueTable> => {
    next = null;
    running = refresh().finally(() => (running = null));
    return running;
  };
  return {
    current() {
      // A reading that is under way may have passed what was just committed: whoever comes meanwhile shares the one after it.
      if (!running && !next) return start();
      next ??= running!.then(start, start);
      return next;
    },
  };
}
