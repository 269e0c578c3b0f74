import type { SearchHit as IndexHit } from '../../search/search-index.ts';
import { markText } from '../../search/vietnamese/mark-matches.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { textsOfPages } from '../../storage/metadata/record-files.ts';
import { sourcesByIds } from '../../storage/metadata/harvest-sources.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import type { Actor } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { loadRecordFiles } from '../catalogue/record-covers.ts';
import { shownFiles } from '../catalogue/record-view.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { MarkedText, SearchHit } from '../contract/search.ts';
import { matesOf } from '../catalogue/entry-members.ts';
import type { Log } from '../log.ts';
import { isIndexed } from './index-record.ts';

/** Syllables of a snippet. */
const snippetSyllables = 30;

export interface HitMarks {
  /** What to look for inside a book. */
  text: string;
  /** Names of the terms that were understood: `gdcd` is marked where a title says it in full. */
  labels: readonly string[];
  explain?: boolean;
}

/**
 * What was found, with its rows, files and page texts: at most six queries for any number of hits. The index is a moment behind the
 * catalogue: what was withdrawn in between is left out, and so is what should not have been found.
 */
export async function hitViews(
  { metadata, log }: { metadata: Metadata; log: Log },
  actor: Actor,
  found: readonly IndexHit[],
  { text, labels, explain = false }: HitMarks,
): Promise<SearchHit[]> {
  const all = await recordsByIds(
    metadata.queries,
    found.map((hit) => hit.id),
  );
  const rows = new Map(all.map((row) => [row.id, row]));
  const hits = found.filter((hit) => {
    const record = rows.get(hit.id);
    if (record && isIndexed(record) && mayReach(actor, record)) return true;
    log.warn({ recordId: hit.id }, 'a hit that its reader may not see was dropped');
    return false;
  });
  const files = await loadRecordFiles(
    metadata,
    hits.map((hit) => hit.id),
  );
  const mates = await matesOf(
    metadata,
    hits.map((hit) => hit.id),
  );
  const holders = (id: string): number =>
    new Set((mates.get(id) ?? []).filter(({ row }) => mayReach(actor, row)).map(({ row }) => row.source_id ?? row.school_id)).size || 1;
  const sources = await sourceNames(
    metadata,
    [...rows.values()].flatMap(({ source_id }) => source_id ?? []),
  );
  // A page of a file that has left its record may still stand in the index.
  const current = (hit: IndexHit): IndexHit['pages'] =>
    hit.pages.filter((page) => files.get(hit.id)?.files.some((file) => file.id === page.fileId));
  const wanted = new Map<string, number[]>();
  for (const page of hits.flatMap(current)) wanted.set(page.fileId, [...(wanted.get(page.fileId) ?? []), page.page]);
  const texts = new Map(
    (await textsOfPages(metadata.queries, wanted)).map((page) => [`${page.file_id} ${page.number}`, page]),
  );
  const withLabels = [text, ...labels].join(' ');
  const address = (fileId: string, page: number): string =>
    `/read/${fileId}/page/${page}${text ? `?q=${encodeURIComponent(text.toWellFormed())}` : ''}`;
  const snippet = (words: string): MarkedText => {
    const asTyped = markText(words, text, { around: snippetSyllables });
    // A page that was found by what a term is called in full.
    return labels.length === 0 || asTyped.some(({ marked }) => marked)
      ? asTyped
      : markText(words, withLabels, { around: snippetSyllables });
  };

  return hits.map((hit) => {
    const record = rows.get(hit.id)!;
    const description = descriptionOf(record);
    return {
      id: record.id,
      title: record.title,
      markedTitle: markText(record.title, withLabels),
      state: record.state,
      agents: description.agents,
      publisher: description.publisher ?? null,
      year: description.year ?? null,
      resourceType: description.resourceType ?? null,
      textbookSet: description.textbookSet ?? null,
      subjects: description.subjects,
      grades: description.grades,
      licence: record.licence,
      source: record.source_id === null ? null : (sources.get(record.source_id) ?? null),
      holders: holders(record.id),
      ...shownFiles(actor, record, files.get(record.id)),
      pages: current(hit).flatMap(({ fileId, page }) => {
        const read = texts.get(`${fileId} ${page}`);
        return read
          ? [{ fileId, page, label: read.label, snippet: snippet(read.text), url: address(fileId, page) }]
          : [];
      }),
      pagesTotal: hit.pagesTotal,
      ...(explain
        ? { explained: { score: hit.score, parts: hit.explanation ?? [{ part: 'score', value: hit.score }] } }
        : {}),
    };
  });
}

/** None of them: no query. */
async function sourceNames(metadata: Metadata, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = ids.length === 0 ? [] : await sourcesByIds(metadata.queries, [...new Set(ids)]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
