import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { textSizesOfRecords, textsOfRecords } from '../../storage/metadata/record-files.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import { findableBy, speakingFor } from '../merging/entry-audience.ts';
import { matesOf } from '../catalogue/entry-members.ts';
import { searchDocument } from './search-document.ts';

/** Characters of page text held at a time (one record may go beyond). */
const charactersAtOnce = 4_000_000;

/**
 * Puts records and the texts of their pages into an index, as many at a time as memory allows; those for which another record of their entry
 * stands are taken out. Throws the signal's reason.
 */
export async function putRecords(
  metadata: Metadata,
  // One that is being built has nothing to take out: what changes meanwhile is put into it once more when it is in use.
  index: Pick<SearchIndex, 'put'> & Partial<Pick<SearchIndex, 'remove'>>,
  vocabularies: Vocabularies,
  all: readonly RecordRow[],
  signal: AbortSignal,
): Promise<void> {
  const mates = await matesOf(
    metadata,
    all.map((row) => row.id),
  );
  const findable = new Map(
    all.map((row) => [
      row.id,
      findableBy(
        row,
        (mates.get(row.id) ?? []).map((mate) => mate.row),
      ),
    ]),
  );
  const rows = all.filter((row) => findable.get(row.id)!.length > 0);
  const hidden = all.filter((row) => findable.get(row.id)!.length === 0).map((row) => row.id);
  if (hidden.length > 0) await index.remove?.(hidden);
  const sizes = await textSizesOfRecords(
    metadata.queries,
    rows.map((row) => row.id),
  );
  let batch: RecordRow[] = [];
  let held = 0;
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    const pages = new Map<string, Awaited<ReturnType<typeof textsOfRecords>>>(batch.map((row) => [row.id, []]));
    for (const page of await textsOfRecords(metadata.queries, [...pages.keys()])) pages.get(page.record_id)!.push(page);
    await index.put(
      batch.map((row) => ({
        ...withMates(searchDocument(row, vocabularies, pages.get(row.id) ?? []), row, (mates.get(row.id) ?? []).map((mate) => mate.row)),
        audience: findable.get(row.id)!,
        // Pages, with text or without.
        readable: sizes.has(row.id),
        harvested: row.source_id !== null,
      })),
    );
    batch = [];
    held = 0;
  };
  for (const row of rows) {
    const size = sizes.get(row.id) ?? 0;
    if (batch.length > 0 && held + size > charactersAtOnce) await flush();
    batch.push(row);
    held += size;
  }
  if (batch.length > 0) await flush();
}

/** What other records of the entry call it finds it too. */
function withMates<D extends ReturnType<typeof searchDocument>>(document: D, row: RecordRow, mates: readonly RecordRow[]): D {
  const others = speakingFor(row, mates).map(descriptionOf);
  if (others.length === 0) return document;
  const own = new Set([document.title, ...document.agents, ...document.keywords]);
  const words = others.flatMap(({ title, agents, identifiers, keywords }) => [title, ...agents.map(({ name }) => name), ...identifiers.map(({ value }) => value), ...keywords]);
  return { ...document, keywords: [...document.keywords, ...new Set(words.filter((word) => !own.has(word)))] };
}
