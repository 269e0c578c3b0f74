import { suggestionLikeness } from '../query/suggestion-likeness.ts';
import type { SearchDocument, SuggestQuery, Suggestion } from '../search-index.ts';
import { foldText, tokens } from '../vietnamese/fold.ts';
import { prepared, type IndexFile } from './embedded-file.ts';
import { allowedEntries } from './embedded-matching.ts';
import type { Read } from './embedded-reading.ts';
import type { Snapshot } from './embedded-snapshot.ts';

/** People look for the first words of a title; each word that it may be found by is a row. */
const mostStarts = 8;
const longestHead = 60;
/**
 * Names looked at: the first of them in the order of the alphabet, before they are ordered by how well they fit. One or two letters say so
 * little that the first of many are as good as any, and they are what is typed most.
 */
const mostLooked = (letters: number): number => (letters === 1 ? 200 : letters === 2 ? 600 : 2_000);

/** Puts what a record may be suggested by in place of what was there. */
export function writeNames(
  db: IndexFile,
  record: number,
  { title, agents }: Pick<SearchDocument, 'title' | 'agents'>,
): void {
  removeNames(db, record);
  const addName = prepared(db, 'insert into names (record, person, text) values (?, ?, ?)');
  const addHead = prepared(db, 'insert or ignore into heads (fold, name) values (?, ?)');
  for (const [person, text] of [[0, title], ...agents.map((agent) => [1, agent] as const)] as const) {
    const words = foldText(text).split(' ').filter(Boolean);
    if (words.length === 0) continue;
    const { lastInsertRowid } = addName.run(record, person, text);
    for (let start = 0; start < Math.min(words.length, mostStarts); start++)
      addHead.run(words.slice(start).join(' ').slice(0, longestHead), lastInsertRowid);
  }
}

export function removeNames(db: IndexFile, record: number): void {
  prepared(db, 'delete from heads where name in (select name from names where record = ?)').run(record);
  prepared(db, 'delete from names where record = ?').run(record);
}

/** Names that have the words typed one after the other, the last perhaps begun. */
export function suggestions(
  db: IndexFile,
  snapshot: Snapshot,
  read: Read,
  { text, audience, limit }: SuggestQuery,
): Suggestion[] {
  const typed = tokens(text);
  const fold = typed
    .map((token) => token.fold)
    .join(' ')
    .slice(0, longestHead);
  if (fold === '' || audience.length === 0 || limit < 1) return [];
  const { allowed } = allowedEntries(read, snapshot, audience);
  const rows = prepared(
    db,
    `select distinct names.record, person, text, id from heads join names using (name) join records using (record)
       where fold >= ? and fold < ? limit ?`,
  ).iterate(fold, `${fold}\u{10ffff}`, mostLooked(fold.length)) as Iterable<{
    record: number;
    person: number;
    text: string;
    id: string;
  }>;
  const found = new Map<string, Suggestion & { likeness: number; length: number }>();
  for (const { record, person, text: said, id } of rows) {
    if (allowed[snapshot.entryOf[record] ?? -1] !== 1) continue;
    const words = tokens(said);
    const kind = person === 1 ? 'person' : 'title';
    // A person is one, however many books name them.
    const key = kind === 'person' ? `person ${foldText(said)}` : id;
    if (!found.has(key))
      found.set(key, { kind, text: said, id, likeness: suggestionLikeness(typed, words), length: words.length });
  }
  return [...found.values()]
    .sort((a, b) => b.likeness - a.likeness || a.length - b.length || (a.text < b.text ? -1 : 1))
    .slice(0, limit)
    .map(({ kind, text: said, id }) => ({ kind, text: said, id }));
}
