import type { Ask } from './ask-source.ts';
import { HarvestFault } from './harvest-fault.ts';
import { NotOai, type OaiSaid, readOaiAnswer, readOaiPage } from './oai-page.ts';
import type { SourceReader, ToldPage } from './source-reader.ts';
import { datestampIn } from './told-records.ts';
import { childrenOf, childText, type XmlNode } from './xml-tree.ts';

/** What a repository says of itself (OAI-PMH 2.0 §4.2). */
export interface Identified {
  name: string;
  /** As it calls itself; requests go to the address that was given all the same. */
  address: string;
  /** By which its datestamps are told apart. */
  granularity: 'day' | 'second';
  /** `no`: what is deleted is never heard of. */
  deleted: 'no' | 'transient' | 'persistent';
  earliest: string | null;
}
export interface OaiSet {
  spec: string;
  name: string;
}
export interface OaiFormatTold {
  prefix: string;
  namespace: string;
}
export interface ListQuestion {
  format: string;
  set: string | null;
  from: string | null;
}

export interface OaiClient {
  identify(): Promise<Identified>;
  /** At most `mostSets`, with whether there are more; none where it has no sets. */
  sets(): Promise<{ sets: OaiSet[]; more: boolean }>;
  formats(): Promise<OaiFormatTold[]>;
  /** One answer of ListRecords: the first, or the one a token leads to. noRecordsMatch is an empty list. */
  records(question: ListQuestion | { token: string }): Promise<ToldPage>;
}

const mostSets = 2_000;
const mostSetPages = 40;
const isSaid = (answer: object): answer is OaiSaid => 'error' in answer;

/** Asks one repository, one question at a time. All throw HarvestFault, or the signal's reason. */
export function oaiClient(askFor: Ask, address: string): OaiClient {
  async function ask<T extends object>(params: Record<string, string>, read: (bytes: Buffer, type?: string) => T): Promise<T> {
    const url = new URL(address);
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
    const answer = await askFor(url.href);
    const { status } = answer;
    try {
      const said = read(answer.body, answer.headers['content-type']);
      // Some answer the errors of the protocol with a status of HTTP, and mean the same.
      if (status < 200 || (status > 299 && !isSaid(said))) throw new HarvestFault('source-answers-error', { status });
      return said;
    } catch (error) {
      if (!(error instanceof NotOai)) throw error;
      throw status >= 200 && status <= 299 ? new HarvestFault('source-not-oai', { begins: error.begins }, null, { cause: error }) : new HarvestFault('source-answers-error', { status });
    }
  }

  const plain = async (verb: string, params: Record<string, string> = {}): Promise<XmlNode | OaiSaid> => ask({ verb, ...params }, (bytes, type) => readOaiAnswer(bytes, verb, type));
  const refused = ({ error }: OaiSaid): HarvestFault => new HarvestFault('source-answers-error', { oai: error.code, message: error.message });

  return {
    async identify() {
      const said = await plain('Identify');
      if (isSaid(said)) throw refused(said);
      const deleted = childText(said, 'deletedRecord')?.toLowerCase();
      return {
        name: (childText(said, 'repositoryName') || new URL(address).hostname).replace(/\s+/g, ' ').slice(0, 200),
        address: childText(said, 'baseURL') ?? '',
        granularity: /T/i.test(childText(said, 'granularity') ?? '') ? 'second' : 'day',
        deleted: deleted === 'persistent' || deleted === 'transient' ? deleted : 'no',
        earliest: datestampIn(childText(said, 'earliestDatestamp')),
      };
    },
    async sets() {
      const sets = new Map<string, OaiSet>();
      const tokens = new Set<string>();
      let params: Record<string, string> = {};
      for (let pages = 0; pages < mostSetPages && sets.size < mostSets; pages++) {
        const said = await plain('ListSets', params);
        if (isSaid(said)) {
          if (said.error.code === 'noSetHierarchy' || pages > 0) break;
          throw refused(said);
        }
        for (const set of childrenOf(said, 'set')) {
          const spec = childText(set, 'setSpec');
          if (spec && spec.length <= 300) sets.set(spec, { spec, name: (childText(set, 'setName') || spec).replace(/\s+/g, ' ').slice(0, 300) });
        }
        const token = childText(said, 'resumptionToken');
        if (!token || tokens.has(token)) return { sets: [...sets.values()].slice(0, mostSets), more: sets.size > mostSets };
        tokens.add(token);
        params = { resumptionToken: token };
      }
      return { sets: [...sets.values()].slice(0, mostSets), more: sets.size >= mostSets };
    },
    async formats() {
      const said = await plain('ListMetadataFormats');
      if (isSaid(said)) throw refused(said);
      return childrenOf(said, 'metadataFormat').flatMap((format) => {
        const prefix = childText(format, 'metadataPrefix');
        return prefix && prefix.length <= 100 ? [{ prefix, namespace: childText(format, 'metadataNamespace') ?? '' }] : [];
      });
    },
    async records(question) {
      const params: Record<string, string> =
        'token' in question
          ? { resumptionToken: question.token }
          : { metadataPrefix: question.format, ...(question.set === null ? {} : { set: question.set }), ...(question.from === null ? {} : { from: question.from }) };
      const said = await ask({ verb: 'ListRecords', ...params }, readOaiPage);
      if (!isSaid(said)) return said;
      switch (said.error.code) {
        case 'noRecordsMatch':
          return { responseDate: said.responseDate, records: [], aside: [], token: null, listSize: null, cut: false };
        case 'badResumptionToken':
        case 'badArgument':
          if (!('token' in question)) throw refused(said);
          throw new HarvestFault('source-token-broken', { message: said.error.message });
        case 'cannotDisseminateFormat':
          throw new HarvestFault('source-format-gone', { message: said.error.message });
        default:
          throw refused(said);
      }
    },
  };
}

/** The list of a repository, or of one of its sets, as one source among others. */
export const oaiReader = (client: OaiClient, list: { format: string; set: string | null }): SourceReader => ({
  page: ({ token, from }) => client.records(token !== null ? { token } : { ...list, from }),
  endsByItself: false,
  newestOnly: false,
});

/** Namespaces that a description can be made of, the fuller first. */
const readable: readonly RegExp[] = [/^https?:\/\/www\.loc\.gov\/MARC21\/slim/i, /openaire\.eu/i, /purl\.org\/dc|oai_dc|dublincore\.org/i];

/** Whether records of a format can be read here, by its namespace or, where that lies, by its name. */
export const isReadableFormat = ({ prefix, namespace }: OaiFormatTold): boolean =>
  readable.some((pattern) => pattern.test(namespace)) || /^(oai_)?dc$|^qdc$|^oai_qdc$|^marc(21|xml)$/i.test(prefix);
