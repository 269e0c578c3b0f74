import type { Book } from '../../server/contract/reader.ts';

/** The book: its pages, how they face each other, and how to get from one to another. Knows nothing of how it is shown. */

export type Leaf = Book['pages'][number];
export type Mode = 'single' | 'spread' | 'scroll';
/** Page numbers from left to right. */
export type Spread = readonly [number] | readonly [number, number];

/** What a page that is not there yet is taken for: A4 at 150 dpi. */
const paper = { width: 1240, height: 1754 };

/** The size of a page; a page still to come has that of its nearest neighbour, so that little moves when it arrives. */
export function sizeOf(pages: readonly Leaf[], number: number): { width: number; height: number } {
  for (let away = 0; away < pages.length; away++) {
    for (const at of [number - 1 - away, number - 1 + away]) {
      const page = pages[at];
      if (page && page.width > 0 && page.height > 0) return { width: page.width, height: page.height };
    }
  }
  return paper;
}

const isWide = (page: Leaf): boolean => page.width > page.height;

/** The cover alone, then pairs; a wide page (a map, two pages scanned as one) stands alone and the pairs begin anew after it. */
export function spreadsOf(pages: readonly Leaf[]): Spread[] {
  const spreads: Spread[] = [];
  let at = 0;
  while (at < pages.length) {
    const page = pages[at]!;
    const next = pages[at + 1];
    if (at === 0 || isWide(page) || !next || isWide(next)) {
      spreads.push([page.index]);
      at += 1;
    } else {
      spreads.push([page.index, next.index]);
      at += 2;
    }
  }
  return spreads;
}

/** What is on screen together with a page. */
export function spreadWith(spreads: readonly Spread[], page: number): Spread {
  return spreads.find((spread) => spread.some((one) => one === page)) ?? [page];
}

/** The page to go to from here, or null at the ends. In a spread the step is a leaf: from any page of it to the first of the next. */
export function step(pages: readonly Leaf[], mode: Mode, page: number, by: 1 | -1): number | null {
  if (mode !== 'spread') {
    const to = page + by;
    return to >= 1 && to <= pages.length ? to : null;
  }
  const spreads = spreadsOf(pages);
  const here = spreads.findIndex((spread) => spread.some((one) => one === page));
  return spreads[here + by]?.[0] ?? null;
}

/** The number printed on a page, or its place in the file. */
export const labelOf = (pages: readonly Leaf[], number: number): string => pages[number - 1]?.label ?? String(number);

/** Whether the printed numbers say anything that the places do not. */
export const hasLabels = (pages: readonly Leaf[]): boolean =>
  pages.some((page) => page.label !== null && page.label !== String(page.index));

/**
 * The page somebody means: the printed number first (the nearest where several pages bear it), then the place in the file.
 * Null where there is none.
 */
export function pageMeant(pages: readonly Leaf[], typed: string, from: number): number | null {
  const wanted = typed.normalize('NFC').trim().toLocaleLowerCase('vi');
  if (wanted === '') return null;
  const labelled = pages.filter((page) => page.label?.normalize('NFC').trim().toLocaleLowerCase('vi') === wanted);
  if (labelled.length > 0) {
    return labelled.reduce((a, b) => (Math.abs(b.index - from) < Math.abs(a.index - from) ? b : a)).index;
  }
  const number = /^\d{1,7}$/.test(wanted) ? Number(wanted) : 0;
  return number >= 1 && number <= pages.length ? number : null;
}

/** A page that exists: addresses are typed by hand too. */
export const within = (pages: readonly Leaf[], page: number): number =>
  Math.min(Math.max(1, page), Math.max(1, pages.length));

/** The place in the contents that a page belongs to, -1 before the first. Entries of one page: the last of them. */
export function entryOf(contents: Book['contents'], page: number): number {
  let found = -1;
  contents.forEach((entry, place) => {
    if (entry.page <= page && (found < 0 || entry.page >= contents[found]!.page)) found = place;
  });
  return found;
}

/** Pages worth fetching before they are asked for: the next ones first, then the one before. */
export function ahead(pages: readonly Leaf[], mode: Mode, page: number): number[] {
  const shown = mode === 'spread' ? spreadWith(spreadsOf(pages), page) : [page];
  const last = shown.at(-1)!;
  const first = shown[0]!;
  const count = mode === 'spread' ? 2 : 1;
  const next = Array.from({ length: count + 1 }, (_, at) => last + 1 + at);
  const before = Array.from({ length: count }, (_, at) => first - 1 - at);
  return [...next, ...before].filter((number) => pages[number - 1]?.ready);
}
