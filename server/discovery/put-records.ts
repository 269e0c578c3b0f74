import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { textSizesOfRecords, textsOfRecords } from '../../storage/metadata/record-files.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { type EntryMate, matesOf } from '../catalogue/entry-members.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import type { Vocabularies } from '../catalogue/vocabularies.ts';
import { findableBy, speakingFor } from '../merging/entry-audience.ts';
import { mergedDescription } from '../merging/merged-description.ts';
import { searchDocument } from './search-document.ts';

/** Characters of page text held at a time (one record may go beyond). */
const charactersAtOnce = 4_000_000;
/** What a school has described itself goes before what another catalogue tells, and two that agree before either. */
const ownTrust = 0.6;
const othersTrust = 0.4;

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
        ...entryDocument(row, mates.get(row.id) ?? [], vocabularies, pages.get(row.id) ?? []),
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

/** An entry is found by all that its records say together, and by what each of them calls it. */
function entryDocument(row: RecordRow, mates: readonly EntryMate[], vocabularies: Vocabularies, pages: Parameters<typeof searchDocument>[2]): ReturnType<typeof searchDocument> {
  const speaking = new Set(
    speakingFor(
      row,
      mates.map((mate) => mate.row),
    ),
  );
  const members = mates.filter((mate) => mate.row.id === row.id || speaking.has(mate.row));
  if (speaking.size === 0) return searchDocument(row, vocabularies, pages);
  const own = descriptionOf(row);
  const { description } = mergedDescription(
    members.map(({ row: of, printing }) => ({ id: of.id, description: descriptionOf(of), edition: printing, trust: of.source_id === null ? ownTrust : othersTrust, updatedAt: of.updated_at })),
  );
  const merged = { ...own, ...description, title: own.title, ...(own.subtitle === undefined ? {} : { subtitle: own.subtitle }) };
  const document = searchDocument({ ...row, description_json: JSON.stringify(merged) }, vocabularies, pages);
  const known = new Set([document.title, ...document.agents, ...document.keywords]);
  const called = [...speaking].map(descriptionOf).flatMap(({ title, agents }) => [title, ...agents.map(({ name }) => name)]);
  return { ...document, keywords: [...document.keywords, ...new Set(called.filter((words) => !known.has(words)))] };
}
