import type { FileView } from '../../server/contract/file.ts';

export type Use = 'read' | 'listen' | 'watch' | 'download' | 'none';

/** What a reader can do with a file first: read its pages, play it here, or take it away. */
export function useOf(file: FileView): Use {
  if (file.abilities.read && file.pageCount > 0) return 'read';
  if (file.format === 'audio' && (file.abilities.read || file.abilities.download)) return 'listen';
  if (file.format === 'video' && (file.abilities.read || file.abilities.download)) return 'watch';
  return file.abilities.download ? 'download' : 'none';
}

/**
 * The file the page's main button is about: the first that can be read, else played, else taken away. Pages that were set
 * from the words of a file alone come after those that look as they were made.
 */
export function mainFile(files: readonly FileView[]): FileView | null {
  const order: Use[] = ['read', 'watch', 'listen', 'download'];
  const made = files.find((file) => useOf(file) === 'read' && file.code !== 'document-text-only');
  if (made) return made;
  for (const use of order) {
    const found = files.find((file) => useOf(file) === use);
    if (found) return found;
  }
  return null;
}

/** Work on it has ended, one way or another. */
export const isSettled = (file: FileView): boolean =>
  file.state === 'ready' || file.state === 'failed' || file.state === 'stopped';
