import { type Reading, readingKey, unfinishedReading } from '../state/reading.ts';
import type { Mode } from './book.ts';
import type { Fit } from './zoom.ts';

/** What stays in this browser and goes nowhere else: where somebody is in a book, and how they like to read. */

const mostBooks = 20;
const likingKey = 'tusach.reader';

function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage may be forbidden or full; reading goes on without a memory.
  }
}

/** Puts a book in front of the list. One that is read to its last page leaves it: it is not unfinished. */
export function rememberReading(reading: Omit<Reading, 'at'>, now: Date): void {
  const others = unfinishedReading().filter((one) => one.fileId !== reading.fileId);
  const finished = reading.page >= reading.pages;
  keep(readingKey, finished ? others : [{ ...reading, at: now.toISOString() }, ...others].slice(0, mostBooks));
}

export interface Liking {
  mode: Mode | null;
  fit: Fit;
}

const modes: readonly unknown[] = ['single', 'spread', 'scroll'];
const fits: readonly unknown[] = ['whole', 'width', 'height', 'pixels'];

/** `mode` is null where nobody has chosen: the width of the screen then decides. */
export function liking(): Liking {
  try {
    const kept = JSON.parse(localStorage.getItem(likingKey) ?? '{}') as Partial<Liking> | null;
    return {
      mode: modes.includes(kept?.mode) ? (kept?.mode ?? null) : null,
      fit: fits.includes(kept?.fit) ? (kept?.fit ?? 'whole') : 'whole',
    };
  } catch {
    return { mode: null, fit: 'whole' };
  }
}

export const rememberLiking = (now: Liking): void => keep(likingKey, now);
