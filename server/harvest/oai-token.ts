import { OaiError, type ListArguments } from './oai-arguments.ts';

/** Where a list goes on. It says all of it, so that any process answers it at any time, after whatever restart. */
export interface ListPlace extends ListArguments {
  verb: 'ListRecords' | 'ListIdentifiers';
  /** Id of the last record told. */
  after: string;
  /** How many were told, and how many there were when the list began. */
  told: number;
  total: number;
}

/** Rights are not in it: each request is answered for whoever makes it. */
export function writeToken({ verb, metadataPrefix, set, from, until, after, told, total }: ListPlace): string {
  return Buffer.from(JSON.stringify([verb, metadataPrefix, set, from, until, after, told, total])).toString('base64url');
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Throws OaiError badResumptionToken for what is none of ours, or of another verb. */
export function readToken(token: string, verb: ListPlace['verb']): ListPlace {
  const text = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && value.length <= 200 && pattern.test(value);
  const count = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  try {
    const [own, metadataPrefix, set, from, until, after, told, total] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    const dates = [from, until].every((date) => date === null || text(date, instant));
    const whole = own === verb && text(metadataPrefix, /^\w+$/) && (set === null || text(set, /./)) && dates && text(after, /^[0-9a-f-]{36}$/) && count(told) && count(total);
    if (whole) return { verb, metadataPrefix, set, from, until, after, told, total } as ListPlace;
  } catch {
    // Not base64, or not JSON: said below.
  }
  throw new OaiError('badResumptionToken', 'this resumption token is none of this repository, or of another verb');
}
