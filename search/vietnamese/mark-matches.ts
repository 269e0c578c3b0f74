import { fixCharacters } from './fix-characters.ts';
import { tokens, type Token } from './fold.ts';

/** A piece of text; marked pieces matched the query. */
export interface MarkedRun {
  text: string;
  marked: boolean;
}

/**
 * Marks the words of a query in a text, by their folded form. Where the query's words stand together, lone ones are left
 * unmarked, and where a word typed with marks occurs so, its look-alikes are.
 *
 * Without `around` the runs joined are the text, unchanged. With `around` (in syllables, 30 is usual) they are the best window
 * of about that many, cut at words, spaces drawn together, `…` where something was left off.
 */
export function markText(text: string, query: string, options: { around?: number } = {}): MarkedRun[] {
  const found = tokens(text);
  const wanted = queryTokens(query);
  const marked = markedTokens(found, wanted);
  if (options.around === undefined) return runs(text, found, marked, 0, text.length);
  const size = Math.max(1, Math.floor(options.around));
  if (found.length <= size) return tidy(runs(text, found, marked, 0, text.length), false, false);
  const first = bestWindow(found, marked, size);
  const last = Math.min(found.length, first + size) - 1;
  const start = first === 0 ? 0 : found[first]!.start;
  const end = last === found.length - 1 ? text.length : found[last]!.end;
  return tidy(runs(text, found, marked, start, end), first > 0, last < found.length - 1);
}

const mostQueryTokens = 32;
const mostQueryCharacters = 2000;

/** `-word` and `-"a phrase"` are what must not be there, so they are not marked. */
function queryTokens(query: string): Token[] {
  const positive = query.slice(0, mostQueryCharacters).replace(/(^|\s)-("[^"]*"?|[^\s"]+)/g, ' ');
  return tokens(positive).slice(0, mostQueryTokens);
}

function markedTokens(found: Token[], wanted: Token[]): boolean[] {
  const byFold = new Map<string, Set<string>>();
  const pairs = new Set<string>();
  wanted.forEach((token, place) => {
    const tones = byFold.get(token.fold) ?? new Set();
    byFold.set(token.fold, tones.add(token.tone));
    const next = wanted[place + 1];
    if (next) pairs.add(`${token.fold} ${next.fold}`);
  });
  const typedMarks = wanted.some((token) => token.tone !== token.fold);
  const exactFolds = new Set<string>();
  if (typedMarks) for (const token of found) if (byFold.get(token.fold)?.has(token.tone)) exactFolds.add(token.fold);

  const matches = found.map(
    (token) => byFold.has(token.fold) && (!exactFolds.has(token.fold) || byFold.get(token.fold)!.has(token.tone)),
  );
  const together = found.map((token, place) => {
    const before = found[place - 1];
    const after = found[place + 1];
    return (
      matches[place]! &&
      ((before !== undefined && matches[place - 1]! && pairs.has(`${before.fold} ${token.fold}`)) ||
        (after !== undefined && matches[place + 1]! && pairs.has(`${token.fold} ${after.fold}`)))
    );
  });
  const foldsTogether = new Set(found.filter((_, place) => together[place]).map((token) => token.fold));
  return found.map((token, place) => matches[place]! && (together[place]! || !foldsTogether.has(token.fold)));
}

/** Index of the first token of the window that holds most different marked words, then most marked words in a row. */
function bestWindow(found: Token[], marked: boolean[], size: number): number {
  const counts = new Map<string, number>();
  let distinct = 0;
  let neighbours = 0;
  let best = { score: 0, first: 0 };
  const enter = (place: number): void => {
    if (!marked[place]) return;
    const fold = found[place]!.fold;
    const count = counts.get(fold) ?? 0;
    if (count === 0) distinct++;
    counts.set(fold, count + 1);
    if (place > 0 && marked[place - 1]) neighbours++;
  };
  const leave = (place: number): void => {
    if (!marked[place]) return;
    const fold = found[place]!.fold;
    const count = counts.get(fold)! - 1;
    counts.set(fold, count);
    if (count === 0) distinct--;
    if (marked[place + 1]) neighbours--;
  };
  for (let place = 0; place < found.length; place++) {
    enter(place);
    if (place >= size) leave(place - size);
    const score = distinct * 100 + Math.min(neighbours, 99);
    if (score > best.score) best = { score, first: Math.max(0, place - size + 1) };
  }
  if (best.score === 0) return 0;
  // The window found ends with its last match: move it so that what is marked stands in the middle.
  const places = marked.flatMap((is, place) => (is && place >= best.first && place < best.first + size ? [place] : []));
  const middle = Math.floor((places[0]! + places.at(-1)!) / 2);
  const centred = Math.min(places[0]!, Math.max(0, middle - Math.floor(size / 2)));
  return Math.max(0, Math.min(centred, found.length - size));
}

function runs(text: string, found: Token[], marked: boolean[], start: number, end: number): MarkedRun[] {
  const result: MarkedRun[] = [];
  const add = (from: number, to: number, is: boolean): void => {
    if (from < to) result.push({ text: text.slice(from, to), marked: is });
  };
  let written = start;
  for (let place = 0; place < found.length; place++) {
    const token = found[place]!;
    if (!marked[place] || token.start < start || token.end > end) continue;
    let last = place;
    while (
      marked[last + 1] &&
      found[last + 1]!.end <= end &&
      /^\s*$/.test(text.slice(found[last]!.end, found[last + 1]!.start))
    ) {
      last++;
    }
    add(written, token.start, false);
    add(token.start, found[last]!.end, true);
    written = found[last]!.end;
    place = last;
  }
  add(written, end, false);
  return result;
}

function tidy(found: MarkedRun[], cutBefore: boolean, cutAfter: boolean): MarkedRun[] {
  const tidied = found.map((run) => ({ ...run, text: fixCharacters(run.text).replace(/\s+/g, ' ') }));
  const first = tidied[0];
  const last = tidied.at(-1);
  if (first && !cutBefore) first.text = first.text.trimStart();
  if (last && !cutAfter) last.text = last.text.trimEnd();
  if (cutBefore) tidied.unshift({ text: '…', marked: false });
  if (cutAfter) tidied.push({ text: '…', marked: false });
  const joined: MarkedRun[] = [];
  for (const run of tidied) {
    const before = joined.at(-1);
    if (run.text === '') continue;
    if (before && !before.marked && !run.marked) before.text += run.text;
    else joined.push(run);
  }
  return joined;
}
