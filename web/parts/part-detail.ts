import type { PartState } from '../../server/contract/health.ts';
import { number, size, t } from '../state/language.svelte.ts';

/** What a part of the system (GET /api/health) says of itself: why it is not well, and its figures. Empty when it has nothing to say. */
export function partDetail(part: string, { fault, figures }: PartState): string {
  const figure = (name: string): string => number(figures[name] ?? 0);
  const says: string[] = [];
  if (fault) says.push(t(`partFault.${fault}`));
  if ('queued' in figures) says.push(t('detail.database', { queued: figure('queued'), running: figure('running') }));
  if ('records' in figures) says.push(t('detail.search', { records: figure('records'), pages: figure('pages') }));
  if ('freeBytes' in figures) says.push(t('detail.disk', { free: size(figures['freeBytes'] ?? 0) }));
  if (part === 'worker' && figures['alive']) says.push(t('detail.worker', { count: figure('alive') }));
  return says.join(' · ');
}
