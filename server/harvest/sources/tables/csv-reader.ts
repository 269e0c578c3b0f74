import { answeredAt, type Ask, validatorsOf, welcome } from '../ask-source.ts';
import { digestOf } from '../digest-of.ts';
import { HarvestFault } from '../harvest-fault.ts';
import { recordsAtOnce, type SourceReader, type ToldPage } from '../source-reader.ts';
import { isAside, type ToldRecord } from '../told-records.ts';
import type { CsvMapping } from './csv-columns.ts';
import { type CsvTable, readTable, tellRows } from './csv-table.ts';

export const csvAccept = 'text/csv, text/tab-separated-values, text/plain;q=0.8, */*;q=0.1';

interface TablePlace {
  at: number;
  digest: string;
  /** How often it had changed under way. */
  changed: number;
}

/** A table that is different each time it is asked for is told on by number, after so many beginnings. */
const patience = 3;

/** Reads a table at an address, some hundred rows at a time; what it does not hold any more is gone. */
export function csvReader(ask: Ask, address: string, mapping: CsvMapping | null): SourceReader {
  let held: { table: CsvTable; digest: string; page: Pick<ToldPage, 'responseDate' | 'validators'> } | null = null;
  return {
    async page({ token, known }) {
      const place = token === null ? null : placeIn(token);
      if (!held || !place) {
        const answer = await ask(address, { accept: csvAccept, known: place ? null : known });
        if (answer.status === 304 && known && !place) return { responseDate: answeredAt(answer), records: [], aside: [], token: null, listSize: null, cut: false, same: true };
        welcome(answer);
        const table = readTable(answer.body, answer.headers['content-type'], mapping);
        held = { table, digest: digestOf(answer.body), page: { responseDate: answeredAt(answer), validators: validatorsOf(answer, true) } };
      }
      const { table, digest, page } = held;
      const other = place !== null && place.digest !== digest;
      const again = other && place.changed < patience;
      const at = place === null || again ? 0 : place.at;
      const part = tellRows(table, at, at + recordsAtOnce);
      const next: TablePlace = { at: at + part.length, digest, changed: (place?.changed ?? 0) + Number(again) };
      return {
        ...{ ...(place ? { responseDate: null } : page), records: part.filter((one): one is ToldRecord => !isAside(one)), aside: part.filter(isAside) },
        ...{ token: next.at < table.rows.length ? JSON.stringify(next) : null, listSize: table.rows.length, cut: false },
      };
    },
    endsByItself: true,
    newestOnly: false,
  };
}

function placeIn(token: string): TablePlace {
  try {
    return JSON.parse(token) as TablePlace;
  } catch (cause) {
    throw new HarvestFault('source-token-broken', {}, null, { cause });
  }
}
