import type { LoadedBook } from './book-loading.ts';
import type { IiifAddresses } from './iiif-addresses.ts';

interface Range {
  id: string;
  type: 'Range';
  label: Record<string, string[]>;
  items: (Range | { id: string; type: 'Canvas' })[];
}

/**
 * A table of contents as nested IIIF ranges (Presentation 3.0 §5.4) under one range that is the table itself. An entry holds the
 * pages from its own up to the next entry's, then the entries below it. Pages that have no canvas are left out; an entry without
 * any canvas is left out too, for a range must not be empty.
 */
export function rangesOf(
  contents: LoadedBook['contents'],
  ready: number[],
  at: Pick<IiifAddresses, 'canvas' | 'range'>,
  language: string,
  title: string,
): Range[] {
  const last = ready.at(-1);
  if (contents.length === 0 || last === undefined) return [];
  const has = new Set(ready);
  const top: Range = { id: at.range('contents'), type: 'Range', label: { [language]: [title] }, items: [] };
  const open: { depth: number; range: Range }[] = [{ depth: -Infinity, range: top }];
  contents.forEach((entry, place) => {
    const next = contents[place + 1]?.page ?? last + 1;
    const range: Range = { id: at.range(place + 1), type: 'Range', label: { [language]: [entry.title] }, items: [] };
    // An entry on the same page as the next one still has that page.
    for (let page = entry.page; page < Math.max(next, entry.page + 1); page++) {
      if (has.has(page)) range.items.push({ id: at.canvas(page), type: 'Canvas' });
    }
    while (open.at(-1)!.depth >= entry.depth) open.pop();
    open.at(-1)!.range.items.push(range);
    open.push({ depth: entry.depth, range });
  });
  prune(top);
  return top.items.length > 0 ? [top] : [];
}

function prune(range: Range): void {
  for (const item of range.items) if (item.type === 'Range') prune(item);
  range.items = range.items.filter((item) => item.type === 'Canvas' || item.items.length > 0);
}
