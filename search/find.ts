import { corrected } from './query/correct.ts';
import { type Chip, maybeKeystrokes, understand } from './query/understand.ts';
import type { QueryVocabulary } from './query/query-vocabulary.ts';
import { repairShortText } from './vietnamese/legacy-text.ts';
import type { SearchIndex, SearchQuery, SearchResult } from './search-index.ts';

export interface FindQuery extends Omit<SearchQuery, 'understood'> {
  /** The words as they were typed: nothing is understood, nothing put right. */
  literal?: boolean;
  /** `typed` of chips that were taken back. */
  dropped?: readonly string[];
}

export interface FindResult extends SearchResult {
  /** What was understood, in the order of the query. */
  understood: Chip[];
  /** A query that finds something where this one finds nothing, or little. `instead`: its results are those given. */
  corrected: { text: string; instead: boolean } | null;
  /** The query with keystrokes decoded and slips put right: what to mark, and to look for inside a book. */
  text: string;
}

/**
 * Finds by what a query means. Asks the index once; twice where words may be keystrokes or letters of an old encoding; up to six times
 * where nothing is found and a slip of the hand may be why. A correction is given only where it finds something for this very reader.
 */
export async function find(
  index: Pick<SearchIndex, 'search' | 'held'>,
  vocabulary: QueryVocabulary,
  asked: FindQuery,
): Promise<FindResult> {
  const { literal, dropped, ...query } = asked;
  if (literal || query.text.trim() === '')
    return { ...(await index.search(query)), understood: [], corrected: null, text: query.text };
  // Copied out of an old document: what its letters stand for, where anything is found by that.
  const repaired = repairShortText(query.text);
  if (repaired !== query.text) {
    const meant = await ask(index, vocabulary, { ...query, text: repaired }, dropped);
    if (meant.total > 0) return { ...meant, corrected: { text: repaired, instead: true } };
  }
  const found = await ask(index, vocabulary, query, dropped);
  if (found.foundBy === 'together' || found.foundBy === 'apart') return found;
  const text = await corrected(query.text, (words) => index.held(words));
  if (text === null) return found;
  const instead = await ask(index, vocabulary, { ...query, text }, dropped);
  if (instead.total === 0 || instead.foundBy === 'some') return found;
  // Where a part of what was typed was found, only what is found whole takes its place; else it is offered.
  return found.total === 0 || instead.foundBy === 'together'
    ? { ...instead, corrected: { text, instead: true } }
    : { ...found, corrected: { text, instead: false } };
}

async function ask(
  index: Pick<SearchIndex, 'search' | 'held'>,
  vocabulary: QueryVocabulary,
  query: SearchQuery,
  dropped: readonly string[] | undefined,
): Promise<FindResult> {
  const keystrokes = maybeKeystrokes(query.text);
  const counts = keystrokes.length === 0 ? [] : await index.held(keystrokes.map((fold) => [fold]));
  const held = new Map(keystrokes.map((fold, place) => [fold, counts[place]!]));
  const { query: understood, chips } = understand(query.text, vocabulary, { dropped, held });
  return {
    ...(await index.search({ ...query, understood })),
    understood: chips,
    corrected: null,
    text: written(query.text, chips),
  };
}

/** What an input method would have written of the whole query. */
const written = (text: string, chips: readonly Chip[]): string =>
  chips.filter(({ kind }) => kind === 'keys').reduce((done, { typed, label }) => done.replace(typed, label), text);
