import type { RecordLine } from '../../server/contract/record.ts';
import { t } from '../state/language.svelte.ts';
import { inOrder, label } from '../state/vocabularies.svelte.ts';

type Facts = Pick<RecordLine, 'agents' | 'year' | 'resourceType' | 'grades'>;

/** People · year · kind · grades in one line; what is unknown is left out. */
export function recordFacts({ agents, year, resourceType, grades }: Facts): string {
  const names = agents.slice(0, 2).map((agent) => agent.name);
  const people = agents.length > 2 ? t('facts.andOthers', { names: names.join(', ') }) : names.join(', ');
  const classes = inOrder('grade', grades).map((code) => label('grade', code));
  return [people, year, resourceType && label('resource-type', resourceType), shortGrades(classes)]
    .filter(Boolean)
    .join(' · ');
}

/** "Lớp 6, 7, 8" instead of "Lớp 6, Lớp 7, Lớp 8". */
export function shortGrades(labels: string[]): string {
  const first = /^(\S+) (\d+)$/.exec(labels[0] ?? '');
  if (!first) return labels.join(', ');
  return labels
    .map((text, at) => (at > 0 && text.startsWith(`${first[1]} `) ? text.slice(first[1]!.length + 1) : text))
    .join(', ');
}
