import { eachNeighbour, placeAt, startOf, toneAt, toneByte } from './embedded-postings.ts';
import type { Group, Matches } from './embedded-matching.ts';
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

export interface Scores {
  /** By record: its fields and its best page. */
  records: Float64Array;
  /** By document; only pages that match have one. */
  pages: Float64Array;
  /** By record, what its score is made of: fields × share + bestPage + title. */
  fields: Float64Array;
  share: Float64Array;
  bestPage: Float64Array;
  title: Float64Array;
}

/** Scores of the records chosen (1 by record), in one pass over the postings of each group and of each pair of neighbours. */
export function scored(snapshot: Snapshot, matches: Matches, chosen: Uint8Array, marked: boolean): Scores {
  const { groups } = matches;
  const pages = new Float64Array(snapshot.nextDoc);
  const ofFields = new Float64Array(snapshot.records);
  const inTitle = new Uint16Array(snapshot.records);
  const counts = (doc: number): boolean => {
    const record = snapshot.recordOf[doc]!;
    return record >= 0 && chosen[record] === 1 && (snapshot.fileOf[doc]! < 0 || matches.pages[doc] === 1);
  };
  for (const one of groups) addWord(snapshot, one, counts, marked, pages, ofFields, inTitle);
  for (let number = 1; number < groups.length; number++) {
    addNeighbours(snapshot, groups[number - 1]!, groups[number]!, counts, pages, ofFields);
  }
  return gathered(snapshot, matches, chosen, pages, ofFields, inTitle);
}

/** A record that is what a word names, by its facets, is worth more than the word in a name: `văn` is a subject before it is Vân. */
const facetWeight = 6;

/** What each group is worth in each document: by the reading of it that is worth most there. */
function addWord(
  snapshot: Snapshot,
  { readings, weight, inField }: Group,
  counts: (doc: number) => boolean,
  marked: boolean,
  pages: Float64Array,
  ofFields: Float64Array,
  inTitle: Uint16Array,
): void {
  const averageWords = Math.max(1, snapshot.pageWords / Math.max(1, snapshot.livePages));
  const add = (doc: number, worth: number, titleWords: number): void => {
    if (snapshot.fileOf[doc]! >= 0) pages[doc]! += worth;
    else {
      ofFields[snapshot.recordOf[doc]!]! += worth;
      inTitle[snapshot.recordOf[doc]!]! += titleWords;
    }
  };
  const best = new Map<number, { worth: number; titleWords: number }>();
  for (const { postings, span, tone, likeness } of readings) {
    const typed = marked && span > 0 ? toneByte(tone) : 0;
    const { docs, ends, spots } = postings;
    for (let index = 0; index < docs.length; index++) {
      const doc = docs[index]!;
      if (!counts(doc)) continue;
      const end = ends[index]!;
      let worth = 0;
      let titleWords = 0;
      if (span === 0) worth = facetWeight;
      else if (snapshot.fileOf[doc]! >= 0) {
        if (inField) continue;
        let found = 0;
        for (let spot = startOf(postings, index); spot < end; spot++) found += alike(typed, toneAt(spots, spot));
        const long = 1 - lengthNorm + (lengthNorm * snapshot.lengthOf[doc]!) / averageWords;
        worth = found / (found + saturation * long);
      } else {
        for (let spot = startOf(postings, index); spot < end; spot++) {
          const field = placeAt(spots, spot) >> fieldShift;
          worth = Math.max(worth, fieldWeights[field]! * alike(typed, toneAt(spots, spot)));
          if (field === fields.title) titleWords += span;
        }
      }
      worth *= likeness * weight * (1 + together * Math.max(0, span - 1));
      if (readings.length === 1) {
        add(doc, worth, titleWords);
        continue;
      }
      const known = best.get(doc);
      if (!known) best.set(doc, { worth, titleWords });
      else {
        known.worth = Math.max(known.worth, worth);
        known.titleWords = Math.max(known.titleWords, titleWords);
      }
    }
  }
  for (const [doc, { worth, titleWords }] of best) add(doc, worth, titleWords);
}

const alike = (typed: number, found: number): number =>
  typed === 0 || found === 0 || typed === found ? 1 : otherMarks;

function addNeighbours(
  snapshot: Snapshot,
  first: Group,
  second: Group,
  counts: (doc: number) => boolean,
  pages: Float64Array,
  ofFields: Float64Array,
): void {
  const weight = ((first.weight + second.weight) / 2) * together;
  let doc = -1;
  let found = 0;
  let field = 0;
  const close = (): void => {
    if (doc < 0 || !counts(doc)) return;
    if (snapshot.fileOf[doc]! >= 0) pages[doc]! += (2 * weight * found) / (found + 0.5);
    else ofFields[snapshot.recordOf[doc]!]! += weight * fieldWeights[field]!;
  };
  const [before] = first.readings;
  eachNeighbour(before!.postings, second.readings[0]!.postings, before!.span, (where, spot) => {
    if (where !== doc) {
      close();
      doc = where;
      found = 0;
      field = placeAt(before!.postings.spots, spot) >> fieldShift;
    }
    found++;
  });
  close();
}

function gathered(
  snapshot: Snapshot,
  matches: Matches,
  chosen: Uint8Array,
  pages: Float64Array,
  ofFields: Float64Array,
  inTitle: Uint16Array,
): Scores {
  const { groups, fieldMask } = matches;
  const whole = groups.reduce((sum, one) => sum + one.weight, 0);
  const records = new Float64Array(snapshot.records);
  const bestPage = new Float64Array(snapshot.records);
  const share = new Float64Array(snapshot.records);
  const title = new Float64Array(snapshot.records);
  const titleWords = new Int32Array(snapshot.records);
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    const record = snapshot.recordOf[doc]!;
    if (record < 0 || chosen[record] === 0) continue;
    if (snapshot.fileOf[doc]! < 0) titleWords[record] = snapshot.lengthOf[doc]!;
    else if (pages[doc]! > bestPage[record]!) bestPage[record] = pages[doc]!;
  }
  for (let record = 0; record < snapshot.records; record++) {
    if (chosen[record] === 0) continue;
    let held = 0;
    for (let number = 0; number < groups.length; number++) {
      if (fieldMask[record]! & (1 << number)) held += groups[number]!.weight;
    }
    // Fields that hold one word of three must not outrank fields that hold all, however good the one place.
    share[record] = whole === 0 ? 0 : held / whole;
    const covered = titleWords[record] ? Math.min(1, inTitle[record]! / titleWords[record]!) : 0;
    title[record] = covered * wholeTitle;
    records[record] = ofFields[record]! * share[record]! + bestPage[record]! + title[record]!;
  }
  return { records, pages, fields: ofFields, share, bestPage, title };
}
