import { version } from '../../version.ts';
import { type Outbound, type OutboundAnswer, OutboundFault } from '../../outbound/guarded-fetch.ts';
import { harvestCodes, HarvestFault } from './harvest-fault.ts';
import type { Validators } from './source-reader.ts';

/** One question to a source. Throws HarvestFault where no answer came or the source is busy; any other status is an answer. */
export type Ask = (address: string, options?: { accept?: string; known?: Validators | null }) => Promise<OutboundAnswer>;

/** `as`: how the harvester calls itself, behind the name of the program. */
export const askSource =
  (outbound: Outbound, signal: AbortSignal, as = 'harvester'): Ask =>
  async (address, { accept, known } = {}) => {
    const headers = {
      'user-agent': `TuSach/${version} (${as})`,
      ...(accept === undefined ? {} : { accept }),
      ...(known?.etag ? { 'if-none-match': known.etag } : {}),
      ...(known?.modified ? { 'if-modified-since': known.modified } : {}),
    };
    let answer: OutboundAnswer;
    try {
      answer = await outbound.get(address, { signal, headers });
    } catch (error) {
      if (!(error instanceof OutboundFault)) throw error;
      throw new HarvestFault(harvestCodes[error.code], { host: error.host }, null, { cause: error });
    }
    const { status } = answer;
    if (status === 503 || status === 429) throw new HarvestFault('source-busy', { status }, retryAfter(answer));
    return answer;
  };

/** Throws HarvestFault for an answer that says no. */
export function welcome(answer: OutboundAnswer): OutboundAnswer {
  if (answer.status < 200 || answer.status > 299) throw new HarvestFault('source-answers-error', { status: answer.status });
  return answer;
}

const longestWaitMs = 86_400_000;

/** Retry-After (RFC 9110 §10.2.3): seconds, or a date. */
function retryAfter({ headers }: OutboundAnswer): number | null {
  const text = headers['retry-after'];
  if (text === undefined) return null;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(longestWaitMs, Math.max(1_000, ms)) : null;
}

/** When it was answered, by the clock of the server, to the second; null where it does not say. */
export function answeredAt({ headers }: OutboundAnswer): string | null {
  const at = Date.parse(headers.date ?? '');
  return Number.isNaN(at) ? null : `${new Date(at).toISOString().slice(0, 19)}Z`;
}

const longestValidator = 500;

/** Raised when what readers make of a document changes: then it is asked for even where it has not changed. */
const reading = 1;

/** Null where the server gives nothing to know the document by. */
export function validatorsOf({ headers }: OutboundAnswer, alone: boolean): Validators | null {
  const [etag, modified] = [headers.etag ?? null, headers['last-modified'] ?? null].map((value) => (value !== null && value.length <= longestValidator ? value : null)) as [string | null, string | null];
  return etag === null && modified === null ? null : { etag, modified, reading, alone };
}

/** Those of an earlier reading, unless they are of a reading that was different. */
export function knownBefore(json: string | null): Validators | null {
  const known = json === null ? null : (JSON.parse(json) as Validators);
  return known?.reading === reading ? known : null;
}
