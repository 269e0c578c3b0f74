import { setTimeout as sleep } from 'node:timers/promises';

/** Whoever asks less often than this (a container's health check) is not waited for: a proxy that does finds a closed door, and tries another. */
const patienceMs = 6_000;
/** From the answer "stopping" to the last request that was on its way here already. */
const onTheWayMs = 500;
const remembered = 8;

/** The end of a web process, as proxies see it: first "send nobody here any more", then the door. */
export interface Draining {
  begun(): boolean;
  /** Somebody asked whether the process is ready. */
  asked(): void;
  /**
   * Says so to whoever asks from now on. Resolves when a proxy that has been asking regularly knows it, or has missed its turn; at once
   * where nobody asks.
   */
  begin(): Promise<void>;
}

export function openDraining(limits = { patienceMs, onTheWayMs }): Draining {
  let begun = false;
  let times: number[] = [];
  let told: () => void = () => {};
  const known = new Promise<void>((resolve) => (told = resolve));

  /** Milliseconds until whoever asks regularly should have asked again; 0 where nobody does. */
  function untilAsked(): number {
    const pauses = times.slice(1).map((time, at) => time - times[at]!);
    const longest = Math.max(0, ...pauses);
    const silent = performance.now() - (times.at(-1) ?? -Infinity);
    return longest > limits.patienceMs || silent > 2 * longest ? 0 : Math.min(limits.patienceMs, 2 * longest);
  }

  return {
    begun: () => begun,
    asked() {
      times = [...times, performance.now()].slice(-remembered);
      if (begun) told();
    },
    async begin() {
      begun = true;
      const wait = untilAsked();
      if (wait === 0) return;
      const patience = new AbortController();
      await Promise.race([known, sleep(wait, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
      await sleep(limits.onTheWayMs);
    },
  };
}
