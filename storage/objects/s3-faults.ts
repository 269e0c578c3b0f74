import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectMissing, StoreFull, StoreUnavailable } from './object-store.ts';
import { StoreAnswer, StoreSilent } from './s3-transport.ts';

/** AWS has no such code; these are those of MinIO, versitygw, Ceph, SeaweedFS. Garage says 403 with the word. */
const fullCodes = new Set(['XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'XMinioDiskFull', 'QuotaExceeded', 'InsufficientStorage', 'InsufficientCapacity']);

/** A bucket that is gone and a key that is no longer known (versitygw) are 404 too, and no word about the object. */
const missingCodes = new Set(['NoSuchKey', 'NotFound', 'NoSuchVersion']);

const isFull = (answer: StoreAnswer): boolean =>
  answer.status === 507 || fullCodes.has(answer.code) || (answer.status === 403 && /quota/i.test(answer.message)) || (answer.status === 500 && /no space left/i.test(answer.message));

/** What the client or the connection threw, in the words of the port. `key` of the object that was asked for, where there was one. */
export function normalised(error: unknown, key?: string): unknown {
  if (error instanceof ObjectMissing || error instanceof StoreFull || error instanceof StoreUnavailable) return error;
  if (error instanceof StoreAnswer) {
    if (key !== undefined && error.status === 404 && missingCodes.has(error.code)) return new ObjectMissing(key);
    if (isFull(error)) return new StoreFull({ cause: error });
  }
  return new StoreUnavailable({ cause: error });
}

const passing = new Set([408, 425, 429, 500, 502, 503, 504]);
const passingCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ECONNABORTED', 'EAI_AGAIN']);
const attempts = 3;
const pauseMs = 100;

/** Worth asking again at once. Silence is not: whoever waits has waited long already. */
function isPassing(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return !(error.cause instanceof StoreSilent);
  if (error instanceof StoreAnswer) return passing.has(error.status) && !isFull(error);
  return passingCodes.has((error as NodeJS.ErrnoException | null)?.code ?? '');
}

/**
 * Asks at most three times, with growing pauses (0.75 s at most), where asking twice does no harm. What it throws at last is
 * normalised. A busy or restarting store is ridden out; one that is away is told of within seconds.
 */
export async function asking<T>(ask: () => Promise<T>, key?: string, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === attempts || signal?.aborted || !isPassing(error)) throw normalised(error, key);
      await sleep(pauseMs * 4 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}
