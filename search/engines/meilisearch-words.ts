import { suggestionLikeness } from '../query/suggestion-likeness.ts';
import type { SuggestQuery, Suggestion } from '../search-index.ts';
import { foldText, tokens } from '../vietnamese/fold.ts';
import { wordTerm } from './embedded-terms.ts';
import { anyOf } from './meilisearch-counting.ts';
import { pairValue, termValue, type RecordRow } from './meilisearch-documents.ts';
import { all, any, has, type Filter } from './meilisearch-filter.ts';
import type { Ask } from './meilisearch-matching.ts';

/** Questions in one request; a hundred take the server some 10 ms. */
const askedAtOnce = 100;
const isRecord = has('kind', 'record');

/** For each word, or two that follow one another, how many records and pages hold it. Nobody's rights are looked at. */
export async function heldWords(ask: Ask, words: readonly string[][]): Promise<number[]> {
  const counts: number[] = [];
  for (let from = 0; from < words.length; from += askedAtOnce) {
    const answers = await ask(
      words.slice(from, from + askedAtOnce).map((one) => ({ filter: holding(one.map(wordTerm)), limit: 0 })),
    );
    counts.push(...answers.map(({ total }) => total));
  }
  return counts;
}

function holding(terms: string[]): Filter {
  const values = [...terms.map(termValue), ...terms.slice(1).map((term, place) => pairValue(terms[place]!, term))];
  const inAttribute = (attribute: 'fields' | 'words'): Filter => all(...values.map((value) => has(attribute, value)));
  return any(all(isRecord, inAttribute('fields')), inAttribute('words'));
}

/** The server reads ten words of a query at most. */
const mostWords = 10;
/** Looked at for each kind, before they are ordered by marks and by where the words stand. */
const mostLooked = 50;

/** Titles and people with every word of `text`, the last as the beginning of one. Short titles first, marks as typed before others. */
export async function suggestions(ask: Ask, { text, audience, limit }: SuggestQuery): Promise<Suggestion[]> {
  const typed = tokens(text).slice(0, mostWords);
  if (typed.length === 0 || audience.length === 0 || limit < 1) return [];
  const asked = (on: 'heads' | 'people') => ({
    text: typed.map(({ fold }) => fold).join(' '),
    on: [on],
    filter: all(isRecord, anyOf('audience', audience)),
    sort: ['titleWords:asc', 'order:asc', 'idOrder:asc'],
    limit: mostLooked,
    retrieve: ['id', 'title', 'agents'],
  });
  const [titles, people] = await ask<RecordRow>([asked('heads'), asked('people')]);
  const found: (Suggestion & { likeness: number })[] = [];
  const add = (kind: Suggestion['kind'], candidate: string, id: string): void => {
    const likeness = suggestionLikeness(typed, tokens(candidate));
    if (likeness > 0) found.push({ kind, text: candidate, id, likeness });
  };
  for (const { id, title } of titles!.hits) add('title', title, id);
  const names = new Map(people!.hits.flatMap(({ id, agents }) => agents.map((name) => [foldText(name), { id, name }])));
  for (const { id, name } of names.values()) add('person', name, id);
  found.sort((a, b) => b.likeness - a.likeness);
  return found.slice(0, limit).map(({ kind, text: said, id }) => ({ kind, text: said, id }));
}
