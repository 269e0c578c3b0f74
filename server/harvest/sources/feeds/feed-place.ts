import { digestOf } from '../digest-of.ts';
import { HarvestFault } from '../harvest-fault.ts';

/** Where a reading of a catalogue stands: all of it is in the token, so that any process can go on. */
export interface FeedPlace {
  /** The document that is read. */
  now: string;
  /** Entries of it that were told already, and of which document: one that has changed is told from its beginning. */
  at: number;
  digest: string | null;
  /** How often it had changed under way: what is different each time is told on by number. */
  changed: number;
  /** Sections still to be read. */
  queue: string[];
  /** Short digests of all addresses read or queued. */
  seen: string[];
  /** The host that the first document came from; nothing else is asked. */
  home: string | null;
  /** One list holds all: its sections are not looked at. Or it held none. */
  list: 'unknown' | 'all' | 'none';
  /** Documents of this chain of next links, how many without an entry in a row, and the digest of an earlier one. */
  chain: number;
  empty: number;
  mark: string | null;
  /** It leads back to where it was. */
  loops: boolean;
}

/** More documents than that no catalogue of a library has. */
const mostSeen = 10_000;
const mostQueued = 3_000;
export const longestEmpty = 50;
export const longestChain = 20_000;

export const firstPlace = (address: string): FeedPlace => ({
  ...{ now: address, at: 0, digest: null, changed: 0, queue: [], seen: [digestOf(address)], home: null, list: 'unknown' },
  ...{ chain: 0, empty: 0, mark: null, loops: false },
});

export function placeIn(token: string): FeedPlace {
  try {
    return JSON.parse(token) as FeedPlace;
  } catch (cause) {
    throw new HarvestFault('source-token-broken', {}, null, { cause });
  }
}

/** Notes an address as one to be read. False: it was there before, or there are too many. */
export function queueUp(place: FeedPlace, address: string): 'queued' | 'known' | 'full' {
  const digest = digestOf(address);
  if (place.seen.includes(digest)) return 'known';
  if (place.seen.length >= mostSeen || place.queue.length >= mostQueued) return 'full';
  place.seen.push(digest);
  place.queue.push(address);
  return 'queued';
}

/** Of the host of the source, or of the one that it leads to at once. http and https of a host are one house; another port is another's. */
export function isHome(place: FeedPlace, source: string, address: string): boolean {
  const there = new URL(address);
  return [source, place.home ?? source].map((one) => new URL(one)).some((home) => there.hostname === home.hostname && there.port === home.port);
}
