import { find } from '../../search/find.ts';
import type { SearchHit, SearchIndex } from '../../search/search-index.ts';
import { markText } from '../../search/vietnamese/mark-matches.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { textsOfPages } from '../../storage/metadata/record-files.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import { audienceOfActor, mayReach } from '../access/audience.ts';
import { loadRecordFiles, shownFiles } from '../catalogue/record-view.ts';
import { descriptionOf } from '../catalogue/record-writing.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { facetNames, searchQuery, searchResult } from '../contract/search.ts';
import { route, type Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import { queryTerms } from './query-terms.ts';

/** Syllables of a snippet. */
const snippetSyllables = 30;
const pagesPerRecord = 3;

/** GET /api/search: one box over records and the text of every page. The query is logged nowhere. */
export function discoveryRoutes({
  metadata,
  search,
  log,
}: {
  metadata: Metadata;
  search: SearchIndex;
  log: Log;
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/search',
      summary: 'Records in rank order, each with its title and its matching pages; facets with counts',
      tag: 'search',
      query: searchQuery,
      answers: searchResult,
      handle: async ({ actor, query }) => {
        const found = await find(search, queryTerms(await loadVocabularies(metadata)), {
          text: query.q,
          literal: query.literal === '1',
          dropped: query.drop,
          audience: audienceOfActor(actor),
          facets: Object.fromEntries(facetNames.map((name) => [name, query[name]])),
          sort: query.sort,
          offset: (query.page - 1) * query.size,
          limit: query.size,
          pagesPerRecord,
        });
        // `gdcd` is marked where a title says it in full.
        const inTitles = [
          found.text,
          ...found.understood.filter(({ kind }) => kind === 'facet').map(({ label }) => label),
        ].join(' ');
        const rows = new Map(
          (
            await recordsByIds(
              metadata.queries,
              found.hits.map((hit) => hit.id),
            )
          ).map((row) => [row.id, row]),
        );
        const hits = found.hits.filter((hit) => {
          const record = rows.get(hit.id);
          // The index is a moment behind the catalogue: what was withdrawn in between is left out, and so is what should not have been found.
          if (record && record.deleted_at === null && mayReach(actor, record)) return true;
          log.warn({ recordId: hit.id }, 'a hit that its reader may not see was dropped');
          return false;
        });
        const ids = hits.map((hit) => hit.id);
        const files = await loadRecordFiles(metadata, ids);
        const wanted = new Map<string, number[]>();
        // A page of a file that has left its record may still stand in the index.
        const current = (hit: SearchHit): SearchHit['pages'] =>
          hit.pages.filter((page) => files.get(hit.id)?.files.some((file) => file.id === page.fileId));
        for (const page of hits.flatMap(current))
          wanted.set(page.fileId, [...(wanted.get(page.fileId) ?? []), page.page]);
        const texts = new Map(
          (await textsOfPages(metadata.queries, wanted)).map((page) => [`${page.file_id} ${page.number}`, page]),
        );
        const address = (fileId: string, page: number): string =>
          `/read/${fileId}/page/${page}${found.text ? `?q=${encodeURIComponent(found.text.toWellFormed())}` : ''}`;

        return {
          q: query.q,
          total: found.total - (found.hits.length - hits.length),
          page: query.page,
          size: query.size,
          records: hits.map((hit) => {
            const record = rows.get(hit.id)!;
            const description = descriptionOf(record);
            return {
              id: record.id,
              title: record.title,
              markedTitle: markText(record.title, inTitles),
              state: record.state,
              agents: description.agents,
              publisher: description.publisher ?? null,
              year: description.year ?? null,
              resourceType: description.resourceType ?? null,
              textbookSet: description.textbookSet ?? null,
              subjects: description.subjects,
              grades: description.grades,
              licence: record.licence,
              ...shownFiles(actor, record, files.get(record.id)),
              pages: current(hit).flatMap(({ fileId, page }) => {
                const text = texts.get(`${fileId} ${page}`);
                if (!text) return [];
                return [
                  {
                    fileId,
                    page,
                    label: text.label,
                    snippet: markText(text.text, found.text, { around: snippetSyllables }),
                    url: address(fileId, page),
                  },
                ];
              }),
              pagesTotal: hit.pagesTotal,
            };
          }),
          partial: found.foundBy === 'some' && found.total > 0,
          understood: found.understood,
          corrected: found.corrected,
          facets: found.facets,
          facetsLeftOff: {},
        };
      },
    }),
  ];
}
