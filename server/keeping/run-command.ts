import { StoreFull, StoreUnavailable } from '../../storage/objects/object-store.ts';
import { DatabaseUnavailable } from '../../storage/metadata/database.ts';
import { KeepingFault } from './keeping-fault.ts';

/** Exit status of a command that Ctrl-C ended, as shells have it. */
const interrupted = 130;

/**
 * Runs a command that may take hours: Ctrl-C stops it where it can be stopped, and what a person can act on is said in two languages
 * without a trace. A fault of ours is thrown on.
 */
export async function runCommand(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    process.exitCode = await work(stopping.signal);
  } catch (error) {
    process.exitCode = 1;
    if (stopping.signal.aborted) {
      process.exitCode = interrupted;
      process.stderr.write('\nĐã dừng; chạy lại để làm tiếp. / Stopped; run it again to go on.\n');
    } else if (error instanceof KeepingFault) process.stderr.write(`\n${error.words}`);
    else if (error instanceof DatabaseUnavailable) process.stderr.write('\nKhông tới được cơ sở dữ liệu; thử lại sau. / The database cannot be reached; try again later.\n');
    else if (error instanceof StoreUnavailable) process.stderr.write('\nKhông tới được kho tệp; thử lại sau. / The object store cannot be reached; try again later.\n');
    else if (error instanceof StoreFull) process.stderr.write('\nKho tệp đã đầy. / The object store is full.\n');
    else throw error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
