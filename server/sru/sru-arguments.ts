import { mostQueryCharacters } from './cql-tokens.ts';
import { schemaNamed, type SruSchema } from './sru-schemas.ts';
import { SruDiagnostic } from './sru-diagnostic.ts';

export type SruVersion = '1.1' | '1.2' | '2.0';
const sruVersions: readonly SruVersion[] = ['1.1', '1.2', '2.0'];

export const defaultRecords = 10;
export const mostRecords = 100;
const usualTerms = 10;
const mostTerms = 100;

export interface SearchArguments {
  query: string;
  /** From 1. */
  startRecord: number;
  maximumRecords: number;
  schema: SruSchema;
  /** Records as elements, or as escaped text. */
  escaped: boolean;
  /** Paths in the manner of SRU 1.1, in the words of CQL's sortby; '' when none were given. */
  sortBy: string;
}

export interface ScanArguments {
  scanClause: string;
  responsePosition: number;
  maximumTerms: number;
}

export type SruArguments = { operation: 'explain' } | { operation: 'searchRetrieve'; search: SearchArguments } | { operation: 'scan'; scan: ScanArguments };

/**
 * Which version an answer is to be in. Versions 1.1 and 1.2 say it themselves; 2.0 knows neither `version` nor `operation` (part 3,
 * annex on earlier versions). An address without any argument is asked by clients of every version, and older ones are more.
 */
export function versionOf(given: URLSearchParams): { version: SruVersion; unsupported: string | null } {
  const asked = given.get('version');
  if (asked !== null) {
    const known = sruVersions.find((version) => version === asked);
    return { version: known ?? (asked.startsWith('1.') ? '1.2' : '2.0'), unsupported: known ? null : asked };
  }
  return { version: given.has('operation') || [...given.keys()].length === 0 ? '1.2' : '2.0', unsupported: null };
}

const shared = ['operation', 'version', 'query', 'startRecord', 'maximumRecords', 'recordPacking', 'recordSchema', 'resultSetTTL', 'stylesheet', 'extraRequestData'];
const known: Record<SruVersion, ReadonlySet<string>> = {
  '1.1': new Set([...shared, 'recordXPath', 'sortKeys']),
  '1.2': new Set(shared),
  '2.0': new Set([...shared, 'queryType', 'recordXMLEscaping', 'sortKeys', 'renderedBy', 'httpAccept', 'responseType']),
};

const ofScan: ReadonlySet<string> = new Set(['operation', 'version', 'scanClause', 'responsePosition', 'maximumTerms', 'stylesheet', 'extraRequestData', 'httpAccept']);

/** Reads the arguments of a request. Those that begin with x- are extensions and are not looked at. Throws SruDiagnostic. */
export function readSruArguments(given: URLSearchParams): SruArguments {
  const { version, unsupported } = versionOf(given);
  if (unsupported !== null) throw new SruDiagnostic(5, '2.0');
  const operation = given.get('operation') ?? (given.has('scanClause') ? 'scan' : given.has('query') || version === '2.0' ? 'searchRetrieve' : 'explain');
  if (operation !== 'explain' && operation !== 'searchRetrieve' && operation !== 'scan') throw new SruDiagnostic(4, operation.slice(0, 40));
  for (const name of new Set(given.keys())) {
    if (/^x-/i.test(name)) continue;
    if (given.getAll(name).length > 1) throw new SruDiagnostic(6, `${name.slice(0, 40)} is repeated`);
    if (!(operation === 'scan' ? ofScan : known[version]).has(name)) throw new SruDiagnostic(8, name.slice(0, 40));
  }
  if (operation === 'explain' || (version === '2.0' && !given.has('query') && isBare(given))) {
    packingOf(version, given);
    return { operation: 'explain' };
  }
  if (version !== '2.0' && !given.has('version')) throw new SruDiagnostic(7, 'version');
  if (operation === 'scan') return { operation, scan: scanArguments(given) };
  return { operation, search: searchArguments(version, given) };
}

/** Version 2.0 asks for explain by leaving everything out; `version` alone may stand, for a client that wants to be sure. */
const isBare = (given: URLSearchParams): boolean => [...given.keys()].every((name) => name === 'version' || /^x-/i.test(name));

function searchArguments(version: SruVersion, given: URLSearchParams): SearchArguments {
  const query = given.get('query');
  if (query === null || query.trim() === '') throw new SruDiagnostic(7, 'query');
  if (query.length > mostQueryCharacters) throw new SruDiagnostic(12, String(mostQueryCharacters));
  const queryType = given.get('queryType') ?? 'cql';
  if (queryType !== 'cql') throw new SruDiagnostic(6, `queryType: ${queryType.slice(0, 40)}`);
  if (given.get('recordXPath')) throw new SruDiagnostic(72, given.get('recordXPath')!.slice(0, 40));
  if (given.get('stylesheet')) throw new SruDiagnostic(110, given.get('stylesheet')!.slice(0, 200));
  return {
    query,
    startRecord: numberOf(given, 'startRecord', 1, 1),
    maximumRecords: Math.min(numberOf(given, 'maximumRecords', defaultRecords, 0), mostRecords),
    schema: schemaNamed(given.get('recordSchema') || null),
    escaped: packingOf(version, given),
    sortBy: sortByOf(given.get('sortKeys') ?? ''),
  };
}

function scanArguments(given: URLSearchParams): ScanArguments {
  const scanClause = given.get('scanClause');
  if (scanClause === null || scanClause.trim() === '') throw new SruDiagnostic(7, 'scanClause');
  if (given.get('stylesheet')) throw new SruDiagnostic(110, given.get('stylesheet')!.slice(0, 200));
  const maximumTerms = Math.min(numberOf(given, 'maximumTerms', usualTerms, 1), mostTerms);
  const responsePosition = numberOf(given, 'responsePosition', 1, 0);
  if (responsePosition > maximumTerms + 1) throw new SruDiagnostic(120, String(responsePosition));
  return { scanClause, responsePosition, maximumTerms };
}

function numberOf(given: URLSearchParams, name: string, usual: number, least: number): number {
  const text = given.get(name);
  if (text === null || text === '') return usual;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw new SruDiagnostic(6, `${name}: ${text.slice(0, 40)}`);
  return Number(text);
}

/** True: records as text. Version 2.0 renamed it, and gave the old name to whether servers may unpack (they need not). */
function packingOf(version: SruVersion, given: URLSearchParams): boolean {
  const packing = given.get('recordPacking') || null;
  if (version === '2.0' && packing !== null && !['packed', 'unpacked'].includes(packing)) throw new SruDiagnostic(6, `recordPacking: ${packing.slice(0, 40)}`);
  const asked = (version === '2.0' ? given.get('recordXMLEscaping') : packing) || 'xml';
  if (asked !== 'xml' && asked !== 'string') throw new SruDiagnostic(71, asked.slice(0, 40));
  return asked === 'string';
}

/** sortKeys of 1.1: `path,schema,ascending,caseSensitive,missingValue`, keys parted by spaces. Paths are names of indexes here. */
function sortByOf(sortKeys: string): string {
  const keys = sortKeys.split(/\s+/).filter(Boolean);
  return keys
    .map((key) => {
      const [path, , ascending = '1'] = key.split(',');
      if (!/^[A-Za-z.]+$/.test(path!)) throw new SruDiagnostic(80, key.slice(0, 40));
      if (ascending !== '' && ascending !== '0' && ascending !== '1') throw new SruDiagnostic(80, key.slice(0, 40));
      return `${path}/sort.${ascending === '0' ? 'descending' : 'ascending'}`;
    })
    .join(' ');
}
