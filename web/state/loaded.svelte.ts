import { isAbort } from '../api/client.ts';

/** Something asked of the server: its value, or why it is not there. A newer `run` wins over an older one still under way. */
export class Loaded<Value> {
  value = $state.raw<Value | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  #ask: (signal: AbortSignal) => Promise<Value>;
  #under: AbortController | null = null;

  constructor(ask: (signal: AbortSignal) => Promise<Value>) {
    this.#ask = ask;
  }

  /** Asks again; the last value stays on screen meanwhile. */
  async run(): Promise<void> {
    this.#under?.abort();
    const under = new AbortController();
    this.#under = under;
    this.busy = true;
    try {
      const value = await this.#ask(under.signal);
      if (under !== this.#under) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (under !== this.#under || isAbort(error)) return;
      this.error = error;
    }
    this.busy = false;
  }
}
