import type { RunView } from '../../server/contract/harvest.ts';
import { address } from '../router.ts';

/** Between two looks at what is being harvested. */
export const refreshMs = 2_000;

export const sourceAddress = (id: string): string => address('/sources', { source: id });

export const isUnderWay = (run: Pick<RunView, 'state'> | null): boolean =>
  run?.state === 'running' || run?.state === 'waiting';

/** Records a run has come by so far. */
export const doneOf = ({ taken, unchanged, deleted, aside }: RunView): number => taken + unchanged + deleted + aside;

/** A share for the bar; null where the source does not count, or counts less than it tells. */
export function shareOf(run: RunView): number | null {
  const done = doneOf(run);
  return run.listSize === null || run.listSize < done ? null : done / run.listSize;
}
