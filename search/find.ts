import { corrections } from './query/correct.ts';
import { type Chip, maybeKeystrokes, understand, type UnderstandingOptions } from './query/understand.ts';
import type { QueryVocabulary } from './query/query-vocabulary.ts';
import { tokens } from './vietnamese/fold.ts';
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

/** Questions to the engine for one find: six at most, of which up to three come before corrections are tried and two are for judging them. */
const mostQuestions = 6;
/** Corrections that are tried. Each is one question more, for a query that was not found whole. */
const mostTried = 2;

/**
 * Finds by what a query means. Asks the index once; twice where words may be keystrokes or letters of an old encoding; up to six times
 * where not all is found and a slip of the hand may be why. A correction is given only where it finds something for this very reader.
 */
export async function find(
  index: Pick<SearchIndex, 'search' | 'held'>,
  vocabulary: QueryVocabulary,
  asked: FindQuery,
): Promise<FindResult> {
  const { literal, dropped, ...query } = asked;
  if (literal || query.text.trim() === '')
    return { ...(await index.search(query)), understood: [], corrected: null, text: query.text };
  let questions = 0;
  const engine: Pick<SearchIndex, 'search' | 'held'> = {
    search: (one) => (questions++, index.search(one)),
    held: (words) => (questions++, index.held(words)),
  };
  const repaired = repairShortText(query.text);
  const held = await heldKeystrokes(engine, [query.text, repaired]);
  const ask = (text: string): Promise<FindResult> =>
    understoodAndAsked(engine, vocabulary, { ...query, text }, { dropped, held });
  // Copied out of an old document: what its letters stand for, where anything is found by that.
  if (repaired !== query.text) {
    const meant = await ask(repaired);
    if (meant.total > 0) return { ...meant, corrected: { text: repaired, instead: true } };
  }
  const found = await ask(query.text);
  if (found.foundBy === 'together' || found.foundBy === 'apart') return found;
  const maybe = await corrections(found.text, (words) => engine.held(words), knownRight(found));
  let offered: FindResult | null = null;
  for (const { text, word } of maybe.slice(0, Math.min(mostTried, mostQuestions - questions))) {
    // It is a word of the library, whatever keys it looks like.
    held.set(word, 1);
    const instead = await ask(text);
    if (instead.total === 0 || instead.foundBy === 'some') continue;
    // Where a part of what was typed was found, only what is found whole takes its place; else it is offered.
    if (instead.foundBy === 'together') return { ...instead, corrected: { text, instead: true } };
    offered ??=
      found.total === 0
        ? { ...instead, corrected: { text, instead: true } }
        : { ...found, corrected: { text, instead: false } };
  }
  return offered ?? found;
}

/** Folded words that are no slips: those that name what was understood, and `coong` where other words are keystrokes too. */
function knownRight({ understood, text }: FindResult): Set<string> {
  const named = understood.filter(({ kind }) => kind === 'facet').flatMap(({ typed }) => tokens(typed));
  const keyed = understood.some(({ kind }) => kind === 'keys') ? maybeKeystrokes(text) : [];
  return new Set([...named.map(({ fold }) => fold), ...keyed]);
}

/** How many records and pages hold the words of the texts that may be keystrokes. */
async function heldKeystrokes(
  index: Pick<SearchIndex, 'held'>,
  texts: readonly string[],
): Promise<Map<string, number>> {
  const keystrokes = [...new Set(texts.flatMap(maybeKeystrokes))];
  const counts = keystrokes.length === 0 ? [] : await index.held(keystrokes.map((fold) => [fold]));
  return new Map(keystrokes.map((fold, place) => [fold, counts[place]!]));
}

async function understoodAndAsked(
  index: Pick<SearchIndex, 'search'>,
  vocabulary: QueryVocabulary,
  query: SearchQuery,
  options: UnderstandingOptions,
): Promise<FindResult> {
  const { query: understood, chips } = understand(query.text, vocabulary, options);
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
