import { number, size, t } from '../state/language.svelte.ts';

/** The figures of a part of the system (GET /api/health) in the reader's language; what has another shape is shown as it came. */
export function partDetail(part: string, detail: string): string {
  const figures = [...detail.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const [first = 0, second = 0] = figures;
  if (part === 'database' && /^queued \d+, running \d+$/.test(detail))
    return t('detail.database', { queued: number(first), running: number(second) });
  if (part === 'search' && /^records \d+, pages \d+$/.test(detail))
    return t('detail.search', { records: number(first), pages: number(second) });
  if (part === 'disk' && /^\d+ MB$/.test(detail)) return t('detail.disk', { free: size(first * 1_000_000) });
  if (part === 'worker' && /^\d+$/.test(detail)) return t('detail.worker', { count: number(first) });
  return detail;
}
