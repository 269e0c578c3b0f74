/** The document; tests bring their own. */
interface Seen extends EventTarget {
  readonly visibilityState: string;
}

/**
 * Runs `work` every `ms` from the end of one run to the start of the next, while the page can be seen; at once when it is seen again after
 * a longer time. `work` answers false to end it. Answers a function that ends it.
 */
export function whileVisible(ms: number, work: () => Promise<boolean>, seen: Seen): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let ended = false;
  let last = Date.now();

  function wait(): void {
    clearTimeout(timer);
    if (ended || busy || seen.visibilityState !== 'visible') return;
    timer = setTimeout(() => void run(), Math.max(0, last + ms - Date.now()));
  }
  async function run(): Promise<void> {
    busy = true;
    const more = await work();
    busy = false;
    last = Date.now();
    if (more) wait();
    else end();
  }
  function end(): void {
    ended = true;
    clearTimeout(timer);
    seen.removeEventListener('visibilitychange', wait);
  }
  seen.addEventListener('visibilitychange', wait);
  wait();
  return end;
}
