import { earliestDatestamp, harvestItem, oaiInstant, usedSets } from '../../storage/metadata/harvest-items.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { Actor } from '../access/actor.ts';
import { setSpec } from '../catalogue/harvest-noting.ts';
import { beginTag, writeXml, xmlDeclaration, type XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { type OaiArguments, OaiError, readArguments } from './oai-arguments.ts';
import { formatOf, oaiFormats } from './oai-formats.ts';
import { elementWriter, listed, type ListParts, recordIdOf, viewOf } from './oai-lists.ts';

export interface OaiParts extends ListParts {
  /** Shown in Identify; a repository must have one (section 4.2). */
  adminEmail: string;
}

const namespace = 'http://www.openarchives.org/OAI/2.0/';

/**
 * The answer to one request of OAI-PMH 2.0, errors included: an XML document in pieces, which are written as they are taken. Rights have
 * been looked at and everything has been read by then. `now`: when it was asked.
 */
export async function oaiAnswer(parts: OaiParts, actor: Actor, given: URLSearchParams, now = new Date()): Promise<Iterable<string>> {
  let attributes: Record<string, string> = {};
  let content: Iterable<string>;
  try {
    const asked = readArguments(given);
    attributes = Object.fromEntries(given);
    content = await answerTo(parts, actor, asked);
  } catch (error) {
    if (!(error instanceof OaiError)) throw error;
    // What was not understood is not repeated (section 3.6).
    if (error.code === 'badVerb' || error.code === 'badArgument') attributes = {};
    content = [writeXml(['error', { code: error.code }, error.message], 1)];
  }
  return around(writeXml(['responseDate', {}, oaiInstant(now)], 1) + writeXml(['request', attributes, `${parts.publicUrl}/oai`], 1), content);
}

const rootAttributes = {
  ...{ xmlns: namespace, 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' },
  'xsi:schemaLocation': `${namespace} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd`,
};

function* around(head: string, content: Iterable<string>): Generator<string> {
  yield `${xmlDeclaration}${beginTag('OAI-PMH', rootAttributes)}>\n${head}`;
  yield* content;
  yield '</OAI-PMH>\n';
}

function* withinVerb(verb: string, content: Iterable<string>): Generator<string> {
  yield `  <${verb}>\n`;
  yield* content;
  yield `  </${verb}>\n`;
}

async function answerTo(parts: OaiParts, actor: Actor, asked: OaiArguments): Promise<Iterable<string>> {
  const whole = async (element: Promise<XmlElement>): Promise<string[]> => [writeXml(await element, 1)];
  switch (asked.verb) {
    case 'Identify':
      return whole(identify(parts));
    case 'ListMetadataFormats':
      return whole(metadataFormats(parts, actor, asked.identifier));
    case 'ListSets':
      return whole(listSets(parts, actor, asked.resumptionToken));
    case 'GetRecord':
      return whole(getRecord(parts, actor, asked));
    default:
      return withinVerb(asked.verb, await listed(parts, actor, asked.verb, asked.list));
  }
}

async function identify({ metadata, publicUrl, adminEmail }: OaiParts): Promise<XmlElement> {
  const [first] = await schools(metadata.queries);
  return [
    'Identify',
    {},
    [
      ['repositoryName', {}, `Tủ Sách – ${first?.name ?? ''}`],
      ['baseURL', {}, `${publicUrl}/oai`],
      ['protocolVersion', {}, '2.0'],
      ['adminEmail', {}, adminEmail],
      ['earliestDatestamp', {}, (await earliestDatestamp(metadata.queries)) ?? oaiInstant(new Date())],
      ['deletedRecord', {}, 'persistent'],
      ['granularity', {}, 'YYYY-MM-DDThh:mm:ssZ'],
      ['compression', {}, 'gzip'],
    ],
  ];
}

/** The id of a record that the view knows of. Throws OaiError. */
async function known(parts: OaiParts, actor: Actor, identifier: string) {
  const id = recordIdOf(identifier);
  const item = id === null ? undefined : await harvestItem(parts.metadata.queries, viewOf(actor), id);
  if (!item) throw new OaiError('idDoesNotExist', `nothing here is called ${identifier.slice(0, 200)}`);
  return item;
}

async function metadataFormats(parts: OaiParts, actor: Actor, identifier: string | null): Promise<XmlElement> {
  if (identifier !== null) await known(parts, actor, identifier);
  return [
    'ListMetadataFormats',
    {},
    oaiFormats.map(({ prefix, schema, namespace: of }): XmlElement => ['metadataFormat', {}, [['metadataPrefix', {}, prefix], ['schema', {}, schema], ['metadataNamespace', {}, of]]]),
  ];
}

async function getRecord(parts: OaiParts, actor: Actor, { identifier, metadataPrefix }: { identifier: string; metadataPrefix: string }): Promise<XmlElement> {
  const format = formatOf(metadataPrefix);
  const item = await known(parts, actor, identifier);
  return ['GetRecord', {}, [(await elementWriter(parts, actor, [item], format))(item)]];
}

/** A branch of sets: all that is below it belongs to it as well. */
const branches = { grade: 'Lớp', school: 'Trường', subject: 'Môn học', type: 'Loại học liệu' } as const;

async function listSets({ metadata }: OaiParts, actor: Actor, resumptionToken: string | null): Promise<XmlElement> {
  if (resumptionToken !== null) throw new OaiError('badResumptionToken', 'the list of sets is whole');
  const vocabularies = await loadVocabularies(metadata);
  const names = new Map<string, string>();
  for (const { id, name } of await schools(metadata.queries)) names.set(setSpec('school', id), name);
  for (const [kind, vocabulary] of [['subject', 'subject'], ['grade', 'grade'], ['type', 'resource-type']] as const)
    for (const { code, vi } of vocabularies.lists[vocabulary]) names.set(setSpec(kind, code), vi);
  const used = await usedSets(metadata.queries, viewOf(actor));
  const set = (spec: string, name: string): XmlElement => ['set', {}, [['setSpec', {}, spec], ['setName', {}, name]]];
  return [
    'ListSets',
    {},
    Object.entries(branches).flatMap(([branch, name]) => [set(branch, name), ...used.filter((spec) => spec.startsWith(`${branch}:`)).map((spec) => set(spec, names.get(spec) ?? spec))]),
  ];
}

