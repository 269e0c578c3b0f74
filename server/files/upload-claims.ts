import { setTimeout as sleep } from 'node:timers/promises';
import { v4 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import { claimUpload, releaseUploadClaim, renewUploadClaim } from '../../storage/metadata/upload-claim-rows.ts';

/**
 * How long a claim holds without being renewed. A process that is killed leaves its uploads shut for as long; one that is slow must renew
 * within two thirds of it, which the slowest database does.
 */
export const leaseMs = 10_000;
/** Between two looks at a claim that another process holds. */
export const lookMs = 250;

/** Another process has taken this upload: what this one was about to do, it must not. */
export class ClaimLost extends Error {
  constructor(uploadId: string) {
    super(`upload ${uploadId} is in other hands`);
    this.name = 'ClaimLost';
  }
}

/** The right to move or take in the bytes of one upload, against every other request in every process of this library. */
export interface UploadClaim {
  /** Names the claim in the row, for a write that must fail when it is no longer ours. */
  by: string;
  /**
   * Called before bytes are written: renews when a third of the time has passed, so that bytes that flow hold the upload and a line that is
   * dead lets it go. Throws ClaimLost.
   */
  keep(): Promise<void>;
  /** Renews by the clock until released: for work of our own, which does not wait for a browser. */
  keepAlive(): void;
  release(): Promise<void>;
}

export interface UploadClaims {
  /** Null: somebody holds it, or there is no such upload. */
  take(uploadId: string): Promise<UploadClaim | null>;
  /** As take, for the time of `work`. Null: held, and nothing was done. */
  during<T>(uploadId: string, work: (claim: UploadClaim) => Promise<T>): Promise<{ done: T } | null>;
}

export function uploadClaims(metadata: Metadata): UploadClaims {
  async function take(uploadId: string): Promise<UploadClaim | null> {
    const by = uuid();
    let until = Date.now() + leaseMs;
    if (!(await claimUpload(metadata.queries, uploadId, by, Date.now(), until))) return null;
    let renewing: Promise<void> | null = null;
    const ticking = new AbortController();

    async function renew(): Promise<void> {
      const now = Date.now();
      if (!(await renewUploadClaim(metadata.queries, uploadId, by, now, now + leaseMs))) throw new ClaimLost(uploadId);
      until = now + leaseMs;
    }
    const keep = async (): Promise<void> => {
      if (until - Date.now() > (leaseMs * 2) / 3) return;
      renewing ??= renew().finally(() => (renewing = null));
      await renewing;
    };

    return {
      by,
      keep,
      keepAlive() {
        void (async () => {
          for (;;) {
            await sleep(leaseMs / 3, undefined, { signal: ticking.signal, ref: false });
            await keep().catch((error: unknown) => {
              // A database that is away for a moment is asked again.
              if (error instanceof ClaimLost) throw error;
            });
          }
          // Released; or lost, which shows when the outcome is written.
        })().catch(() => {});
      },
      async release() {
        ticking.abort();
        // Not released because the database is away: the claim ends by itself.
        await releaseUploadClaim(metadata.queries, uploadId, by).catch(() => {});
      },
    };
  }

  return {
    take,
    async during(uploadId, work) {
      const claim = await take(uploadId);
      if (!claim) return null;
      try {
        return { done: await work(claim) };
      } finally {
        await claim.release();
      }
    },
  };
}
