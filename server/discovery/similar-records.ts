import type { Reading, UnderstoodQuery } from '../../search/query/understood.ts';
import type { SearchFacets } from '../../search/facets.ts';
import type { SearchHit } from '../../search/search-index.ts';
import { tokens } from '../../search/vietnamese/fold.ts';
import { recordById } from '../../storage/metadata/records.ts';
import type { Actor } from '../access/actor.ts';
import { audienceOfActor } from '../access/audience.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { rebuiltWhereDamaged, type Searching } from './asked-search.ts';

const mostSimilar = 8;
/** Words of the title that are looked up, and those of them that are asked for. */
const mostWords = 24;
const mostTelling = 6;

/**
 * Records like this one that the actor may find, the likest first, never itself: those that share its rare words and its subjects, then
 * those of its subject and grade. Two searches at most. Throws record-not-found.
 */
export async function similarTo({ metadata, search }: Searching, actor: Actor, id: string): Promise<SearchHit[]> {
  const record = authorize(recordPolicy, 'record-not-found', actor, 'see', await recordById(metadata.queries, id));
  const { title, keywords, subjects, grades } = descriptionOf(record);
  const audience = audienceOfActor(actor);
  return rebuiltWhereDamaged(metadata, async () => {
    const alike = async (facets: Partial<SearchFacets>, readings: Reading[]): Promise<SearchHit[]> => {
      const understood: UnderstoodQuery = {
        wanted: readings.length > 0 ? [{ readings, quoted: false, field: null }] : [],
        unwanted: [],
        marked: false,
      };
      const { hits } = await search.search({
        text: '',
        understood,
        audience,
        facets,
        sort: 'relevance',
        offset: 0,
        limit: mostSimilar + 1,
        pagesPerRecord: 0,
      });
      return hits;
    };
    const found = new Map<string, SearchHit>();
    const add = (hits: SearchHit[]): void => {
      for (const hit of hits)
        if (hit.id !== id && !found.has(hit.id)) found.set(hit.id, { ...hit, pages: [], pagesTotal: 0 });
    };
    const telling = await tellingWords(search, [title, ...keywords]);
    const shared = { subject: subjects };
    if (telling.length > 0) add(await alike(shared, telling));
    if (found.size < mostSimilar && subjects.length > 0) add(await alike({ ...shared, grade: grades }, []));
    return [...found.values()].slice(0, mostSimilar);
  });
}

/** Of the words and pairs of words, those that the fewest others hold; what this record alone holds leads nowhere. */
async function tellingWords(search: Searching['search'], texts: readonly string[]): Promise<Reading[]> {
  const asked = new Map<string, string[]>();
  for (const text of texts) {
    const folds = tokens(text).map(({ fold }) => fold);
    folds.forEach((fold, place) => {
      const next = folds[place + 1];
      if (next !== undefined) asked.set(`${fold} ${next}`, [fold, next]);
      // A syllable says little, a name or a term of another language much.
      else if (folds.length === 1) asked.set(fold, [fold]);
    });
  }
  const words = [...asked.values()].slice(0, mostWords);
  if (words.length === 0) return [];
  const counts = await search.held(words);
  return words
    .map((folds, place) => ({ folds, count: counts[place]! }))
    .filter(({ count }) => count > 1)
    .sort((a, b) => a.count - b.count)
    .slice(0, mostTelling)
    .map(({ folds }, place) => ({
      kind: 'words',
      words: folds.map((fold) => ({ fold, tone: fold })),
      likeness: 1 - place * 0.1,
    }));
}
