import { expect } from 'chai';
import { openEmbedded } from '../../search/engines/embedded.ts';
import { openMeilisearch } from '../../search/engines/meilisearch.ts';
import type { SearchIndex } from '../../search/index.ts';
import { generatedLibrary } from '../search/generated-library.ts';
import { searchDocument, searchQuery } from '../search/search-documents.ts';
import { givenServers, placeOnServers } from '../support/servers.ts';
import { temporaryFolder } from '../support/temporary.ts';

const seed = Number(process.env['SEARCH_SEED'] ?? 5);

// What needs a server that was not given is not part of the run.
if (givenServers().searchUrl !== null) {
  describe('meilisearch against the embedded engine', function () {
    this.timeout(180_000);
    const place = placeOnServers();
    const { documents, queries } = generatedLibrary(seed, { records: 300, queries: 300 });
    let embedded: SearchIndex;
    let meilisearch: SearchIndex;
    let remove: () => Promise<void>;
    before(async () => {
      const folder = await temporaryFolder();
      remove = folder.remove;
      embedded = await openEmbedded({ folder: folder.path, role: 'writer' });
      meilisearch = await openMeilisearch({ url: place.searchUrl!, role: 'writer' });
      // Replaced, grown, shrunk and removed records too, so that nothing of before is left in an answer. The embedded engine gets
      // the outcome alone: until it sweeps, removed text still counts in its weights.
      await meilisearch.put(documents);
      await meilisearch.put(
        documents.slice(0, 20).map((document) => ({ ...document, pages: document.pages.slice(1) })),
      );
      await meilisearch.put(documents.slice(0, 10));
      await meilisearch.remove(documents.slice(280).map(({ id }) => id));
      const left = documents
        .slice(0, 280)
        .map((document, number) =>
          number >= 10 && number < 20 ? { ...document, pages: document.pages.slice(1) } : document,
        );
      await embedded.put(left);
    });
    after(async () => {
      await embedded.close();
      await meilisearch.close();
      await place.remove();
      await remove();
    });

    it('finds the same records, pages, totals and facet counts, and orders by title alike', async () => {
      let found = 0;
      for (const query of queries) {
        const asked = { ...query, sort: 'title' as const };
        const [right, ours] = [await embedded.search(asked), await meilisearch.search(asked)];
        const said = `${JSON.stringify(query.text)} ${query.audience.join()} ${JSON.stringify(query.facets)} (seed ${seed})`;
        expect(
          ours.hits.map(({ id }) => id),
          said,
        ).to.eql(right.hits.map(({ id }) => id));
        expect(ours.total, said).to.equal(right.total);
        expect(ours.facets, said).to.eql(right.facets);
        const pagesOf = ({ hits }: typeof right): unknown =>
          hits.map(({ id, pages, pagesTotal }) => [
            id,
            pagesTotal,
            pages.map(({ fileId, page }) => `${fileId} ${page}`).sort(),
          ]);
        expect(pagesOf(ours), said).to.eql(pagesOf(right));
        found += Number(right.total > 0);
      }
      expect(found).to.be.greaterThan(queries.length / 2);
    });

    it('puts the same record first, and orders all alike where they are few', async () => {
      let first = 0;
      let same = 0;
      for (const query of queries) {
        const [right, ours] = [await embedded.search(query), await meilisearch.search(query)];
        const ids = ours.hits.map(({ id }) => id);
        expect(new Set(ids).size, query.text).to.equal(ids.length);
        if (right.total === 0) continue;
        first++;
        if (ids[0] === right.hits[0]!.id) same++;
        if (right.total > 60) continue;
        expect(ids, `${JSON.stringify(query.text)} (seed ${seed})`).to.eql(right.hits.map(({ id }) => id));
      }
      expect(same / first, `${same} of ${first}`).to.be.at.least(0.98);
    });

    it('searches inside a file alike', async () => {
      for (const [number, query] of queries.slice(0, 200).entries()) {
        const document = documents[number]!;
        const inside = { text: query.text, fileId: `${document.id}-file`, limit: 3 };
        expect(await meilisearch.searchInside(inside), query.text).to.eql(await embedded.searchInside(inside));
      }
    });

    it('a record larger than a batch is whole in the end, and none of its old pages outlives a change of rights', async () => {
      const texts = Array.from({ length: 3000 }, (_, number) => `trang khổng lồ ${number} ${'chữ '.repeat(1800)}`);
      const large = searchDocument('large', { title: 'Bộ sách lớn', audience: ['school:7'], texts });
      const seen = async (audience: string[]): Promise<number[]> => {
        const { hits } = await meilisearch.search(searchQuery('khổng lồ', { audience }));
        return hits.map(({ pagesTotal }) => pagesTotal);
      };
      await meilisearch.put([large]);
      expect(await seen(['school:7'])).to.eql([3000]);
      await meilisearch.put([{ ...large, audience: ['staff:7'], pages: large.pages.slice(0, 2900) }]);
      expect(await seen(['school:7'])).to.eql([]);
      expect(await seen(['staff:7'])).to.eql([2900]);
      await meilisearch.remove(['large']);
    });

    it('pages through an answer without repeats and without leaving any out', async () => {
      for (const sort of ['relevance', 'title', 'newest'] as const) {
        const query = { ...queries[0]!, text: 'toán', facets: {}, sort };
        const { total } = await meilisearch.search({ ...query, limit: 1 });
        const ids: string[] = [];
        for (let offset = 0; offset < total; offset += 7) {
          const { hits } = await meilisearch.search({ ...query, offset, limit: 7 });
          ids.push(...hits.map(({ id }) => id));
        }
        expect(ids).to.have.length(total);
        expect(new Set(ids).size).to.equal(total);
      }
    });
  });
}
