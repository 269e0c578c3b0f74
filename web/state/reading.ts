import type { FileView } from '../../server/contract/file.ts';

/** What this browser remembers of unfinished reading; written by the reader, never sent anywhere. */
export type Reading = {
  fileId: FileView['id'];
  recordId: string;
  title: string;
  page: number;
  pages: number;
  at: string;
};

export const readingKey = 'tusach.reading';

const isReading = (value: unknown): value is Reading => {
  if (typeof value !== 'object' || value === null) return false;
  const one = value as Record<string, unknown>;
  return (
    typeof one.fileId === 'string' &&
    typeof one.title === 'string' &&
    typeof one.page === 'number' &&
    typeof one.pages === 'number'
  );
};

/** Newest first; empty where nothing is kept or storage is forbidden. */
export function unfinishedReading(): Reading[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(readingKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isReading) : [];
  } catch {
    return [];
  }
}

/** Forgets one book, or all of them. */
export function forgetReading(fileId: string | null): Reading[] {
  const left = fileId === null ? [] : unfinishedReading().filter((one) => one.fileId !== fileId);
  try {
    if (left.length === 0) localStorage.removeItem(readingKey);
    else localStorage.setItem(readingKey, JSON.stringify(left));
  } catch {
    // nothing was kept where storage is forbidden
  }
  return left;
}
