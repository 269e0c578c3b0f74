import type { RecordLine } from '../../server/contract/record.ts';
import * as api from '../api/calls.ts';
import type { RecordList } from '../api/calls.ts';

/** One of the librarian's lists, read page by page. */
export class Listed {
  records = $state.raw<RecordLine[] | null>(null);
  total = $state(0);
  error = $state.raw<unknown>(null);
  next = $state<string | null>(null);
  busy = $state(false);
  #list: RecordList;

  constructor(list: RecordList) {
    this.#list = list;
  }

  /** Asks from the start, or for what comes after what is shown. */
  async load(more = false): Promise<void> {
    this.busy = true;
    try {
      const answer = await api.records.list(this.#list, 50, more ? this.next : null);
      this.records = more ? [...(this.records ?? []), ...answer.records] : answer.records;
      this.total = answer.total;
      this.next = answer.next;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }

  without(ids: ReadonlySet<string>): void {
    const left = (this.records ?? []).filter((record) => !ids.has(record.id));
    this.total -= (this.records?.length ?? 0) - left.length;
    this.records = left;
  }
}
