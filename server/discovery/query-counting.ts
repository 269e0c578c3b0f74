import { createHmac, randomBytes } from 'node:crypto';
import type { FindResult } from '../../search/find.ts';
import { typedParts } from '../../search/query/parse.ts';
import { fixCharacters } from '../../search/vietnamese/fix-characters.ts';
import { foldText, tokens } from '../../search/vietnamese/fold.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { namesOfPeople } from '../../storage/metadata/people.ts';
import { countTypedQuery, forgetTypedQueries, typedQueriesFrom } from '../../storage/metadata/typed-queries.ts';
import type { Actor } from '../access/actor.ts';
import { foundWhole } from './asked-search.ts';

/**
 * Queries that many people typed, for suggestions. Kept are the words, how often they were counted and the week of the last time: never
 * who, from where or when. One asker counts once a week for the same words, which is decided in memory by keyed hashes whose key is
 * thrown away with the week; words are written together every minute, so that not even the order of rows tells when. Not counted is what
 * found nothing or only a part of itself, what was not plain words, and what looks like somebody: numbers of six digits and more,
 * addresses, and the names of people who have an account here. Offered from `leastCounted` on.
 */
export interface TypedQueries {
  /** Counts what was asked, if it may be. Holds nobody up and writes nothing yet. */
  note(
    actor: Actor,
    address: string,
    asked: { q: string; literal?: string; drop: readonly string[] },
    found: FindResult,
  ): void;
  /** Writes what was counted since the last time. */
  flush(): Promise<void>;
  /** Of those that begin so the most asked ones, as they are best written. */
  beginning(typed: string, limit: number): Promise<string[]>;
  /** Ends the timer; what was not written is forgotten. */
  close(): void;
}

export const leastCounted = 5;
/** A school year and the summer before the next. */
const weeksKept = 52;
const everyMs = 60_000;
/** Bounds what a flood of different words can take: hashes of a week, and words between two writes. */
const mostHashes = 200_000;
const mostWaiting = 2_000;

/** Nothing is counted and nothing offered. */
export const noTypedQueries: TypedQueries = {
  note: () => {},
  flush: () => Promise.resolve(),
  beginning: () => Promise.resolve([]),
  close: () => {},
};

export function openTypedQueries(
  metadata: Metadata,
  failed: (error: unknown) => void,
  now: () => Date = () => new Date(),
): TypedQueries {
  let salt = { week: '', key: Buffer.alloc(0) };
  const seen = new Set<string>();
  let waiting = new Map<string, { text: string; count: number }>();

  function isFirst(asker: string, fold: string): boolean {
    const week = weekOf(now());
    if (salt.week !== week) {
      salt = { week, key: randomBytes(32) };
      seen.clear();
    }
    if (seen.size >= mostHashes) return false;
    const hash = createHmac('sha256', salt.key).update(`${asker}\n${fold}`).digest('base64').slice(0, 16);
    return seen.size < seen.add(hash).size;
  }

  async function flush(): Promise<void> {
    if (waiting.size === 0) return;
    const counted = waiting;
    waiting = new Map();
    const people = await namesOfPeople(metadata.queries);
    const names = people.map(foldText).filter((name) => name.includes(' '));
    const isSomebody = (fold: string): boolean => names.some((name) => ` ${fold} `.includes(` ${name} `));
    const week = weekOf(now());
    // By their words, not by when they came.
    const sorted = [...counted].filter(([fold]) => !isSomebody(fold)).sort(([a], [b]) => (a < b ? -1 : 1));
    await metadata.transaction(async (queries) => {
      for (const [fold, { text, count }] of sorted)
        await countTypedQuery(queries, { fold, text, count, week }, betterWritten);
    });
  }

  const timer = setInterval(() => void flush().catch(failed), everyMs);
  timer.unref();

  return {
    note(actor, address, { q, literal, drop }, found) {
      if (literal || drop.length > 0 || found.total === 0 || !foundWhole(found)) return;
      const text = fixCharacters(q).replace(/\s+/g, ' ').trim();
      if (!mayBeCounted(text)) return;
      const fold = foldText(text);
      if (!isFirst(actor.kind === 'person' ? actor.id : address, fold)) return;
      const known = waiting.get(fold);
      if (known) waiting.set(fold, { text: betterWritten(known.text, text), count: known.count + 1 });
      else if (waiting.size < mostWaiting) waiting.set(fold, { text, count: 1 });
    },
    flush,
    async beginning(typed, limit) {
      const rows = await typedQueriesFrom(metadata.queries, typed, leastCounted, limit);
      return rows.map(({ text }) => text);
    },
    close: () => clearInterval(timer),
  };
}

/** Of two ways to write the same words the one with more marks; of equals the one in small letters, as nobody shouts. */
export function betterWritten(known: string, text: string): string {
  const marked = (one: string): number => tokens(one).filter(({ fold, tone }) => fold !== tone).length;
  const capitals = (one: string): number => one.replace(/\P{Lu}/gu, '').length;
  const gain = marked(text) - marked(known) || capitals(known) - capitals(text);
  return gain > 0 ? text : known;
}

/** Plain words, and nothing that looks like a number of somebody or an address. */
export function mayBeCounted(text: string): boolean {
  const words = tokens(text);
  return (
    text.length <= 80 &&
    words.length > 0 &&
    words.length <= 10 &&
    foldText(text).length >= 3 &&
    text.replace(/\D/g, '').length < 6 &&
    !/[@"“”:<>{}\\\p{C}]|www\.|https?/iu.test(text) &&
    typedParts(text).every(({ quoted, unwanted, field }) => !quoted && !unwanted && field === null)
  );
}

/** Monday, in UTC. */
export function weekOf(at: Date): string {
  const day = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() - ((at.getUTCDay() + 6) % 7)));
  return day.toISOString().slice(0, 10);
}

/** Forgets what nobody has asked for in a year; all of it where counting is switched off. */
export async function sweepTypedQueries(metadata: Metadata, on: boolean, now: Date): Promise<void> {
  await forgetTypedQueries(metadata.queries, on ? weekOf(new Date(now.getTime() - weeksKept * 7 * 86_400_000)) : null);
}
