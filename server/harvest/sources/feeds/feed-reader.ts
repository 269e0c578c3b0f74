import { answeredAt, type Ask, validatorsOf, welcome } from '../ask-source.ts';
import { digestOf } from '../digest-of.ts';
import { HarvestFault, isOfDocument } from '../harvest-fault.ts';
import { type ListAsked, recordsAtOnce, type SourceReader, type ToldPage } from '../source-reader.ts';
import { isAside, type RecordAside, type ToldRecord } from '../told-records.ts';
import { readFeed } from './any-feed.ts';
import type { FeedDocument } from './feed-document.ts';
import { type FeedPlace, firstPlace, isHome, longestChain, longestEmpty, placeIn, queueUp } from './feed-place.ts';

export const feedAccept = 'application/opds+json, application/atom+xml;profile=opds-catalog, application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';

/** A document that does not come is asked for so often; then the others are read without it. */
const patience = 3;

interface Read {
  address: string;
  document: FeedDocument;
  digest: string;
  page: Pick<ToldPage, 'responseDate' | 'validators'>;
}

/**
 * Reads a catalogue for reading programs (OPDS 1.2 and 2.0) or news (RSS, Atom): the first document, what follows it, and section by section
 * in breadth, unless the catalogue has one list of all. Only on the host of the first document.
 */
export function feedReader(ask: Ask, address: string, kind: 'opds' | 'rss'): SourceReader {
  let held: Read | null = null;

  async function fetched(place: FeedPlace, known: ListAsked['known']): Promise<Read | 'same'> {
    if (held?.address === place.now) return held;
    const answer = await ask(place.now, { accept: feedAccept, known });
    if (answer.status === 304 && known) return 'same';
    welcome(answer);
    if (place.home !== null && !isHome(place, address, answer.address)) throw new HarvestFault('source-not-known', { host: new URL(answer.address).host });
    place.home ??= answer.address;
    const document = readFeed(answer.body, answer.headers['content-type'], answer.address);
    if (!document) throw new HarvestFault('source-not-known', { host: new URL(place.now).host });
    // A document that leads to others stays as it is, whatever happens in those.
    const leads = kind === 'opds' && (document.sections.length > 0 || document.crawlable !== null);
    return (held = { address: place.now, document, digest: digestOf(answer.body), page: { responseDate: answeredAt(answer), validators: leads ? null : validatorsOf(answer, document.next === null) } });
  }

  async function page({ token, known, failures }: ListAsked): Promise<ToldPage> {
    const place = token === null ? firstPlace(address) : placeIn(token);
    if (place.loops) throw new HarvestFault('source-token-loops', { pages: place.chain });
    const first = token === null;
    let read: Read | 'same';
    try {
      read = await fetched(place, first ? known : null);
    } catch (error) {
      if (first || !(error instanceof HarvestFault) || !givesUp(error, failures)) throw error;
      // A shelf of somebody's own: nothing that was taken came from behind it, and nothing is missed.
      if (place.chain === 0 && place.list !== 'all' && [401, 403].includes(Number(error.params['status']))) return { ...nothing, passed: 1, token: nextSection(place) };
      const aside = notRead(place.now, error.params['status'] === undefined ? error.code : `HTTP ${error.params['status']}`);
      if (place.list === 'all' && place.chain === 0) return { ...nothing, aside: [aside], token: JSON.stringify({ ...firstPlace(address), list: 'none' }) };
      return { ...nothing, aside: [aside], token: nextSection(place) };
    }
    if (read === 'same') return { ...nothing, token: null, same: true };
    if (place.digest !== null && place.digest !== read.digest && place.changed < patience) {
      place.at = 0;
      place.changed++;
    }
    place.digest = read.digest;
    const { document } = read;
    const part = document.told.slice(place.at, place.at + recordsAtOnce);
    const told: ToldPage = {
      ...{ ...nothing, ...(first ? read.page : {}), listSize: first && document.sections.length === 0 ? document.listSize : null },
      ...{ records: part.filter((one): one is ToldRecord => !isAside(one)), aside: part.filter(isAside), token: null, passed: document.sections.length },
    };
    if (place.at + part.length < document.told.length) return { ...told, token: JSON.stringify({ ...place, at: place.at + part.length }) };
    held = null;
    const { token: on, missed } = whereNext(place, document);
    return { ...told, aside: [...told.aside, ...missed], token: on, cut: document.cut };
  }

  /** What is left to be read, once a document was told to its end. */
  function whereNext(place: FeedPlace, document: FeedDocument): { token: string | null; missed: RecordAside[] } {
    const missed: RecordAside[] = [];
    const begun: FeedPlace = { ...place, at: 0, digest: null, changed: 0 };
    if (kind === 'opds' && place.list === 'unknown' && document.crawlable !== null && isHome(place, address, document.crawlable) && queueUp({ ...begun, queue: [] }, document.crawlable) === 'queued')
      return { missed, token: JSON.stringify({ ...begun, now: document.crawlable, list: 'all', queue: [], chain: 0, empty: 0, mark: null }) };
    if (kind === 'opds' && place.list !== 'all')
      for (const section of document.sections) if (isHome(place, address, section) && queueUp(begun, section) === 'full') missed.push(notRead(section, 'too many'));
    const { next } = document;
    if (next === null) return { missed, token: nextSection(begun) };
    if (!isHome(place, address, next)) return { missed: [...missed, notRead(next, 'another host')], token: nextSection(begun) };
    // Marks are kept at powers of two (Brent's way): whatever the length of a circle, it comes back to one.
    const mark = document.told.length === 0 ? null : digestOf(JSON.stringify(document.told.map((one) => one.identifier ?? digestOf(one.text))));
    const chain = place.chain + 1;
    const empty = document.told.length + document.sections.length === 0 ? place.empty + 1 : 0;
    const beside = { ...begun, queue: [] as string[] };
    const loops = queueUp(beside, next) === 'known' || empty >= longestEmpty || chain >= longestChain || (mark !== null && mark === place.mark);
    // What else there is to be read is read first; without anything, the run says what happened.
    if (loops && begun.queue.length > 0) return { missed: [...missed, notRead(next, 'goes round in a circle')], token: nextSection(begun) };
    return { missed, token: JSON.stringify({ ...begun, seen: beside.seen, now: next, chain, empty, loops, mark: mark !== null && (place.mark === null || (chain & (chain - 1)) === 0) ? mark : place.mark }) };
  }

  return { page, endsByItself: true, newestOnly: kind === 'rss' };
}

const nothing: ToldPage = { responseDate: null, records: [], aside: [], token: null, listSize: null, cut: false };

/** What is of the document is believed; anything else may mend itself for a while. */
const givesUp = (fault: HarvestFault, failures: number): boolean => failures >= patience || isOfDocument(fault);

/** It has no identifier, so a list that lacks it is not taken for whole. */
const notRead = (address: string, detail: string): RecordAside => ({ identifier: null, reason: 'page-not-read', detail, text: address });

function nextSection(place: FeedPlace): string | null {
  const [now, ...queue] = place.queue;
  return now === undefined ? null : JSON.stringify({ ...place, now, queue, at: 0, digest: null, changed: 0, chain: 0, empty: 0, mark: null });
}
