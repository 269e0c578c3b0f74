import { setTimeout as sleep } from 'node:timers/promises';

/** Whoever asks whether this process is ready does so more often than this; a proxy that has not asked for longer is none. */
const rememberedMs = 30_000;
/** A proxy that takes longer to see that this process is stopping finds a closed door. */
const patienceMs = 6_000;
/** From the answer "stopping" to the last request that was on its way here already. */
const onTheWayMs = 500;

/** The end of a web process, as proxies see it: first "send nobody here any more", then the door. */
export interface Draining {
  begun(): boolean;
  /** Somebody asked whether the process is ready. */
  asked(): void;
  /** Says so to whoever asks from now on; resolves when a proxy that has been asking lately knows it, at once where there is none. */
  begin(): Promise<void>;
}

export function openDraining(limits = { rememberedMs, patienceMs, onTheWayMs }): Draining {
  let begun = false;
  let lastAsked = -Infinity;
  let told: () => void = () => {};
  const known = new Promise<void>((resolve) => (told = resolve));
  return {
    begun: () => begun,
    asked() {
      lastAsked = performance.now();
      if (begun) told();
    },
    async begin() {
      begun = true;
      if (performance.now() - lastAsked > limits.rememberedMs) return;
      const patience = new AbortController();
      await Promise.race([known, sleep(limits.patienceMs, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
      await sleep(limits.onTheWayMs);
    },
  };
}
