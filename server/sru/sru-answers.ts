import type { Metadata } from '../../storage/metadata/database.ts';
import type { HarvestView } from '../../storage/metadata/harvest-items.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { type Actor, isStaff } from '../access/actor.ts';
import { loadCrosswalkRecords } from '../catalogue/crosswalk-loading.ts';
import { writeXml, xmlDeclaration, type XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { viewsOf } from '../access/audience.ts';
import type { OpenCatalogue } from './open-catalogue.ts';
import { readSruArguments, type ScanArguments, type SearchArguments, type SruVersion, versionOf } from './sru-arguments.ts';
import { diagnosticMessages, SruDiagnostic } from './sru-diagnostic.ts';
import { zeerexRecord, zeerexSchema } from './sru-explain.ts';
import { readScanClause, type ScannedTerm, scanTerms } from './sru-scan.ts';
import { findRecords, readQuestion } from './sru-search.ts';

export interface SruParts {
  metadata: Metadata;
  publicUrl: string;
  catalogue: OpenCatalogue;
}

/** Names of the elements that changed between the versions. */
const dialects = {
  '1.1': { namespace: 'http://www.loc.gov/zing/srw/', diagnostics: 'http://www.loc.gov/zing/srw/diagnostic/', packing: 'recordPacking' },
  '1.2': { namespace: 'http://www.loc.gov/zing/srw/', diagnostics: 'http://www.loc.gov/zing/srw/diagnostic/', packing: 'recordPacking' },
  '2.0': { namespace: 'http://docs.oasis-open.org/ns/search-ws/sruResponse', diagnostics: 'http://docs.oasis-open.org/ns/search-ws/diagnostic', packing: 'recordXMLEscaping' },
} as const;

/** As the provider of OAI-PMH has it: staff of the sharing group, by an access token, see what is shared in it. */
const sruViewOf = (actor: Actor): HarvestView => (isStaff(actor) ? 'sector' : 'public');

/** The answer to one request of SRU 1.1, 1.2 or 2.0, diagnostics included, as an XML document. */
export async function sruAnswer(parts: SruParts, actor: Actor, given: URLSearchParams): Promise<{ version: SruVersion; xml: string }> {
  const { version } = versionOf(given);
  let root: XmlElement;
  try {
    const asked = readSruArguments(given);
    root =
      asked.operation === 'explain'
        ? await explainResponse(parts, version, [])
        : asked.operation === 'scan'
          ? await scanResponse(parts, actor, version, asked.scan, given)
          : await searchResponse(parts, actor, version, asked.search, given);
  } catch (error) {
    if (!(error instanceof SruDiagnostic)) throw error;
    root = await refusal(parts, version, given, error);
  }
  const written = writeXml(root);
  // YAZ (5.34 and before) takes the space between two terms for a term, and dies of it.
  return { version, xml: `${xmlDeclaration}${root[0] === 'scanResponse' ? written.replace(/\n\s*</g, '<') : written}` };
}

async function refusal(parts: SruParts, version: SruVersion, given: URLSearchParams, fault: SruDiagnostic): Promise<XmlElement> {
  if (given.get('operation') === 'explain') return explainResponse(parts, version, [fault]);
  const said = diagnosticsOf(version, [fault]);
  if (given.get('operation') !== 'scan' && !given.has('scanClause')) return response(version, 'searchRetrieveResponse', [['numberOfRecords', {}, '0'], ...echoed(version, given), ...said]);
  return scanElement(version, said);
}

/** 2.0 has made scan a protocol of its own. */
function scanElement(version: SruVersion, content: XmlElement[]): XmlElement {
  if (version === '2.0') return ['scanResponse', { xmlns: 'http://docs.oasis-open.org/ns/search-ws/scan' }, content];
  return ['scanResponse', { xmlns: dialects[version].namespace }, [['version', {}, version], ...content]];
}

async function scanResponse(parts: SruParts, actor: Actor, version: SruVersion, asked: ScanArguments, given: URLSearchParams): Promise<XmlElement> {
  const question = readScanClause(asked.scanClause);
  const terms = scanTerms(await parts.catalogue.current(), sruViewOf(actor), question, asked.responsePosition, asked.maximumTerms);
  const term = ({ value, records, written }: ScannedTerm): XmlElement => [
    'term',
    {},
    [['value', {}, value], ['numberOfRecords', {}, String(records)], ...(written === null ? [] : [['displayTerm', {}, written] as XmlElement])],
  ];
  const echo = ['version', 'scanClause', 'responsePosition', 'maximumTerms'].flatMap((name): XmlElement[] => (given.has(name) ? [[name, {}, given.get(name)!.slice(0, mostEchoed)]] : []));
  return scanElement(version, [...(terms.length > 0 ? [['terms', {}, terms.map(term)] as XmlElement] : []), ['echoedScanRequest', {}, echo]]);
}

/** 2.0 says its version in explain alone. */
function response(version: SruVersion, name: 'searchRetrieveResponse' | 'explainResponse', content: XmlElement[]): XmlElement {
  const says = version !== '2.0' || name === 'explainResponse';
  return [name, { xmlns: dialects[version].namespace }, [...(says ? [['version', {}, version] as XmlElement] : []), ...content]];
}

function diagnosticsOf(version: SruVersion, faults: readonly SruDiagnostic[]): XmlElement[] {
  return faults.length === 0 ? [] : [['diagnostics', {}, faults.map((fault) => diagnostic(version, fault))]];
}

function diagnostic(version: SruVersion, { number, details }: SruDiagnostic): XmlElement {
  return [
    'diagnostic',
    { xmlns: dialects[version].diagnostics },
    [['uri', {}, `info:srw/diagnostic/1/${number}`], ...(details === '' ? [] : [['details', {}, details] as XmlElement]), ['message', {}, diagnosticMessages[number]]],
  ];
}

async function explainResponse({ metadata, publicUrl }: SruParts, version: SruVersion, faults: readonly SruDiagnostic[]): Promise<XmlElement> {
  const [first] = await schools(metadata.queries);
  const said = zeerexRecord(publicUrl, first?.name ?? '', version);
  return response(version, 'explainResponse', [
    ['record', {}, [['recordSchema', {}, zeerexSchema], [dialects[version].packing, {}, 'xml'], ['recordData', {}, [said]]]],
    ...diagnosticsOf(version, faults),
  ]);
}

async function searchResponse(parts: SruParts, actor: Actor, version: SruVersion, asked: SearchArguments, given: URLSearchParams): Promise<XmlElement> {
  const question = readQuestion(asked.query, asked.sortBy);
  const view = sruViewOf(actor);
  const { total, ids } = await findRecords(await parts.catalogue.current(), view, question, asked.startRecord, asked.maximumRecords);
  const records = await loadCrosswalkRecords(parts, actor, ids, (row) => viewsOf(row).includes(view));
  const elements = ids.map((id, at): XmlElement => {
    const record = records.get(id);
    const position = String(asked.startRecord + at);
    // Hidden between finding and reading: its place is kept, so that the others keep theirs.
    if (!record) return recordElement(version, `info:srw/schema/1/diagnostics-v1.1`, diagnostic(version, new SruDiagnostic(64, '')), asked.escaped, null, position);
    return recordElement(version, asked.schema.identifier, asked.schema.write(record), asked.escaped, id, position);
  });
  const next = asked.startRecord + ids.length;
  const faults = asked.startRecord > Math.max(total, 1) ? [new SruDiagnostic(61, String(asked.startRecord))] : [];
  return response(version, 'searchRetrieveResponse', [
    ['numberOfRecords', {}, String(total)],
    ...(elements.length > 0 ? [['records', {}, elements] as XmlElement] : []),
    ...(faults.length === 0 && next <= total ? [['nextRecordPosition', {}, String(next)] as XmlElement] : []),
    ...echoed(version, given),
    ...diagnosticsOf(version, faults),
    ...(version === '2.0' ? [['resultCountPrecision', {}, 'info:srw/vocabulary/resultCountPrecision/1/exact'] as XmlElement] : []),
  ]);
}

function recordElement(version: SruVersion, schema: string, said: XmlElement, escaped: boolean, id: string | null, position: string): XmlElement {
  return [
    'record',
    {},
    [
      ['recordSchema', {}, schema],
      [dialects[version].packing, {}, escaped ? 'string' : 'xml'],
      ['recordData', {}, escaped ? writeXml(said) : [said]],
      // 1.1 has no word for it.
      ...(id === null || version === '1.1' ? [] : [['recordIdentifier', {}, `urn:uuid:${id}`] as XmlElement]),
      ['recordPosition', {}, position],
    ],
  ];
}

const echoedNames = ['version', 'query', 'startRecord', 'maximumRecords', 'recordPacking', 'recordXMLEscaping', 'recordSchema', 'recordXPath', 'resultSetTTL', 'sortKeys', 'stylesheet'];
const mostEchoed = 4_096;

function echoed(version: SruVersion, given: URLSearchParams): XmlElement[] {
  const said = echoedNames.flatMap((name): XmlElement[] => (given.has(name) ? [[name, {}, given.get(name)!.slice(0, mostEchoed)]] : []));
  // The schema of 1.x wants version and query in it; what came without them is not repeated.
  return given.has('query') && (version === '2.0' || given.has('version')) ? [['echoedSearchRetrieveRequest', {}, said]] : [];
}
