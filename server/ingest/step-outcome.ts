import type { RefusalCode } from '../errors.ts';

/** How a step ended. A code beside `done` says what could not be helped. `stopped` waits for a person; `failed` will not go on by itself. */
export type StepOutcome =
  | { state: 'done'; code: RefusalCode | null; params?: Record<string, unknown> }
  | { state: 'skipped'; code: RefusalCode | null; why: string }
  | { state: 'stopped'; code: RefusalCode; params: Record<string, unknown> }
  | { state: 'failed'; code: RefusalCode; params: Record<string, unknown> };

export const done: StepOutcome = Object.freeze({ state: 'done', code: null });
export const doneInSpiteOf = (code: RefusalCode | null, params: Record<string, unknown> = {}): StepOutcome => ({
  state: 'done',
  code,
  params,
});
export const skipped = (why: string, code: RefusalCode | null = null): StepOutcome => ({ state: 'skipped', code, why });
export const stopped = (code: RefusalCode, params: Record<string, unknown> = {}): StepOutcome => ({
  state: 'stopped',
  code,
  params,
});
export const failed = (code: RefusalCode, params: Record<string, unknown> = {}): StepOutcome => ({
  state: 'failed',
  code,
  params,
});
