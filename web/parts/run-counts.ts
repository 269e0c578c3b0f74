import type { RunView } from '../../server/contract/harvest.ts';
import { number, t } from '../state/language.svelte.ts';

/** What came of a harvest: "2 mới hoặc sửa · 0 như cũ · 0 gỡ · 1 để riêng". */
export const runCounts = ({ taken, unchanged, deleted, aside }: RunView): string =>
  t('run.counts', {
    taken: number(taken),
    unchanged: number(unchanged),
    deleted: number(deleted),
    aside: number(aside),
  });
