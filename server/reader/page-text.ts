import type { PageText } from '../contract/reader.ts';
import { decodePageWords } from '../ingest/page-words.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { markText } from '../../search/vietnamese/mark-matches.ts';

export type Box = PageText['words'][number]['box'];

/** The words of a page with their boxes. Throws ObjectMissing. */
export async function readPageText(objects: ObjectStore, index: number, key: string): Promise<PageText> {
  const stored = decodePageWords(await objects.read(key));
  return {
    index,
    width: stored.width,
    height: stored.height,
    source: stored.source,
    words: stored.words.map(([text, x, y, width, height, line, original]) => ({
      text,
      box: [x, y, width, height],
      line,
      ...(original !== undefined && { original }),
    })),
  };
}

/** Neighbouring matched words of one line, as one box. */
export interface Match {
  text: string;
  box: Box;
}

/** Finds a query on a page by the same rules that mark a snippet, so that list and page agree. In reading order. */
export function matchesOn(page: PageText, query: string): Match[] {
  const runs = markText(page.words.map((word) => word.text).join(' '), query);
  const marked: [start: number, end: number][] = [];
  let at = 0;
  for (const run of runs) {
    if (run.marked) marked.push([at, at + run.text.length]);
    at += run.text.length;
  }

  const matches: Match[] = [];
  let start = 0;
  let next = 0;
  let before = { line: NaN, run: NaN };
  for (const word of page.words) {
    const end = start + word.text.length;
    while (next < marked.length && marked[next]![1] <= start) next++;
    const run = marked[next];
    if (run && run[0] < end) {
      const last = matches.at(-1);
      if (last && before.line === word.line && before.run === next) {
        last.text += ` ${word.text}`;
        last.box = around(last.box, word.box);
      } else matches.push({ text: word.text, box: word.box });
      before = { line: word.line, run: next };
    } else before = { line: NaN, run: NaN };
    start = end + 1;
  }
  return matches;
}

function around(a: Box, b: Box): Box {
  const x = Math.min(a[0], b[0]);
  const y = Math.min(a[1], b[1]);
  return [x, y, Math.max(a[0] + a[2], b[0] + b[2]) - x, Math.max(a[1] + a[3], b[1] + b[3]) - y];
}
