import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, type Locker } from '@tus/server';
import { leaseMs, lookMs, type UploadClaim, type UploadClaims } from './upload-claims.ts';

/** Longer than a dead process's claim, so that whoever comes back after its death need not come twice. */
const patienceMs = 3 * leaseMs;

export interface UploadLocker extends Locker {
  claimOf(uploadId: string): UploadClaim | undefined;
}

/**
 * One request at a time moves the bytes of an upload, in whichever process. The request that holds it in this process is asked to end, for
 * it mostly belongs to a line that was cut; one in another process lets go when its bytes stop flowing for the time of a claim.
 */
export function uploadLocker(claims: UploadClaims): UploadLocker {
  const held = new Map<string, { claim: UploadClaim; giveUp: () => void }>();
  return {
    claimOf: (uploadId) => held.get(uploadId)?.claim,
    newLock(uploadId) {
      let mine: UploadClaim | null = null;
      return {
        async lock(signal, giveUp) {
          const patience = Date.now() + patienceMs;
          for (;;) {
            const other = held.get(uploadId);
            other?.giveUp();
            mine = other ? null : await claims.take(uploadId);
            if (mine) break;
            if (signal.aborted || Date.now() > patience) throw ERRORS.ERR_LOCK_TIMEOUT;
            await sleep(other ? 20 : lookMs);
          }
          held.set(uploadId, { claim: mine, giveUp: () => void giveUp() });
        },
        async unlock() {
          if (!mine) throw new Error('an upload is let go that was not held');
          held.delete(uploadId);
          await mine.release();
        },
      };
    },
  };
}
