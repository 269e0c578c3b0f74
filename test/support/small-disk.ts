import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SmallDisk {
  /** Takes all room but one page of memory: names and empty files still fit, bytes do not. */
  fill(): Promise<void>;
  free(): Promise<void>;
  end(): void;
}

/** A file system of its own over a folder, of `megabytes`. Only root may mount one: the test is skipped for others, with CI=true it fails. */
export async function smallDisk(test: Mocha.Context, folder: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    test.runnable().title += ' (skipped: only root may mount a file system of its own)';
    return test.skip();
  }
  const filler = join(folder, '.filler');
  return {
    fill: () =>
      writeFile(filler, Buffer.alloc(megabytes * 1024 * 1024)).catch((error: NodeJS.ErrnoException) => void expect(error.code).to.equal('ENOSPC')),
    free: () => rm(filler, { force: true }),
    end: () => void execFileSync('umount', ['-l', folder]),
  };
}
