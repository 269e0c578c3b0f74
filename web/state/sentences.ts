import { ProblemError } from '../api/client.ts';
import { number, size, t, tFor } from './language.svelte.ts';

/** Limits on bytes and seconds, in the words people use. */
function inWords(code: string, name: string, value: unknown): [string, unknown] {
  if (typeof value !== 'number') return [name, value];
  if (name === 'retryAfter') return ['minutes', number(Math.max(1, Math.ceil(value / 60)))];
  return [name, code === 'upload-too-large' || code === 'archive-too-large' ? size(value) : number(value)];
}

/** What a code means for the person in front of the screen: what happened, what is safe, what to do. */
export function sentenceOfCode(code: string, params: Record<string, unknown> = {}): string {
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => inWords(code, name, value)));
  return tFor(`error.${code}`, t('error.internal-error'), values);
}

export function sentenceOf(error: unknown): string {
  if (error instanceof ProblemError) return sentenceOfCode(error.code, error.params);
  return t('error.internal-error');
}

/** The faults of single fields of a refused form: dotted path to sentence. */
export function fieldFaults(error: unknown): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  return Object.fromEntries(
    (error.problem.fields ?? []).map(({ path, code }) => [path, tFor(`fault.${code}`, t('fault.invalid_format'))]),
  );
}

/** As `fieldFaults`, of a form whose fields are those of a description. */
export const descriptionFaults = (error: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fieldFaults(error)).map(([path, text]) => [path.replace(/^description\./, ''), text]),
  );
