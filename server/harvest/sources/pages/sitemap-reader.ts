import { setTimeout as after } from 'node:timers/promises';
import type { OutboundAnswer } from '../../../outbound/guarded-fetch.ts';
import { answeredAt, type Ask, validatorsOf, welcome } from '../ask-source.ts';
import { HarvestFault, isOfDocument } from '../harvest-fault.ts';
import type { SourceReader, ToldPage, Validators } from '../source-reader.ts';
import { isAside, type RecordAside, type ToldRecord } from '../told-records.ts';
import { readPage } from './read-page.ts';
import { everythingAllowed, readRobots, type RobotsRules } from './robots-rules.ts';
import { readSitemap, type SitemapEntry } from './sitemap-list.ts';

/** Where a reading of a site stands. */
interface SitePlace {
  /** The list that is read, and how many pages of it were looked at, of which the last is `last`. */
  list: string;
  at: number;
  last: string | null;
  /** How often the list had changed under way so that its place was lost. */
  lost: number;
}

/** Documents asked for before what they said is written, and how long that may wait. */
const documentsAtOnce = 10;
const longestMs = 15_000;
/** Lists of one site. */
const mostLists = 5_000;
/** A page that does not come is asked for so often, then the next one is tried. */
const patience = 3;
/** Where the site wishes nothing longer. */
const usualPauseMs = 1_000;

interface Site {
  lists: string[];
  responseDate: string | null;
  validators: Validators | null;
  aside: RecordAside[];
}

/**
 * Reads the pages that a site lists (sitemaps.org), one by one with a pause between, for the things of schema.org they are about. Only on the
 * host of the list, and what its robots.txt allows. Of changes alone, pages whose date is older or missing are left to the next reading of everything.
 */
export function sitemapReader(ask: Ask, address: string, given: { signal: AbortSignal; pauseMs?: number | undefined }): SourceReader {
  let pauseMs = given.pauseMs ?? usualPauseMs;
  let robots: RobotsRules = everythingAllowed;
  let site: Site | null = null;
  let held: { list: string; entries: SitemapEntry[] } | null = null;
  let homes = new Set([new URL(address).host]);
  let asked = 0;

  async function document(url: string, known: Validators | null = null): Promise<OutboundAnswer> {
    if (asked++ > 0 && pauseMs > 0)
      await after(pauseMs, undefined, { signal: given.signal }).catch((error: unknown) => {
        given.signal.throwIfAborted();
        throw error;
      });
    return ask(url, { accept: 'text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.1', known });
  }
  const isHome = ({ address: one }: SitemapEntry): boolean => homes.has(new URL(one).host);

  /** The lists of the site; 'same' where they are as they were. */
  async function openSite(from: string | null, known: Validators | null): Promise<Site | 'same'> {
    if (site) return site;
    const answer = await document(address, known);
    if (answer.status === 304 && known) return 'same';
    const list = readSitemap(welcome(answer).body, answer.headers['content-type'], answer.address);
    if (!list) throw new HarvestFault('source-not-known', { host: new URL(address).host });
    homes = new Set([new URL(address).host, new URL(answer.address).host]);
    await readWishes(answer.address);
    const aside = list.cut ? [notRead(address, 'cut')] : [];
    const said = { responseDate: answeredAt(answer), aside };
    if (list.of === 'pages') {
      held = { list: address, entries: list.entries };
      return (site = { ...said, lists: [address], validators: validatorsOf(answer, false) });
    }
    const lists = list.entries.filter(isHome).filter(({ changed }) => from === null || changed === null || changedSince(changed, from));
    // A list without a date may change while the list of lists does not.
    const dated = list.entries.every(({ changed }) => changed !== null);
    return (site = { ...said, lists: lists.slice(0, mostLists).map((one) => one.address), validators: dated ? validatorsOf(answer, false) : null });
  }

  /** What the site wishes of programs. A robots.txt that does not come forbids nothing: the site has listed these pages for them. */
  async function readWishes(home: string): Promise<void> {
    try {
      const answer = await document(new URL('/robots.txt', home).href);
      if (answer.status === 200) robots = readRobots(answer.body.toString('utf8'));
    } catch (error) {
      if (!(error instanceof HarvestFault)) throw error;
    }
    pauseMs = Math.max(pauseMs, robots.delayMs ?? 0);
  }

  /** Its pages; null where it cannot be read. Throws HarvestFault where it may come another time. */
  async function openList(list: string, failures: number): Promise<SitemapEntry[] | null> {
    if (held?.list === list) return held.entries;
    try {
      const answer = await document(list);
      const read = answer.status > 299 ? null : readSitemap(answer.body, answer.headers['content-type'], answer.address);
      if (!read || read.of !== 'pages' || read.cut) return null;
      held = { list, entries: read.entries };
      return read.entries;
    } catch (error) {
      if (error instanceof HarvestFault && (failures >= patience || isOfDocument(error))) return null;
      throw error;
    }
  }

  /** Where to go on in a list that may have changed since. */
  function goOn(place: SitePlace, entries: readonly SitemapEntry[]): { at: number; lost: number } {
    if (place.at === 0 || entries[place.at - 1]?.address === place.last || place.lost >= patience) return place;
    const at = entries.findIndex((entry) => entry.address === place.last);
    return { at: at + 1, lost: place.lost + 1 };
  }

  async function page({ token, from, known, failures }: Parameters<SourceReader['page']>[0]): Promise<ToldPage> {
    const opened = await openSite(from, token === null ? known : null);
    const told: ToldPage = { responseDate: null, records: [], aside: [], token: null, listSize: null, cut: false, passed: 0 };
    if (opened === 'same') return { ...told, same: true };
    if (token === null) Object.assign(told, { responseDate: opened.responseDate, validators: opened.validators, aside: [...opened.aside] });
    const until = performance.now() + longestMs;
    const begun = asked;
    let place: SitePlace | null = token === null ? placeOf(opened.lists[0]) : placeIn(token);
    let [tries, doubtful] = [failures, null as RecordAside | null];
    // What came before a fault is told; the fault is met again by whoever goes on from there.
    let moved = false;

    while (place !== null) {
      const { list }: SitePlace = place;
      const next = placeOf(opened.lists[opened.lists.indexOf(list) + 1]);
      if (!opened.lists.includes(list)) {
        // The site lists it no more, and what was to come behind it cannot be known.
        told.aside.push(notRead(list, 'no longer listed'));
        place = null;
        break;
      }
      let entries: SitemapEntry[] | null;
      try {
        entries = await openList(list, tries);
      } catch (error) {
        if (!(error instanceof HarvestFault) || !moved) throw error;
        break;
      }
      told.passed!++;
      if (entries === null) {
        told.aside.push(notRead(list, ''));
        tries = 0;
        moved = true;
        place = next;
        continue;
      }
      const { at: stood, lost } = goOn(place, entries);
      let at = stood;
      for (; at < entries.length; at++) {
        if (asked - begun >= documentsAtOnce || (moved && performance.now() > until)) break;
        const entry = entries[at]!;
        if (!isHome(entry) || (from !== null && (entry.changed === null || !changedSince(entry.changed, from)))) {
          told.passed!++;
          moved = true;
          continue;
        }
        if (!robots.allows(entry.address)) {
          told.aside.push({ identifier: entry.address, reason: 'page-not-read', detail: 'robots.txt', text: entry.address });
          moved = true;
          continue;
        }
        let answer: OutboundAnswer;
        try {
          answer = await document(entry.address);
        } catch (error) {
          if (!(error instanceof HarvestFault)) throw error;
          const aside: RecordAside = { identifier: entry.address, reason: 'page-not-read', detail: error.code, text: entry.address };
          if (isOfDocument(error)) {
            told.aside.push(aside);
            moved = true;
            continue;
          }
          // Two in a row: it is the site, and not the page.
          if (doubtful !== null) throw error;
          if (moved) return { ...told, token: JSON.stringify({ list, at, last: entries[at - 1]?.address ?? null, lost }) };
          if (tries < patience) throw error;
          tries = 0;
          doubtful = aside;
          continue;
        }
        if (doubtful !== null) told.aside.push(doubtful);
        doubtful = null;
        moved = true;
        for (const one of readPage(entry, answer)) if (isAside(one)) told.aside.push(one);
        else told.records.push(one as ToldRecord);
      }
      if (at < entries.length) {
        place = { list, at, last: entries[at - 1]?.address ?? null, lost };
        break;
      }
      held = null;
      moved = true;
      place = next;
      if (asked - begun >= documentsAtOnce || performance.now() > until) break;
    }
    if (doubtful !== null) told.aside.push(doubtful);
    return { ...told, token: place === null ? null : JSON.stringify(place) };
  }

  return { page, endsByItself: true, newestOnly: false };
}

const dayMs = 86_400_000;

/** A day without an hour is anywhere on Earth, and lasts until its end. */
function changedSince(changed: string, from: string): boolean {
  return changed.length > 10 ? changed >= from : changed >= new Date(Date.parse(from) - dayMs).toISOString().slice(0, 10);
}

/** It has no identifier, so a site that lacks it is not taken for whole. */
const notRead = (address: string, detail: string): RecordAside => ({ identifier: null, reason: 'page-not-read', detail, text: address });

const placeOf = (list: string | undefined): SitePlace | null => (list === undefined ? null : { list, at: 0, last: null, lost: 0 });

function placeIn(token: string): SitePlace {
  try {
    return JSON.parse(token) as SitePlace;
  } catch (cause) {
    throw new HarvestFault('source-token-broken', {}, null, { cause });
  }
}
