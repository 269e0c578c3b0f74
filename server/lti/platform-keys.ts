import type { Metadata } from '../../storage/metadata/database.ts';
import { allowedHosts } from '../outbound/allowed-hosts.ts';
import { openOutbound, OutboundFault } from '../outbound/guarded-fetch.ts';
import { type KeySet, readKeySet } from './signed-messages.ts';

/** The keys of a platform could not be read. `why`: of OutboundFault, or what was answered instead. */
export class KeysUnread extends Error {
  constructor(
    readonly host: string,
    readonly why: OutboundFault['code'] | 'status' | 'not-keys',
    options?: ErrorOptions,
  ) {
    super(`keys of ${host}: ${why}`, options);
    this.name = 'KeysUnread';
  }
}

/** A pupil waits for it. */
export const quickly = { idleMs: 5_000, wholeMs: 10_000, bytes: 256 * 1024, redirects: 3 };
const keptMs = 3_600_000;
/** A message with an unknown key makes us ask for the keys at once, but whoever sends many makes us ask no more often than this. */
const askedAgainMs = 60_000;

export interface PlatformKeys {
  /** `fresh`: a key that is not among those kept has been used. Throws KeysUnread. */
  keysAt(address: string, fresh: boolean): Promise<KeySet>;
}

/** Asks for the keys of a platform; nothing is kept. Throws KeysUnread. */
export async function readPlatformKeys(metadata: Metadata, address: string): Promise<KeySet> {
  const outbound = openOutbound({ allowed: await allowedHosts(metadata.queries), limits: quickly });
  const { host } = new URL(address);
  try {
    const answer = await outbound.get(address, {
      headers: { accept: 'application/json, application/jwk-set+json;q=0.9' },
    });
    if (answer.status !== 200) throw new KeysUnread(host, 'status');
    try {
      return readKeySet(JSON.parse(answer.body.toString('utf8')));
    } catch (cause) {
      throw new KeysUnread(host, 'not-keys', { cause });
    }
  } catch (error) {
    throw error instanceof OutboundFault ? new KeysUnread(error.host || host, error.code, { cause: error }) : error;
  } finally {
    outbound.close();
  }
}

/** Keys of platforms, kept for an hour in this process; asked for once however many wait for them. */
export function openPlatformKeys(metadata: Metadata, clock = Date.now): PlatformKeys {
  const kept = new Map<string, { keys: KeySet; at: number }>();
  const underWay = new Map<string, Promise<KeySet>>();

  const ask = (address: string): Promise<KeySet> => {
    let asking = underWay.get(address);
    if (!asking) {
      asking = readPlatformKeys(metadata, address)
        .then((keys) => {
          kept.set(address, { keys, at: clock() });
          return keys;
        })
        .finally(() => underWay.delete(address));
      underWay.set(address, asking);
    }
    return asking;
  };

  return {
    async keysAt(address, fresh) {
      const held = kept.get(address);
      if (held && clock() - held.at < (fresh ? askedAgainMs : keptMs)) return held.keys;
      try {
        return await ask(address);
      } catch (error) {
        // Known keys outlive a platform whose keys cannot be read for a while.
        if (held && !fresh && error instanceof KeysUnread) return held.keys;
        throw error;
      }
    },
  };
}
