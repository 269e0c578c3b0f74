import type { z } from 'zod';
import type { Metadata } from '../../../storage/metadata/database.ts';
import { loadVocabularies, type Vocabularies } from '../../catalogue/vocabularies.ts';
import type { PreviewView, previewAsked, RepositoryView, SourceKind } from '../../contract/harvest.ts';
import { Refusal } from '../../errors.ts';
import { allowedHosts } from '../../outbound/allowed-hosts.ts';
import { openOutbound } from '../../outbound/guarded-fetch.ts';
import { type Ask, askSource, welcome } from './ask-source.ts';
import { type Detected, detectKind, sitemapsIn } from './detect-kind.ts';
import { HarvestFault } from './harvest-fault.ts';
import { mapRecord } from './map-record.ts';
import { isReadableFormat, oaiClient } from './oai-client.ts';
import { openReader } from './open-reader.ts';
import { askedAddress, plainAddress, type SaidOfItself } from './source-keeping.ts';
import type { ToldPage } from './source-reader.ts';
import { firstRows } from './tables/csv-table.ts';
import { isAside, type RecordAside } from './told-records.ts';

/** Somebody sits before the screen. */
const limits = { idleMs: 15_000, wholeMs: 25_000 };
const shown = 10;
const shownText = 4_000;
const lookAccept = 'application/opds+json, application/atom+xml, application/rss+xml, text/csv, application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5';

/** Asks a source while a person waits. Throws Refusal with the code of the HarvestFault. */
async function asking<T>(metadata: Metadata, address: string, work: (ask: Ask, signal: AbortSignal) => Promise<T>): Promise<T> {
  const outbound = openOutbound({ allowed: await allowedHosts(metadata.queries), limits });
  const signal = AbortSignal.timeout(3 * limits.wholeMs);
  try {
    return await work(askSource(outbound, signal), signal);
  } catch (error) {
    if (error instanceof HarvestFault) throw new Refusal(error.code, error.params, { cause: error });
    if (signal.aborted) throw new Refusal('source-too-slow', { host: new URL(address).host }, { cause: error });
    throw error;
  } finally {
    outbound.close();
  }
}

const nothingMore = { deletions: 'no' as const, earliest: null, sets: [], moreSets: false, formats: [], otherFormats: [], columns: [], offers: [] };

/** What a repository says of itself, its sets and its formats. */
async function lookAtRepository(ask: Ask, address: string): Promise<RepositoryView> {
  const client = oaiClient(ask, plainAddress(address));
  const { name, deleted, earliest } = await client.identify();
  const formats = await client.formats();
  const { sets, more } = await client.sets();
  const fullest = (prefix: string): number => ['marc21', 'marcxml', 'oai_openaire', 'qdc', 'oai_qdc', 'oai_dc'].indexOf(prefix);
  const readable = formats.filter(isReadableFormat).map(({ prefix }) => prefix);
  return {
    ...{ ...nothingMore, kind: 'oai', name, deletions: deleted, earliest, sets, moreSets: more },
    formats: readable.sort((a, b) => (fullest(a) + 1 || 99) - (fullest(b) + 1 || 99)),
    otherFormats: formats.filter((one) => !isReadableFormat(one)).map(({ prefix }) => prefix),
  };
}

const sampleValues = 3;

function viewOf(detected: Detected, address: string): RepositoryView {
  const { host } = new URL(address);
  switch (detected.kind) {
    case 'opds':
    case 'rss':
      return { ...nothingMore, kind: detected.kind, name: detected.name?.slice(0, 200) || host };
    case 'csv': {
      const { columns, mapping } = detected.table;
      const rows = firstRows(detected.table, 20);
      const values = (at: number): string[] => rows.flatMap((row) => (row[at]?.trim() ? [row[at].trim().slice(0, 80)] : [])).slice(0, sampleValues);
      // Bytes that are no UTF-8 become U+FFFD, where decodeURIComponent would throw.
      const bytes = new URL(address).pathname.split('/').at(-1)!.replace(/%([0-9a-f]{2})/gi, (_all, byte: string) => String.fromCharCode(parseInt(byte, 16)));
      const file = Buffer.from(bytes, 'latin1').toString('utf8').replace(/\.\w+$/, '');
      return { ...nothingMore, kind: 'csv', name: `${host} ${file}`.trim().slice(0, 200), columns: columns.map((name, at) => ({ name, field: mapping[name] ?? null, values: values(at) })) };
    }
    case 'page':
      return { ...nothingMore, kind: 'page', name: detected.name || host, offers: detected.offers };
    default:
      return { ...nothingMore, kind: detected.kind, name: host };
  }
}

const isOfOai = (address: string): boolean => /oai/i.test(address) || new URL(address).searchParams.has('verb');

/** What is at an address, whatever it is; a person only pastes it. */
export const lookAt = (metadata: Metadata, address: string): Promise<RepositoryView> =>
  asking(metadata, address, async (ask) => {
    let fault: HarvestFault | null = null;
    if (isOfOai(address)) {
      try {
        return await lookAtRepository(ask, address);
      } catch (error) {
        if (!(error instanceof HarvestFault) || !/^source-(not-oai|answers-error)$/.test(error.code)) throw error;
        fault = error;
      }
    }
    const answer = await ask(askedAddress({ kind: 'opds', address }), { accept: lookAccept });
    const detected = answer.status > 299 ? null : detectKind(answer);
    if (detected && detected.kind !== 'oai' && detected.kind !== 'page') return viewOf(detected, answer.address);
    // Repositories answer a bare address with a page for people, or with an error, and mean it well.
    if (!fault) {
      try {
        return await lookAtRepository(ask, address);
      } catch (error) {
        if (!(error instanceof HarvestFault) || !/^source-(not-oai|answers-error)$/.test(error.code)) throw error;
      }
    }
    if (detected?.kind === 'page') {
      const offers = await offersOf(ask, detected.offers, answer.address);
      if (offers.length > 0) return viewOf({ ...detected, offers }, answer.address);
    }
    if (fault) throw fault;
    welcome(answer);
    throw new HarvestFault('source-not-known');
  });

/** Feeds that the page links, and lists of pages that the site names to programs. */
async function offersOf(ask: Ask, linked: RepositoryView['offers'], address: string): Promise<RepositoryView['offers']> {
  let named: RepositoryView['offers'] = [];
  try {
    const robots = await ask(new URL('/robots.txt', address).href, { accept: 'text/plain, */*;q=0.1' });
    if (robots.status === 200) named = sitemapsIn(robots.body.toString('utf8'), new URL(address).hostname);
  } catch (error) {
    // The page has answered: what it links is offered, whatever the other does.
    if (!(error instanceof HarvestFault)) throw error;
  }
  return [...new Map([...linked, ...named].map((offer) => [offer.address, offer])).values()];
}

/** Who a source that is to be added says it is, and that it is of the kind that was asked for. */
export const identified = (metadata: Metadata, source: { kind: SourceKind; address: string }): Promise<SaidOfItself> =>
  asking(metadata, source.address, async (ask) => {
    if (source.kind === 'oai') return oaiClient(ask, plainAddress(source.address)).identify();
    const answer = welcome(await ask(askedAddress(source), { accept: lookAccept }));
    const detected = detectKind(answer);
    if (detected?.kind !== source.kind) throw new HarvestFault('source-not-known');
    return { name: viewOf(detected, answer.address).name, granularity: 'second', deleted: 'no' };
  });

/** A catalogue may begin with lists of lists, and a site with pages about nothing: of these, ten are asked for with each page. */
const mostPages = { oai: 1, opds: 6, rss: 2, sitemap: 2, csv: 1 };
const previewPauseMs = 200;
const longestPreviewMs = 15_000;

/** The first records of a list, as they would stand here. */
export const previewOf = (metadata: Metadata, asked: z.output<typeof previewAsked>): Promise<PreviewView> =>
  asking(metadata, asked.address, async (ask, signal) => {
    if (asked.kind === 'oai' && asked.format === '') throw new Refusal('not-valid', { path: 'format' });
    const source = { kind: asked.kind, address: askedAddress(asked), format: asked.format, set_spec: asked.set, mapping_json: asked.mapping === null ? null : JSON.stringify(asked.mapping) };
    const reader = openReader(source, ask, { signal, pauseMs: previewPauseMs });
    const vocabularies = await loadVocabularies(metadata);
    const records: PreviewView['records'] = [];
    const asides: RecordAside[] = [];
    let listSize: number | null = null;
    let token: string | null = null;
    const begun = performance.now();
    for (let pages = 0; pages < mostPages[asked.kind] && records.length < shown; pages++) {
      const told: ToldPage = await reader.page({ token, from: null, known: null, failures: 0 });
      const read = previewed(told, vocabularies, asked.address);
      records.push(...read.records);
      asides.push(...read.asides);
      listSize ??= told.listSize;
      ({ token } = told);
      // A site may wish for long pauses; what has come by then is shown.
      if (token === null || performance.now() - begun > longestPreviewMs) break;
    }
    return {
      records: records.slice(0, shown),
      asides: asides.slice(0, shown).map(({ identifier, reason, detail, text }) => ({ identifier, reason, detail, text: text.slice(0, shownText) })),
      listSize,
    };
  });

function previewed(told: ToldPage, vocabularies: Vocabularies, address: string): { records: PreviewView['records']; asides: RecordAside[] } {
  const mapped = told.records.slice(0, 5 * shown).map((record) => mapRecord(record, vocabularies, address));
  const records = mapped.flatMap((one) => {
    if (isAside(one) || !one.said) return [];
    const { description: said, licence } = one.said;
    return [
      {
        ...{ identifier: one.identifier, datestamp: one.datestamp, title: said.title, agents: said.agents, year: said.year ?? null },
        ...{ subjects: said.subjects, grades: said.grades, resourceType: said.resourceType ?? null, licence, link: said.link ?? null },
      },
    ];
  });
  return { records, asides: [...mapped.filter(isAside), ...told.aside] };
}
