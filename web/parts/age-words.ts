import { ageOf } from '../pages/operation-state.ts';
import { number, t } from '../state/language.svelte.ts';

/** "12 phút trước", by the clock of whoever answered at `at`. */
export function ageWords(since: string, at: string): string {
  const { unit, count } = ageOf(since, at);
  return unit === 'now' ? t('age.now') : t(`age.${unit}`, { count: number(count) });
}
