import type { z } from 'zod';
import type { Metadata } from '../../../storage/metadata/database.ts';
import { loadVocabularies } from '../../catalogue/vocabularies.ts';
import type { PreviewView, previewAsked, RepositoryView } from '../../contract/harvest.ts';
import { Refusal } from '../../errors.ts';
import { allowedHosts } from '../../outbound/allowed-hosts.ts';
import { openOutbound } from '../../outbound/guarded-fetch.ts';
import { HarvestFault } from './harvest-fault.ts';
import { mapRecord } from './map-record.ts';
import { type Identified, isReadableFormat, type OaiClient, oaiClient } from './oai-client.ts';
import { plainAddress } from './source-keeping.ts';
import { isAside } from './told-records.ts';

/** Somebody sits before the screen. */
const limits = { idleMs: 15_000, wholeMs: 25_000 };
const shown = 10;
const shownText = 4_000;

/** Asks a repository while a person waits. Throws Refusal with the code of the HarvestFault. */
async function asking<T>(metadata: Metadata, address: string, work: (client: OaiClient) => Promise<T>): Promise<T> {
  const outbound = openOutbound({ allowed: await allowedHosts(metadata.queries), limits });
  try {
    return await work(oaiClient(outbound, plainAddress(address), AbortSignal.timeout(3 * limits.wholeMs)));
  } catch (error) {
    if (error instanceof HarvestFault) throw new Refusal(error.code, error.params, { cause: error });
    throw error;
  } finally {
    outbound.close();
  }
}

/** What a repository says of itself, its sets and its formats. */
export const lookAt = (metadata: Metadata, address: string): Promise<RepositoryView> =>
  asking(metadata, address, async (client) => {
    const { name, deleted, earliest } = await client.identify();
    const formats = await client.formats();
    const { sets, more } = await client.sets();
    const fullest = (prefix: string): number => ['marc21', 'marcxml', 'oai_openaire', 'qdc', 'oai_qdc', 'oai_dc'].indexOf(prefix);
    const readable = formats.filter(isReadableFormat).map(({ prefix }) => prefix);
    return {
      ...{ name, deletions: deleted, earliest, sets, moreSets: more },
      formats: readable.sort((a, b) => (fullest(a) + 1 || 99) - (fullest(b) + 1 || 99)),
      otherFormats: formats.filter((one) => !isReadableFormat(one)).map(({ prefix }) => prefix),
    };
  });

export const identified = (metadata: Metadata, address: string): Promise<Identified> => asking(metadata, address, (client) => client.identify());

/** The first records of a list, as they would stand here. */
export const previewOf = (metadata: Metadata, asked: z.output<typeof previewAsked>): Promise<PreviewView> =>
  asking(metadata, asked.address, async (client) => {
    const told = await client.records({ format: asked.format, set: asked.set, from: null });
    const vocabularies = await loadVocabularies(metadata);
    const mapped = told.records.map((record) => mapRecord(record, vocabularies, asked.address));
    const asides = [...mapped.filter(isAside), ...told.aside];
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
    return {
      records: records.slice(0, shown),
      asides: asides.slice(0, shown).map(({ identifier, reason, detail, text }) => ({ identifier, reason, detail, text: text.slice(0, shownText) })),
      listSize: told.listSize,
    };
  });
