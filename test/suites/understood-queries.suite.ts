import { expect } from 'chai';
import type { SearchDocument, SearchIndex, SearchQuery, SuggestQuery } from '../../search/index.ts';
import type { Reading, UnderstoodGroup } from '../../search/query/understood.ts';
import { searchDocument, searchQuery } from '../search/search-documents.ts';
import type { OpenedForSuite } from './search-index.suite.ts';

/** What every engine makes of a query that was understood, and what it knows of words and names. */
export function understoodQueriesSuite(name: string, open: () => Promise<OpenedForSuite>): void {
  describe(`search index, what was understood: ${name}`, () => {
    let opened: OpenedForSuite;
    let writer: SearchIndex;
    let reader: SearchIndex;
    beforeEach(async () => {
      opened = await open();
      ({ writer, reader } = opened);
    });
    afterEach(() => opened.close());
    const ids = async (text: string, given: Partial<SearchQuery> = {}): Promise<string[]> =>
      (await reader.search(searchQuery(text, given))).hits.map((hit) => hit.id);
    const put = (...documents: SearchDocument[]): Promise<void> => writer.put(documents);

    const understood = (readings: Reading[], rest: Partial<UnderstoodGroup> = {}): Partial<SearchQuery> => ({
      understood: { wanted: [{ readings, quoted: false, field: null, ...rest }], unwanted: [], marked: false },
    });
    const word = (fold: string): Reading => ({ kind: 'words', words: [{ fold, tone: fold }], likeness: 1 });

    it('a part of the query matches by any of its readings', async () => {
      await put(
        searchDocument('facet', { title: 'Bài một', facets: { subject: ['GDCD'] } }),
        searchDocument('word', { title: 'Sách gdcd' }),
        searchDocument('phrase', { title: 'Giáo dục công dân' }),
        searchDocument('apart', { title: 'Công giáo và dân dục' }),
      );
      const phrase: Reading = {
        kind: 'words',
        words: ['giao', 'duc', 'cong', 'dan'].map((fold) => ({ fold, tone: fold })),
        likeness: 0.9,
      };
      expect(
        await ids(
          '',
          understood([word('gdcd'), { kind: 'facet', facet: 'subject', code: 'GDCD', likeness: 1 }, phrase]),
        ),
      ).to.have.members(['facet', 'word', 'phrase']);
    });

    it('what is asked for in one field is not found in another, nor on pages', async () => {
      await put(
        searchDocument('title', { title: 'Thơ Kiều' }),
        searchDocument('agent', { title: 'Thơ', agents: ['Nguyễn Kiều'] }),
        searchDocument('keyword', { title: 'Thơ', keywords: ['Kiều'] }),
        searchDocument('page', { title: 'Thơ', pages: [{ fileId: 'f', page: 1, text: 'Kiều' }] }),
      );
      for (const [field, id] of [
        ['title', 'title'],
        ['agents', 'agent'],
        ['keywords', 'keyword'],
      ] as const)
        expect(await ids('', understood([word('kieu')], { field })), field).to.eql([id]);
      expect(await ids('', understood([word('kieu')]))).to.have.length(4);
    });

    it('says whether the whole query was found or a part', async () => {
      await put(
        searchDocument('a', { title: 'Chí Phèo' }),
        searchDocument('b', {
          title: 'Lão Hạc',
          pages: [
            { fileId: 'f', page: 1, text: 'mùa thu' },
            { fileId: 'f', page: 2, text: 'chiếc lá' },
          ],
        }),
      );
      const by = async (text: string): Promise<string> => (await reader.search(searchQuery(text))).foundBy;
      expect([await by('chi pheo'), await by('thu chiec'), await by('chi pheo zzz'), await by('zzz')]).to.eql([
        'together',
        'apart',
        'some',
        'nothing',
      ]);
    });

    it('says what a score is made of, in parts that add up to it, only where asked', async () => {
      await put(
        searchDocument('a', {
          title: 'Truyện Kiều',
          agents: ['Nguyễn Du'],
          pages: [{ fileId: 'f', page: 1, text: 'truyện kiều nguyễn du' }],
        }),
        searchDocument('b', { title: 'Kiều và truyện khác', keywords: ['Nguyễn Du'], facets: { type: ['TRUYEN'] } }),
      );
      const { hits } = await reader.search(searchQuery('truyen kieu nguyen', { explain: true }));
      expect(hits).to.have.length(2);
      for (const { score, explanation } of hits) {
        expect(explanation!.reduce((sum, { value }) => sum + value, 0)).to.be.closeTo(score, 1e-6);
        expect(explanation!.map(({ part }) => part)).to.include.members(['typed:truyen', 'typed:kieu']);
      }
      expect(hits[0]!.explanation!.map(({ part }) => part)).to.include.members(['together', 'page', 'title']);
      expect((await reader.search(searchQuery('kieu'))).hits[0]).to.not.have.property('explanation');
    });

    it('knows how often words are held, alone and side by side, until they are gone', async () => {
      await put(
        searchDocument('a', { title: 'Giáo án Toán', pages: [{ fileId: 'f', page: 1, text: 'án giáo' }] }),
        searchDocument('b', { title: 'Giáo viên' }),
      );
      const asked = [['giao'], ['giao', 'an'], ['an', 'giao'], ['zzz'], ['giao', 'zzz']];
      expect(await reader.held(asked)).to.eql([3, 1, 1, 0, 0]);
      await writer.remove(['a']);
      expect(await reader.held(asked)).to.eql([1, 0, 0, 0, 0]);
      expect(await reader.held([])).to.eql([]);
    });

    it('suggests titles and people by what they begin with, marks as typed first, of records that may be found', async () => {
      await put(
        searchDocument('a', { title: 'Đường lên đỉnh núi', agents: ['Nguyễn Thị Hằng'] }),
        searchDocument('b', { title: 'Dương gian', agents: ['Nguyễn Thị Hằng', 'Trần Hồng'] }),
        searchDocument('c', { title: 'Con đường', audience: ['school:x'], agents: ['Lê Hằng'] }),
      );
      const said = async (text: string, rest: Partial<SuggestQuery> = {}): Promise<string[]> =>
        (await reader.suggest({ text, audience: ['public'], limit: 10, ...rest })).map(
          (one) => `${one.kind} ${one.text}`,
        );
      expect(await said('duon')).to.have.members(['title Đường lên đỉnh núi', 'title Dương gian']);
      expect((await said('đườ'))[0]).to.equal('title Đường lên đỉnh núi');
      expect(await said('đường l')).to.eql(['title Đường lên đỉnh núi']);
      expect(await said('thi hang')).to.eql(['person Nguyễn Thị Hằng']);
      expect(await said('hang', { audience: ['school:x'] })).to.eql(['person Lê Hằng']);
      for (const text of ['', '  ', '"', 'zzz', '\0', '\ud800', 'a'.repeat(10_000)])
        expect(await said(text)).to.eql([]);
      expect(await said('duong', { audience: [] })).to.eql([]);
      expect(await said('duong', { limit: 1 })).to.have.length(1);
      await put(searchDocument('a', { title: 'Núi cao' }));
      await writer.remove(['b']);
      expect(await said('duong')).to.eql([]);
      expect(await said('nui')).to.eql(['title Núi cao']);
    });
  });
}
