import type { Reading, UnderstoodGroup, UnderstoodQuery } from '../query/understood.ts';
import { rarity } from './embedded-groups.ts';
import { behindBest, leastShare } from './embedded-relaxing.ts';
import { initialsTerm, wordTerm } from './embedded-terms.ts';
import { exactValue, pairValue, termValue } from './meilisearch-documents.ts';
import { all, any, has, not, nothing, type Attribute, type Filter } from './meilisearch-filter.ts';
import { unlikePhrase } from './meilisearch-phrases.ts';
import type { ServerAnswer, ServerQuery } from './meilisearch-server.ts';

export type Ask = <T extends object>(queries: ServerQuery[]) => Promise<ServerAnswer<T>[]>;

/** A word or phrase of the query, as what a document must be to hold it. */
export interface AskedGroup {
  group: UnderstoodGroup;
  /** In the fields of its record. */
  inFields: Filter;
  /** On the page itself. */
  onPage: Filter;
  /** On any page of the record. */
  onAnyPage: Filter;
}

export interface Counts {
  records: number;
  pages: number;
  pageWords: number;
  /** Documents that hold each group, and what that makes it weigh. */
  held: number[];
  weights: number[];
}

/** One answer to "what matches". */
export interface Matched {
  /** Documents whose records match, with rights but without facets: records, and pages of records that match by a page only. */
  documents: Filter;
  /** Pages that match, of those records. */
  pages: Filter;
}

const isRecord = has('kind', 'record');
export const isPage = has('kind', 'page');
/** Phrases whose neighbours are looked at one by one in a query; of more only every pair is. */
const mostChecked = 4;
/** Values in one list: see filterText(). */
export const mostValues = 200;

/** What a document must be to hold a reading; of words, each of them and every two that must follow one another. */
function holds(attribute: Attribute, reading: Reading): Filter {
  if (reading.kind === 'facet') return attribute === 'fields' ? has(reading.facet, exactValue(reading.code)) : nothing;
  if (reading.kind === 'initials') return has(attribute, termValue(initialsTerm(reading.letters)));
  const terms = reading.words.map(({ fold }) => wordTerm(fold));
  const pairs = terms.slice(1).map((term, place) => pairValue(terms[place]!, term));
  return all(...[...terms.map(termValue), ...pairs].map((value) => has(attribute, value)));
}

const fieldAttributes = { title: 'heading', agents: 'names', keywords: 'labels' } as const;

/** Words of a phrase that holding every pair of does not prove. */
const isLoose = ({ readings }: UnderstoodGroup): boolean =>
  readings.some((reading) => reading.kind === 'words' && reading.words.length > 2);

export async function askedGroups(
  ask: Ask,
  query: UnderstoodQuery,
): Promise<{ wanted: AskedGroup[]; unwanted: AskedGroup[] }> {
  const plain = (group: UnderstoodGroup): AskedGroup => {
    const by = (attribute: Attribute): Filter => any(...group.readings.map((reading) => holds(attribute, reading)));
    if (group.field !== null)
      return { group, inFields: by(fieldAttributes[group.field]), onPage: nothing, onAnyPage: nothing };
    return { group, inFields: by('fields'), onPage: by('words'), onAnyPage: by('everywhere') };
  };
  const wanted = query.wanted.map(plain);
  const unwanted = query.unwanted.map(plain);
  const loose = [...wanted, ...unwanted].filter(({ group }) => isLoose(group));
  if (loose.length > 0) await tighten(ask, loose.slice(0, mostChecked));
  return { wanted, unwanted };
}

/** Takes out the documents that hold every pair of a phrase, but not one after the other. */
async function tighten(ask: Ask, groups: AskedGroup[]): Promise<void> {
  const unlike = await unlikePhrase(ask, groups);
  groups.forEach((group, place) => {
    const { records, pages } = unlike[place]!;
    const without = (filter: Filter, attribute: Attribute, values: string[]): Filter =>
      values.length === 0 ? filter : all(filter, not(has(attribute, ...values)));
    group.inFields = without(group.inFields, 'record', records.slice(0, mostValues));
    group.onPage = without(group.onPage, 'key', pages.slice(0, mostValues));
  });
}

/** How rare each group is, among all documents and not only those the reader may see. */
export async function countGroups(ask: Ask, groups: AskedGroup[]): Promise<Counts> {
  const [records, pages, ...held] = await ask([
    { filter: isRecord, limit: 0 },
    { filter: isPage, limit: 0, facets: ['length'] },
    ...groups.map(({ inFields, onPage }) => ({ filter: any(all(isRecord, inFields), onPage), limit: 0 })),
  ]);
  const lengths = Object.entries(pages!.facets['length'] ?? {});
  const among = records!.total + pages!.total;
  return {
    records: records!.total,
    pages: pages!.total,
    pageWords: lengths.reduce((sum, [length, count]) => sum + Number(length) * count, 0),
    held: held.map(({ total }) => total),
    weights: held.map(({ total }) => rarity(Math.min(total, among), among)),
  };
}

export interface Allowed {
  /** Rights, or the records of one file; without what must not be in the fields. */
  base: Filter;
  /** Not on a page that holds what must not be there. */
  unblocked: Filter;
}

export function allowedWithout(base: Filter, unwanted: AskedGroup[]): Allowed {
  return {
    base: all(base, ...unwanted.map(({ inFields }) => not(inFields))),
    unblocked: not(any(...unwanted.map(({ onPage }) => onPage))),
  };
}

/** Everything that may be found, where no word is asked for. */
export const everything = ({ base }: Allowed): Matched => ({ documents: all(isRecord, base), pages: nothing });

/** By the fields, or by the fields and one page that together hold everything. */
export function onOnePage(allowed: Allowed, groups: AskedGroup[]): Matched {
  const inFields = all(...groups.map((group) => group.inFields));
  const onPage = all(...groups.map((group) => group.onPage));
  const together = all(...groups.map((group) => any(group.inFields, group.onPage)), not(inFields));
  const page = all(isPage, allowed.base, allowed.unblocked);
  return {
    documents: any(all(isRecord, allowed.base, inFields), all(page, together)),
    pages: all(page, any(onPage, together)),
  };
}

/** Pages that hold a word which the fields do not. */
const adds = (groups: AskedGroup[]): Filter => any(...groups.map(({ inFields, onPage }) => all(onPage, not(inFields))));

/** By the fields and all pages together. A phrase or a page that must not be there needs a look at each record. */
export async function onAllPages(
  ask: Ask,
  allowed: Allowed,
  groups: AskedGroup[],
  blocks: boolean,
): Promise<Matched | null> {
  const records = all(isRecord, allowed.base, ...groups.map(({ inFields, onAnyPage }) => any(inFields, onAnyPage)));
  const page = all(isPage, allowed.base, allowed.unblocked);
  const pages = all(page, adds(groups));
  if (!blocks && !groups.some(({ group }) => isLoose(group))) return { documents: records, pages };
  const [found] = await ask<{ record: string }>([{ filter: records, limit: mostValues, retrieve: ['record'] }]);
  const candidates = found!.hits.map(({ record }) => record);
  if (candidates.length === 0) return null;
  const among = has('record', ...candidates);
  const held = await ask<{ record: string }>(
    groups.map(({ inFields, onPage }) => ({
      filter: all(among, any(all(isRecord, inFields), all(page, onPage))),
      limit: candidates.length,
      distinct: true,
      retrieve: ['record'],
    })),
  );
  const holding = held.map(({ hits }) => new Set(hits.map(({ record }) => record)));
  const kept = candidates.filter((record) => holding.every((one) => one.has(record)));
  if (kept.length === 0) return null;
  return { documents: all(isRecord, has('record', ...kept)), pages: all(pages, has('record', ...kept)) };
}

/** Documents looked at for each word when only some of the words can be had. */
const mostLooked = 20_000;

/** By the most telling words, while phrases stay required. */
export async function mostTelling(
  ask: Ask,
  allowed: Allowed,
  groups: AskedGroup[],
  weights: number[],
): Promise<Matched | null> {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const page = all(isPage, allowed.base, allowed.unblocked);
  const asked = (filter: Filter): Filter => any(all(isRecord, allowed.base, filter), all(page, filter));
  const required = groups.filter(({ group }) => group.quoted).map(({ inFields, onPage }) => any(inFields, onPage));
  // Who holds none of the rarest words cannot reach the least share with all the others.
  const rarest = groups.map((_, number) => number).sort((a, b) => weights[b]! - weights[a]!);
  let rest = whole;
  const telling = rarest.filter((number) => {
    if (rest < whole * leastShare) return false;
    rest -= weights[number]!;
    return true;
  });
  const worth = all(
    ...required,
    any(...telling.map((number) => any(groups[number]!.inFields, groups[number]!.onPage))),
  );
  const found = await ask<{ key: string; record: string }>(
    groups.map(({ inFields, onPage }) => ({
      filter: asked(all(worth, any(inFields, onPage))),
      limit: mostLooked,
      retrieve: ['key', 'record'],
    })),
  );
  const held = new Map<string, { record: string; weight: number; mask: number }>();
  found.forEach(({ hits }, number) => {
    for (const { key, record } of hits) {
      const one = held.get(key) ?? { record, weight: 0, mask: 0 };
      held.set(key, one);
      one.weight += weights[number]!;
      one.mask = (one.mask | (1 << number)) >>> 0;
    }
  });
  const phrases = groups.reduce((mask, { group }, number) => (group.quoted ? (mask | (1 << number)) >>> 0 : mask), 0);
  const full = [...held.values()].filter(({ mask }) => (mask & phrases) >>> 0 === phrases);
  const top = full.reduce((most, { weight }) => Math.max(most, weight), 0);
  const least = Math.max(top * behindBest, whole * leastShare);
  if (top === 0 || top < least - 1e-9) return null;
  const masks = new Set(full.filter(({ weight }) => weight >= least - 1e-9).map(({ mask }) => mask));
  return byMasks(allowed, groups, minimal([...masks]));
}

/** Of sets of words those that hold no other of them. */
const minimal = (masks: number[]): number[] =>
  masks.filter((mask) => !masks.some((other) => other !== mask && (mask & other) >>> 0 === other));

/** What holds one of the sets of words has at least its weight: no list of documents is needed. */
function byMasks(allowed: Allowed, groups: AskedGroup[], masks: number[]): Matched {
  const setOf = (mask: number): AskedGroup[] => groups.filter((_, number) => mask & (1 << number));
  const page = all(isPage, allowed.base, allowed.unblocked);
  const fieldsHold = any(...masks.map((mask) => all(...setOf(mask).map(({ inFields }) => inFields))));
  const together = any(
    ...masks.map((mask) => all(...setOf(mask).map(({ inFields, onPage }) => any(inFields, onPage)))),
  );
  return {
    documents: any(all(isRecord, allowed.base, fieldsHold), all(page, together)),
    pages: all(page, together, adds(groups)),
  };
}
