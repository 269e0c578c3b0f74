import type { Agent } from './agent.ts';
import { t, tFor } from '../state/language.svelte.ts';
import { label } from '../state/vocabularies.svelte.ts';
import type { VocabularyName } from '../../server/contract/vocabulary.ts';

const lists: Record<string, VocabularyName> = {
  subjects: 'subject',
  grades: 'grade',
  resourceType: 'resource-type',
  textbookSet: 'textbook-set',
  languages: 'language',
  readingLevel: 'reading-level',
  licence: 'licence',
};

/** Any value of a record's field in words, for the history and for conflicts. */
export function fieldValue(field: string, value: unknown): string {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    return t('field.empty');
  if (Array.isArray(value)) return value.map((one) => oneValue(field, one)).join('; ');
  return oneValue(field, value);
}

function oneValue(field: string, value: unknown): string {
  const list = lists[field];
  if (typeof value === 'string') {
    if (list) return label(list, value);
    if (field === 'scope') return tFor(`scope.${value}`, value);
    if (field === 'aiGenerated') return tFor(`ai.${value}`, value);
    return value;
  }
  if (typeof value === 'object' && value !== null) {
    if ('name' in value) {
      const agent = value as Agent;
      return `${agent.name}${agent.role && agent.role !== 'aut' ? ` (${label('person-role', agent.role)})` : ''}`;
    }
    if ('scheme' in value && 'value' in value)
      return `${tFor(`scheme.${String(value.scheme)}`, String(value.scheme))} ${String(value.value)}`;
  }
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

export const fieldName = (field: string): string => tFor(`field.${field}`, field);
