import type { Group, HeldReading } from './embedded-groups.ts';
import { placesIn } from './embedded-lists.ts';
import { addMostOfPages, addNeighboursInFields, type Pair, type Places } from './embedded-neighbours.ts';
import { runsOf, type PageRuns } from './embedded-pages.ts';
import { startOf, type Postings } from './embedded-postings.ts';
import type { Room } from './embedded-room.ts';
import type { Snapshot } from './embedded-snapshot.ts';
import { fields, fieldShift } from './embedded-terms.ts';
import {
  alike,
  facetWeight,
  fieldWeights,
  lengthNorm,
  saturation,
  together,
  toneTyped,
  wholeTitle,
} from './embedded-weights.ts';

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
  room: Room;
}

/**
 * By place in the entries and pages. Whether words stand side by side is looked up only where it can matter (settle()): until then a page,
 * and a record by it, is worth no less here than it will be.
 */
export interface Scores {
  /** The fields and the best page, made of fields × share + bestPage + title. */
  records: Float64Array;
  fields: Float64Array;
  share: Float64Array;
  bestPage: Float64Array;
  title: Float64Array;
  pages: Float64Array;
  /** What the words of a page are worth by themselves. */
  words: Float64Array;
  runs: PageRuns;
  pairs: Pair[];
}

interface Adding {
  scoring: Scoring;
  pages: Float64Array;
  fields: Float64Array;
  inTitle: Float64Array;
  averageWords: number;
}

/** Looks only at the documents scored; of each part of the query what stands in them. */
export function bounded(scoring: Scoring): Scores {
  const { snapshot, groups, pages, room } = scoring;
  const adding: Adding = {
    scoring,
    ...blank(scoring),
    averageWords: averageWords(snapshot),
  };
  // Where the words as typed stand is looked up once: their worth and that of neighbours need it.
  const places = groups.map(({ readings: [first] }) => placesOf(first!, scoring));
  groups.forEach((group, number) => addGroup(adding, group, places[number]!));
  const pairs = groups.slice(1).map((group, number): Pair => {
    const before = groups[number]!;
    return {
      weight: ((before.weight + group.weight) / 2) * together,
      before: before.readings[0]!,
      after: group.readings[0]!,
      inBefore: places[number]!,
      inAfter: places[number + 1]!,
    };
  });
  const most = pairs.length === 0 ? adding.pages : room.floats(pages.length);
  if (pairs.length > 0) most.set(adding.pages);
  for (const pair of pairs) {
    addNeighboursInFields(adding.fields, pair);
    addMostOfPages(most, pair);
  }
  return gathered(adding, pairs, most);
}

const placesOf = (reading: HeldReading, { entries, pages, room }: Scoring): Places => ({
  entries: placesIn(entries, reading.entries, room),
  pages: placesIn(pages, reading.pages, room),
});

/** What a group is worth in each document: by the reading of it that is worth most there. */
function addGroup(adding: Adding, { readings, weight }: Group, ofFirst: Places): void {
  const { scoring } = adding;
  if (readings.length === 1) {
    const [only] = readings;
    addReading(adding, only!, weight, ofFirst, adding);
    return;
  }
  const best = blank(scoring);
  const one = blank(scoring);
  readings.forEach((reading, number) => {
    one.pages.fill(0);
    one.fields.fill(0);
    one.inTitle.fill(0);
    addReading(adding, reading, weight, number === 0 ? ofFirst : placesOf(reading, scoring), one);
    for (const name of ['pages', 'fields', 'inTitle'] as const) keepLarger(best[name], one[name]);
  });
  for (const name of ['pages', 'fields', 'inTitle'] as const) {
    const sums = adding[name];
    const more = best[name];
    for (let at = 0; at < sums.length; at++) sums[at]! += more[at]!;
  }
}

type Sums = Pick<Adding, 'pages' | 'fields' | 'inTitle'>;
const blank = ({ entries, pages, room }: Scoring): Sums => ({
  pages: room.sums(pages.length),
  fields: room.sums(entries.length),
  inTitle: room.sums(entries.length),
});

function keepLarger(kept: Float64Array, other: Float64Array): void {
  for (let at = 0; at < kept.length; at++) if (other[at]! > kept[at]!) kept[at] = other[at]!;
}

function addReading(adding: Adding, reading: HeldReading, weight: number, places: Places, to: Sums): void {
  const { scoring } = adding;
  const { span } = reading;
  const typed = toneTyped(reading, scoring.marked);
  const scale = scaleOf(reading, weight);
  addOnPages(to.pages, reading.pages, places.pages, scoring, scale, typed, adding.averageWords);
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

/** What a reading is worth of its group: a phrase more than its first word. */
export const scaleOf = ({ likeness, span }: HeldReading, weight: number): number =>
  likeness * weight * (1 + together * Math.max(0, span - 1));

/** Of a page. */
export const averageWords = ({ pageWords, livePages }: Pick<Snapshot, 'pageWords' | 'livePages'>): number =>
  Math.max(1, pageWords / Math.max(1, livePages));

/** BM25. A word with other marks than those typed counts as part of one. */
function addOnPages(
  to: Float64Array,
  { ends, spots }: Postings,
  places: Int32Array,
  { pages, snapshot: { lengthOf } }: Scoring,
  scale: number,
  typed: number,
  averageWords: number,
): void {
  const least = saturation * (1 - lengthNorm);
  const perWord = (saturation * lengthNorm) / averageWords;
  for (let at = 0; at < to.length; at++) {
    const index = places[at]!;
    if (index < 0) continue;
    const start = index === 0 ? 0 : ends[index - 1]!;
    const end = ends[index]!;
    let found = end - start;
    if (typed !== 0) {
      found = 0;
      for (let spot = start; spot < end; spot++) found += alike(typed, spots[spot]! & 0xff);
    }
    to[at]! += (scale * found) / (found + least + perWord * lengthOf[pages[at]!]!);
  }
}

function gathered(
  { scoring, pages: words, fields: ofFields, inTitle }: Adding,
  pairs: Pair[],
  pages: Float64Array,
): Scores {
  const { snapshot, groups, entries, fieldMask } = scoring;
  const whole = groups.reduce((sum, one) => sum + one.weight, 0);
  const count = entries.length;
  const runs = runsOf(scoring);
  const scores: Scores = {
    records: scoring.room.floats(count),
    fields: ofFields,
    share: scoring.room.sums(count),
    bestPage: scoring.room.floats(count),
    title: scoring.room.sums(count),
    pages,
    words,
    runs,
    pairs,
  };
  for (let at = 0; at < count; at++) {
    let best = 0;
    for (let run = runs.last[at]!; run >= 0; run = runs.list[run + 2]!) {
      const end = runs.list[run + 1]!;
      for (let page = runs.list[run]!; page < end; page++) if (pages[page]! > best) best = pages[page]!;
    }
    scores.bestPage[at] = best;
    const mask = fieldMask[entries[at]!]!;
    if (mask === 0) {
      scores.records[at] = best;
      continue;
    }
    let held = 0;
    for (let number = 0; number < groups.length; number++) if (mask & (1 << number)) held += groups[number]!.weight;
    // Fields that hold one word of three must not outrank fields that hold all, however good the one place.
    scores.share[at] = whole === 0 ? 0 : held / whole;
    const titleWords = snapshot.titleWords[entries[at]!]!;
    const covered = titleWords > 0 ? Math.min(1, inTitle[at]! / titleWords) : 0;
    scores.title[at] = covered * wholeTitle;
    scores.records[at] = ofFields[at]! * scores.share[at]! + best + scores.title[at]!;
  }
  return scores;
}
