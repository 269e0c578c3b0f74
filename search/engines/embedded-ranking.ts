import type { Group, HeldReading } from './embedded-groups.ts';
import { placesIn } from './embedded-lists.ts';
import { startOf, toneByte, type Postings } from './embedded-postings.ts';
import type { Snapshot } from './embedded-snapshot.ts';
import { fields, fieldShift } from './embedded-terms.ts';

/** A word is worth so much in each field; in a page at most 1. */
const fieldWeights: number[] = [];
fieldWeights[fields.title] = 8;
fieldWeights[fields.agents] = 5;
fieldWeights[fields.keywords] = 3;
fieldWeights[fields.abstract] = 2;
/** A word with other marks than those typed. */
const otherMarks = 0.5;
/** Two words of the query that stand together, relative to what they are worth alone. */
const together = 0.75;
/** A title that is nothing but the query. */
const wholeTitle = 2;
/** BM25: how soon more of the same word on a page stops counting, and how much long pages are held back. */
const saturation = 1.2;
const lengthNorm = 0.75;
/** A record that is what a word names, by its facets, is worth more than the word in a name: `văn` is a subject before it is Vân. */
const facetWeight = 6;

/** What is scored. Entries and pages ascend; each page is of one of the entries. */
export interface Scoring {
  snapshot: Pick<Snapshot, 'entryOfPage' | 'titleWords' | 'lengthOf' | 'livePages' | 'pageWords'>;
  groups: readonly Group[];
  entries: Int32Array;
  pages: Int32Array;
  /** By entry, the groups that its fields hold, a bit each. */
  fieldMask: Uint32Array;
  /** Whether anything was typed with marks. */
  marked: boolean;
}

export interface Scores {
  /** By place in the entries: the fields and the best page, made of fields × share + bestPage + title. */
  records: Float64Array;
  fields: Float64Array;
  share: Float64Array;
  bestPage: Float64Array;
  title: Float64Array;
  /** By place in the pages. */
  pages: Float64Array;
  /** By place in the pages: the place of its entry. */
  entryAt: Int32Array;
}

interface Adding {
  scoring: Scoring;
  pages: Float64Array;
  fields: Float64Array;
  inTitle: Float64Array;
  averageWords: number;
}

/** Looks only at the documents scored; of each part of the query and each pair of neighbours what stands in them. */
export function scored(scoring: Scoring): Scores {
  const { snapshot, groups, entries, pages } = scoring;
  const adding: Adding = {
    scoring,
    pages: new Float64Array(pages.length),
    fields: new Float64Array(entries.length),
    inTitle: new Float64Array(entries.length),
    averageWords: Math.max(1, snapshot.pageWords / Math.max(1, snapshot.livePages)),
  };
  // Where the words as typed stand is looked up once: their worth and that of neighbours need it.
  const places = groups.map(({ readings: [first] }) => placesOf(first!, scoring));
  groups.forEach((group, number) => addGroup(adding, group, places[number]!));
  for (let number = 1; number < groups.length; number++) {
    addNeighbours(adding, [groups[number - 1]!, places[number - 1]!], [groups[number]!, places[number]!]);
  }
  return gathered(adding);
}

/** Where the entries and pages scored stand in the postings of a reading; -1 where they do not. */
interface Places {
  entries: Int32Array;
  pages: Int32Array;
}

const placesOf = (reading: HeldReading, { entries, pages }: Scoring): Places => ({
  entries: placesIn(entries, reading.entries.docs),
  pages: placesIn(pages, reading.pages.docs),
});

/** What a group is worth in each document: by the reading of it that is worth most there. */
function addGroup(adding: Adding, { readings, weight }: Group, placesOfFirst: Places): void {
  const { scoring } = adding;
  if (readings.length === 1) {
    const [only] = readings;
    addReading(adding, only!, weight, placesOfFirst, adding);
    return;
  }
  const best = blank(scoring);
  const one = blank(scoring);
  readings.forEach((reading, number) => {
    one.pages.fill(0);
    one.fields.fill(0);
    one.inTitle.fill(0);
    addReading(adding, reading, weight, number === 0 ? placesOfFirst : placesOf(reading, scoring), one);
    for (const name of ['pages', 'fields', 'inTitle'] as const) keepLarger(best[name], one[name]);
  });
  for (const name of ['pages', 'fields', 'inTitle'] as const) {
    const sums = adding[name];
    const more = best[name];
    for (let at = 0; at < sums.length; at++) sums[at]! += more[at]!;
  }
}

type Sums = Pick<Adding, 'pages' | 'fields' | 'inTitle'>;
const blank = ({ entries, pages }: Scoring): Sums => ({
  pages: new Float64Array(pages.length),
  fields: new Float64Array(entries.length),
  inTitle: new Float64Array(entries.length),
});

function keepLarger(kept: Float64Array, other: Float64Array): void {
  for (let at = 0; at < kept.length; at++) if (other[at]! > kept[at]!) kept[at] = other[at]!;
}

function addReading(adding: Adding, reading: HeldReading, weight: number, places: Places, to: Sums): void {
  const { scoring, averageWords } = adding;
  const { span, likeness } = reading;
  const typed = scoring.marked && span > 0 ? toneByte(reading.tone) : 0;
  const scale = likeness * weight * (1 + together * Math.max(0, span - 1));
  const { lengthOf } = scoring.snapshot;
  const onPages = reading.pages;
  for (let at = 0; at < places.pages.length; at++) {
    const index = places.pages[at]!;
    if (index < 0) continue;
    const start = startOf(onPages, index);
    const end = onPages.ends[index]!;
    let found = end - start;
    if (typed !== 0) {
      found = 0;
      for (let spot = start; spot < end; spot++) found += alike(typed, onPages.spots[spot]! & 0xff);
    }
    const long = 1 - lengthNorm + (lengthNorm * lengthOf[scoring.pages[at]!]!) / averageWords;
    to.pages[at]! += (scale * found) / (found + saturation * long);
  }
  const inFields = reading.entries;
  for (let at = 0; at < places.entries.length; at++) {
    const index = places.entries[at]!;
    if (index < 0) continue;
    if (span === 0) {
      to.fields[at]! += scale * facetWeight;
      continue;
    }
    let worth = 0;
    const end = inFields.ends[index]!;
    for (let spot = startOf(inFields, index); spot < end; spot++) {
      const packed = inFields.spots[spot]!;
      const field = (packed >>> 8) >> fieldShift;
      const value = fieldWeights[field]! * alike(typed, packed & 0xff);
      if (value > worth) worth = value;
      if (field === fields.title) to.inTitle[at]! += span;
    }
    to.fields[at]! += scale * worth;
  }
}

const alike = (typed: number, found: number): number =>
  typed === 0 || found === 0 || typed === found ? 1 : otherMarks;

/** Two parts of the query, by their words as typed, that stand side by side. */
function addNeighbours(
  adding: Adding,
  [first, placesOfFirst]: [Group, Places],
  [second, placesOfSecond]: [Group, Places],
): void {
  const weight = ((first.weight + second.weight) / 2) * together;
  const [before] = first.readings;
  const [after] = second.readings;
  const { span } = before!;
  for (let at = 0; at < placesOfFirst.pages.length; at++) {
    const [a, b] = [placesOfFirst.pages[at]!, placesOfSecond.pages[at]!];
    if (a < 0 || b < 0) continue;
    const { count } = neighbours(before!.pages, a, after!.pages, b, span);
    if (count > 0) adding.pages[at]! += (2 * weight * count) / (count + 0.5);
  }
  for (let at = 0; at < placesOfFirst.entries.length; at++) {
    const [a, b] = [placesOfFirst.entries[at]!, placesOfSecond.entries[at]!];
    if (a < 0 || b < 0) continue;
    const { count, place } = neighbours(before!.entries, a, after!.entries, b, span);
    if (count > 0) adding.fields[at]! += weight * fieldWeights[place >> fieldShift]!;
  }
}

const met = { count: 0, place: 0 };

/** How often one stands `distance` before the other in a document that holds both, and where first. The answer is good until the next. */
function neighbours(
  first: Postings,
  i: number,
  second: Postings,
  j: number,
  distance: number,
): { count: number; place: number } {
  met.count = 0;
  let other = startOf(second, j);
  const otherEnd = second.ends[j]!;
  const end = first.ends[i]!;
  for (let spot = startOf(first, i); spot < end && other < otherEnd; spot++) {
    const place = (first.spots[spot]! >>> 8) + distance;
    while (other < otherEnd && second.spots[other]! >>> 8 < place) other++;
    if (other < otherEnd && second.spots[other]! >>> 8 === place && met.count++ === 0) met.place = place - distance;
  }
  return met;
}

function gathered({ scoring, pages, fields: ofFields, inTitle }: Adding): Scores {
  const { snapshot, groups, entries, fieldMask } = scoring;
  const whole = groups.reduce((sum, one) => sum + one.weight, 0);
  const count = entries.length;
  const scores: Scores = {
    records: new Float64Array(count),
    fields: ofFields,
    share: new Float64Array(count),
    bestPage: new Float64Array(count),
    title: new Float64Array(count),
    pages,
    entryAt: entriesOfPages(scoring),
  };
  for (let at = 0; at < pages.length; at++) {
    const entry = scores.entryAt[at]!;
    if (pages[at]! > scores.bestPage[entry]!) scores.bestPage[entry] = pages[at]!;
  }
  for (let at = 0; at < count; at++) {
    const mask = fieldMask[entries[at]!]!;
    let held = 0;
    for (let number = 0; number < groups.length; number++) if (mask & (1 << number)) held += groups[number]!.weight;
    // Fields that hold one word of three must not outrank fields that hold all, however good the one place.
    scores.share[at] = whole === 0 ? 0 : held / whole;
    const titleWords = snapshot.titleWords[entries[at]!]!;
    const covered = titleWords > 0 ? Math.min(1, inTitle[at]! / titleWords) : 0;
    scores.title[at] = covered * wholeTitle;
    scores.records[at] = ofFields[at]! * scores.share[at]! + scores.bestPage[at]! + scores.title[at]!;
  }
  return scores;
}

/** Pages of one record mostly follow one another, so the place of the last is tried before it is searched for. */
function entriesOfPages({ snapshot, entries, pages }: Scoring): Int32Array {
  const at = new Int32Array(pages.length);
  let last = 0;
  for (let place = 0; place < pages.length; place++) {
    const entry = snapshot.entryOfPage[pages[place]!]!;
    if (entries[last] !== entry) {
      if (entries[last + 1] === entry) last++;
      else last = searched(entries, entry);
    }
    at[place] = last;
  }
  return at;
}

function searched(list: Int32Array, wanted: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
