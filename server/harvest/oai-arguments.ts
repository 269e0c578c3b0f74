/** What OAI-PMH 2.0 answers with instead of what was asked (section 3.6). */
export class OaiError extends Error {
  constructor(
    readonly code:
      | 'badVerb'
      | 'badArgument'
      | 'badResumptionToken'
      | 'cannotDisseminateFormat'
      | 'idDoesNotExist'
      | 'noRecordsMatch'
      | 'noMetadataFormats',
    message: string,
  ) {
    super(message);
    this.name = 'OaiError';
  }
}

export type OaiArguments =
  | { verb: 'Identify' }
  | { verb: 'ListMetadataFormats'; identifier: string | null }
  | { verb: 'ListSets'; resumptionToken: string | null }
  | { verb: 'GetRecord'; identifier: string; metadataPrefix: string }
  | { verb: 'ListRecords' | 'ListIdentifiers'; list: ListArguments | { resumptionToken: string } };

export interface ListArguments {
  metadataPrefix: string;
  set: string | null;
  /** Instants to the second, both included. */
  from: string | null;
  until: string | null;
}

const known = {
  Identify: [],
  ListMetadataFormats: ['identifier'],
  ListSets: ['resumptionToken'],
  GetRecord: ['identifier', 'metadataPrefix'],
  ListRecords: ['metadataPrefix', 'from', 'until', 'set', 'resumptionToken'],
  ListIdentifiers: ['metadataPrefix', 'from', 'until', 'set', 'resumptionToken'],
} as const;
type Verb = keyof typeof known;

/** Reads the arguments of a request (sections 3.1 and 4), each at most once. Throws OaiError. */
export function readArguments(given: URLSearchParams): OaiArguments {
  const verbs = given.getAll('verb');
  if (verbs.length !== 1) throw new OaiError('badVerb', verbs.length === 0 ? 'verb is missing' : 'verb is repeated');
  if (!Object.hasOwn(known, verbs[0]!)) throw new OaiError('badVerb', `unknown verb: ${verbs[0]!.slice(0, 40)}`);
  const verb = verbs[0] as Verb;
  for (const name of new Set(given.keys())) {
    if (name === 'verb') continue;
    if (!(known[verb] as readonly string[]).includes(name)) throw new OaiError('badArgument', `${verb} has no argument ${name.slice(0, 40)}`);
    if (given.getAll(name).length > 1) throw new OaiError('badArgument', `${name} is repeated`);
    if (given.get(name) === '') throw new OaiError('badArgument', `${name} is empty`);
  }
  const needed = (name: string): string => {
    const value = given.get(name);
    if (value === null) throw new OaiError('badArgument', `${name} is missing`);
    return value;
  };
  switch (verb) {
    case 'Identify':
      return { verb };
    case 'ListMetadataFormats':
      return { verb, identifier: given.get('identifier') };
    case 'ListSets':
      return { verb, resumptionToken: given.get('resumptionToken') };
    case 'GetRecord':
      return { verb, identifier: needed('identifier'), metadataPrefix: needed('metadataPrefix') };
    default:
      return { verb, list: listArguments(given, needed) };
  }
}

function listArguments(given: URLSearchParams, needed: (name: string) => string): ListArguments | { resumptionToken: string } {
  const resumptionToken = given.get('resumptionToken');
  if (resumptionToken !== null) {
    // Exclusive: a token says all there is to say (section 3.5).
    if ([...given.keys()].length > 2) throw new OaiError('badArgument', 'resumptionToken stands alone');
    return { resumptionToken };
  }
  const metadataPrefix = needed('metadataPrefix');
  const [from, until] = [dateOf('from', given.get('from')), dateOf('until', given.get('until'))];
  if (from && until && from.granularity !== until.granularity) throw new OaiError('badArgument', 'from and until differ in granularity');
  const begin = from?.first ?? null;
  const end = until?.last ?? null;
  if (begin !== null && end !== null && begin > end) throw new OaiError('badArgument', 'from is later than until');
  return { metadataPrefix, set: given.get('set'), from: begin, until: end };
}

/** UTCdatetime of section 3.3: a day, or an instant to the second with Z. */
function dateOf(name: string, text: string | null): { granularity: 'day' | 'second'; first: string; last: string } | null {
  if (text === null) return null;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const first = day ? `${text}T00:00:00Z` : text;
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(first) ? new Date(first) : null;
  // 30 February is a date to Date, and another one.
  if (!at || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 19) !== first.slice(0, 19)) throw new OaiError('badArgument', `${name} is no date of the form YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ`);
  return { granularity: day ? 'day' : 'second', first, last: day ? `${text}T23:59:59Z` : text };
}
