/**
 * Runs `stop` once on Ctrl-C, on SIGTERM, and when the parent process goes away (its IPC channel closes), then exits.
 * A second signal, or `patienceMs` without an end, exits at once: what is acknowledged is on disk already.
 */
export function stopOnSignal(stop: () => Promise<void>, onError: (error: unknown) => void, patienceMs = 20_000): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), patienceMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        onError(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('disconnect', end);
}
