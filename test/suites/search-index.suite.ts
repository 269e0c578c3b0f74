import { expect } from 'chai';
import fc from 'fast-check';
import type { SearchDocument, SearchIndex, SearchQuery } from '../../search/index.ts';
import { searchDocument, searchQuery } from '../search/search-documents.ts';

export interface OpenedForSuite {
  /** Empty, and may be written to. */
  writer: SearchIndex;
  /** The same index, opened a second time. */
  reader: SearchIndex;
  close(): Promise<void>;
}

/** What every engine guarantees. `open` is called before each test. */
export function searchIndexSuite(name: string, open: () => Promise<OpenedForSuite>): void {
  describe(`search index: ${name}`, () => {
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

    describe('finding', () => {
      it('finds with and without marks, đ and d alike, li and lý alike', async () => {
        await put(searchDocument('a', { title: 'Đường lên đỉnh núi' }), searchDocument('b', { title: 'Địa lí 6' }));
        for (const typed of ['đường', 'duong', 'ĐƯỜNG', 'dương']) expect(await ids(typed), typed).to.eql(['a']);
        for (const typed of ['địa lý', 'dia li', 'Địa lí']) expect(await ids(typed), typed).to.eql(['b']);
      });

      it('answers the same for NFC and NFD, typed or stored', async () => {
        await put(
          searchDocument('nfc', { title: 'Bệnh viện'.normalize('NFC') }),
          searchDocument('nfd', { title: 'Bệnh viện'.normalize('NFD') }),
        );
        expect(await ids('bệnh viện'.normalize('NFC'))).to.have.members(['nfc', 'nfd']);
        expect(await ids('bệnh viện'.normalize('NFD'))).to.have.members(['nfc', 'nfd']);
      });

      it('ranks the marks as typed first, wherever the tone is placed', async () => {
        await put(
          searchDocument('other', { title: 'Tất dền' }),
          searchDocument('exact', { title: 'Tắt đèn' }),
          searchDocument('hoà', { title: 'Hoà bình' }),
          searchDocument('hoa', { title: 'Hoa bình' }),
        );
        expect(await ids('tắt đèn')).to.eql(['exact', 'other']);
        expect(await ids('hòa bình')).to.eql(['hoà', 'hoa']);
        expect(await ids('hoa bình')).to.eql(['hoa', 'hoà']);
      });

      it('ranks title over agents over keywords over abstract over page', async () => {
        await put(
          searchDocument('page', { title: 'Năm', texts: ['truyện về cánh diều'] }),
          searchDocument('abstract', { title: 'Bốn', abstract: 'truyện về cánh diều' }),
          searchDocument('keyword', { title: 'Ba', keywords: ['cánh diều'] }),
          searchDocument('agent', { title: 'Hai', agents: ['Cánh Diều'] }),
          searchDocument('title', { title: 'Cánh diều của em' }),
        );
        expect(await ids('canh dieu')).to.eql(['title', 'agent', 'keyword', 'abstract', 'page']);
      });

      it('ranks words that stand together over scattered ones', async () => {
        const filler = 'một hai ba bốn năm sáu bảy tám chín mười';
        await put(
          searchDocument('scattered', { title: 'A', texts: [`công ${filler} nghệ ${filler}`] }),
          searchDocument('together', { title: 'B', texts: [`${filler} công nghệ ${filler}`] }),
        );
        expect(await ids('cong nghe')).to.eql(['together', 'scattered']);
      });

      it('wants every word, in the fields and one page together', async () => {
        await put(
          searchDocument('both', { title: 'Giáo án Ngữ văn', texts: ['so sánh', 'phép nhân hoá'] }),
          searchDocument('one', { title: 'Giáo án Ngữ văn', texts: ['ẩn dụ'] }),
        );
        const { hits, total } = await reader.search(searchQuery('giao an nhan hoa'));
        expect(total).to.equal(1);
        expect(hits[0]).to.deep.include({ id: 'both', pagesTotal: 1 });
        expect(hits[0]!.pages.map(({ fileId, page }) => [fileId, page])).to.eql([['both-file', 2]]);
      });

      it('when nothing holds every word, gives what holds all over its pages, then what holds the most telling words', async () => {
        await put(
          searchDocument('spread', { title: 'Sách', texts: ['sao hoả', 'sao kim'] }),
          ...Array.from({ length: 10 }, (_, n) =>
            searchDocument(`filler-${n}`, { title: `Bài giảng của trường ${n}` }),
          ),
          searchDocument('telling', { title: 'Quang hợp ở thực vật' }),
        );
        expect(await ids('hoả kim')).to.eql(['spread']);
        expect(await ids('bài giảng quang hợp')).to.eql(['telling']);
        expect(await ids('zzzz qqqq')).to.eql([]);
      });

      it('honours -words and quoted phrases', async () => {
        await put(
          searchDocument('phrase', { title: 'Học sinh giỏi' }),
          searchDocument('words', { title: 'Sinh học cho học trò giỏi' }),
          searchDocument('page', { title: 'Khác', texts: ['học sinh giỏi', 'học sinh kém'] }),
        );
        expect(await ids('"hoc sinh gioi"')).to.eql(['phrase', 'page']);
        expect(await ids('hoc sinh -tro')).to.have.members(['phrase', 'page']);
        expect(await ids('“học sinh” -giỏi')).to.eql(['page']);
        const { hits } = await reader.search(searchQuery('hoc sinh -kem'));
        expect(hits.find((hit) => hit.id === 'page')!.pages.map((page) => page.page)).to.eql([1]);
        expect(await ids('"sinh hoc hoc"')).to.eql([]);
      });

      it('does not let a phrase run from one entry into the next', async () => {
        await put(searchDocument('a', { title: 'A', keywords: ['lớp sáu', 'toán học'], agents: ['Nam Cao'] }));
        expect(await ids('"sau toan"')).to.eql([]);
        expect(await ids('"toan hoc"')).to.eql(['a']);
      });

      it('takes numbers as they are written: glued, and Roman', async () => {
        await put(
          searchDocument('a', { title: 'KHTN 6' }),
          searchDocument('b', { title: 'Đề thi học kì I' }),
          searchDocument('c', { title: 'Thông tư 16/2022/TT-BGDĐT' }),
        );
        expect(await ids('khtn6')).to.eql(['a']);
        expect(await ids('học kì 1')).to.eql(['b']);
        expect(await ids('16/2022/tt-bgddt')).to.eql(['c']);
      });

      it('finds a title by its initials', async () => {
        await put(searchDocument('a', { title: 'Bản đồ Thành phố Hồ Chí Minh' }));
        expect(await ids('ban do tphcm')).to.eql(['a']);
      });
    });

    describe('pages', () => {
      it('groups the pages that match under their record, best first, and counts them all', async () => {
        const texts = ['mưa', 'nắng', 'mưa mưa mưa', 'mưa rơi', 'mưa rào và gió', 'gió'];
        await put(searchDocument('a', { title: 'Thời tiết', texts }));
        const { hits, total } = await reader.search(searchQuery('mưa', { pagesPerRecord: 2 }));
        expect(total).to.equal(1);
        expect(hits[0]!.pagesTotal).to.equal(4);
        expect(hits[0]!.pages).to.have.length(2);
        expect(hits[0]!.pages[0]!.page).to.equal(3);
        expect(hits[0]!.pages[0]!.score).to.be.greaterThan(hits[0]!.pages[1]!.score - 1e-9);
      });

      it('searches inside one file, in page order, counting all', async () => {
        await put(
          searchDocument('a', { title: 'Truyện', texts: ['sông núi', 'núi', 'sông và núi', 'núi sông'] }),
          searchDocument('b', { title: 'Khác', texts: ['sông núi'] }),
        );
        const inside = (text: string, fileId: string, limit = 10) => reader.searchInside({ text, fileId, limit });
        expect(await inside('song nui', 'a-file')).to.eql({ total: 3, pages: [1, 3, 4] });
        expect(await inside('"sông núi"', 'a-file', 1)).to.eql({ total: 1, pages: [1] });
        expect(await inside('song nui', 'a-file', 2)).to.eql({ total: 3, pages: [1, 3] });
        expect(await inside('truyện núi', 'a-file')).to.eql({ total: 4, pages: [1, 2, 3, 4] });
        expect(await inside('núi', 'no-such-file')).to.eql({ total: 0, pages: [] });
        expect(await inside('', 'a-file')).to.eql({ total: 0, pages: [] });
      });
    });

    describe('rights', () => {
      beforeEach(() =>
        put(
          searchDocument('public', { title: 'Sông Hương', facets: { ...searchDocument('').facets, subject: ['DIA'] } }),
          searchDocument('school', {
            title: 'Sông Hồng',
            audience: ['school:1', 'staff:1'],
            texts: ['bí mật sông', 'sông'],
            facets: { ...searchDocument('').facets, subject: ['DIA', 'SU'] },
          }),
        ),
      );

      it('lets nothing that a reader may not see into hits, totals, facet counts or page counts', async () => {
        const result = await reader.search(searchQuery('sông'));
        expect(result.total).to.equal(1);
        expect(result.hits).to.have.length(1);
        expect(result.hits[0]).to.deep.include({ id: 'public', pagesTotal: 0 });
        expect(result.facets.subject).to.eql([{ code: 'DIA', count: 1 }]);
        expect(await ids('bí mật')).to.eql([]);
        const all = await reader.search(searchQuery(''));
        expect(all.total).to.equal(1);
        expect(all.facets.subject).to.eql([{ code: 'DIA', count: 1 }]);
      });

      it('finds by any shared token, and nothing without one', async () => {
        expect(await ids('sông', { audience: ['public', 'school:1'] })).to.have.members(['public', 'school']);
        expect(await ids('sông', { audience: ['school:1', 'staff:1'] })).to.eql(['school']);
        expect(await ids('sông', { audience: [] })).to.eql([]);
        expect(await ids('', { audience: [] })).to.eql([]);
        expect(await ids('sông', { audience: ['school:2', 'school', '', '%', 'school:'] })).to.eql([]);
      });

      it('follows a record whose audience changes', async () => {
        await put(searchDocument('public', { title: 'Sông Hương', audience: ['school:1'] }));
        expect(await ids('sông')).to.eql([]);
        expect(await ids('', { audience: ['school:1'] })).to.have.members(['public', 'school']);
      });
    });

    describe('facets and order', () => {
      const facets = (subject: string[], grade: string[]): SearchDocument['facets'] => ({
        subject,
        grade,
        type: ['SGK'],
        language: ['vi'],
      });

      it('takes several values as OR, several facets as AND, and counts each facet under the others', async () => {
        await put(
          searchDocument('1', { title: 'x một', facets: facets(['TOAN'], ['6']) }),
          searchDocument('2', { title: 'x hai', facets: facets(['TOAN'], ['7']) }),
          searchDocument('3', { title: 'x ba', facets: facets(['VAN', 'TOAN'], ['7']) }),
          searchDocument('4', { title: 'x bốn', facets: facets(['VAN'], ['8']) }),
        );
        const choose = (chosen: SearchQuery['facets']) => reader.search(searchQuery('x', { facets: chosen }));
        const seven = await choose({ grade: ['7'] });
        expect(seven.total).to.equal(2);
        expect(seven.facets.subject).to.eql([
          { code: 'TOAN', count: 2 },
          { code: 'VAN', count: 1 },
        ]);
        expect(seven.facets.grade).to.eql([
          { code: '7', count: 2 },
          { code: '6', count: 1 },
          { code: '8', count: 1 },
        ]);
        expect((await choose({ grade: ['6', '8'] })).total).to.equal(2);
        const both = await choose({ grade: ['7', '8'], subject: ['VAN'] });
        expect(both.hits.map((hit) => hit.id)).to.have.members(['3', '4']);
        expect(both.facets.type).to.eql([{ code: 'SGK', count: 2 }]);
        expect((await choose({ subject: ['no such'] })).total).to.equal(0);
      });

      it('sorts by title in Vietnamese order, by newest, and keeps pages of the answer apart', async () => {
        const titles = ['Ăn quả', 'An toàn', 'Đạo đức', 'Dân ca', 'Bài 10', 'Bài 2', 'Ấm áp', 'Ưu tiên', 'Vẽ'];
        await put(...titles.map((title, place) => searchDocument(`t${place}`, { title, publishedAt: 1000 * place })));
        const order = async (sort: SearchQuery['sort'], given = {}): Promise<string[]> =>
          (await ids('', { sort, ...given })).map((id) => titles[Number(id.slice(1))]!);
        const sorted = ['An toàn', 'Ăn quả', 'Ấm áp', 'Bài 2', 'Bài 10', 'Dân ca', 'Đạo đức', 'Ưu tiên', 'Vẽ'];
        expect(await order('title')).to.eql(sorted);
        expect(await order('newest')).to.eql([...titles].reverse());
        const parts = [0, 4, 8].map((offset) => order('title', { offset, limit: 4 }));
        expect((await Promise.all(parts)).flat()).to.eql(sorted);
        expect(await order('title', { offset: 100 })).to.eql([]);
      });

      it('among equals gives what can be read here first, then its own before harvested, then the older', async () => {
        const same = { title: 'Giống nhau' };
        await put(
          searchDocument('harvested', { ...same, harvested: true, publishedAt: 1 }),
          searchDocument('newer', { ...same, publishedAt: 3 }),
          searchDocument('older', { ...same, publishedAt: 2 }),
          searchDocument('readable', { ...same, readable: true, publishedAt: 4 }),
        );
        expect(await ids('giong nhau')).to.eql(['readable', 'older', 'newer', 'harvested']);
      });

      it('breaks ties the same way every time', async () => {
        await put(...Array.from({ length: 60 }, (_, n) => searchDocument(`r${n}`, { title: 'Giống nhau' })));
        const first = await ids('giong nhau', { limit: 60 });
        const parts = [];
        for (let offset = 0; offset < 60; offset += 7) parts.push(...(await ids('giong nhau', { offset, limit: 7 })));
        expect(parts).to.eql(first);
        expect(new Set(first).size).to.equal(60);
      });
    });

    describe('changes', () => {
      it('shows every reader what was put, replaced and removed', async () => {
        await put(
          searchDocument('a', { title: 'Cũ', texts: ['trang cũ', 'giữ lại'] }),
          searchDocument('b', { title: 'Khác' }),
        );
        expect(await ids('trang cũ')).to.eql(['a']);
        await put(searchDocument('a', { title: 'Mới', texts: ['trang mới', 'giữ lại'] }));
        expect(await ids('cũ')).to.eql([]);
        expect(await ids('trang mới')).to.eql(['a']);
        expect((await reader.search(searchQuery('giữ lại'))).hits[0]!.pages[0]!.page).to.equal(2);
        expect(await reader.state()).to.deep.include({ state: 'ok', records: 2, pages: 2 });
        await writer.remove(['a', 'never there']);
        expect(await ids('mới')).to.eql([]);
        expect(await reader.searchInside({ text: 'trang', fileId: 'a-file', limit: 5 })).to.eql({
          total: 0,
          pages: [],
        });
        expect(await reader.state()).to.deep.include({ state: 'ok', records: 1, pages: 0 });
        await writer.remove(['b']);
        expect(await reader.state()).to.deep.include({ state: 'empty', records: 0, pages: 0, detail: null });
        expect(await ids('')).to.eql([]);
      });

      it('keeps the last of two records with one id in a put', async () => {
        await put(searchDocument('a', { title: 'Thứ nhất' }), searchDocument('a', { title: 'Thứ hai' }));
        expect(await ids('')).to.eql(['a']);
        expect(await ids('hai')).to.eql(['a']);
      });

      it('swaps a rebuilt index in for readers only when it is committed', async () => {
        await put(searchDocument('old', { title: 'Sách cũ' }));
        expect(await ids('sách')).to.eql(['old']);
        const rebuild = await writer.rebuild();
        await rebuild.put([
          searchDocument('new', { title: 'Sách mới' }),
          searchDocument('late', { title: 'Sách chậm' }),
        ]);
        expect(await ids('sách')).to.eql(['old']);
        expect((await reader.state()).state).to.equal('rebuilding');
        await writer.put([searchDocument('meanwhile', { title: 'Sách thêm' })]);
        await writer.remove(['late']);
        await rebuild.put([searchDocument('meanwhile', { title: 'Sách lạc hậu' })]);
        await rebuild.commit();
        expect(await ids('sách'))
          .to.include.members(['new', 'meanwhile'])
          .and.not.include('old');
        expect(await ids('lạc hậu')).to.eql([]);
        expect((await reader.state()).state).to.equal('ok');
      });

      it('leaves the index in use alone when a rebuild is given up', async () => {
        await put(searchDocument('old', { title: 'Sách cũ' }));
        const rebuild = await writer.rebuild();
        await rebuild.put([searchDocument('new', { title: 'Sách mới' })]);
        await rebuild.abort();
        expect(await ids('sách')).to.eql(['old']);
        expect((await reader.state()).state).to.equal('ok');
        const again = await writer.rebuild();
        await again.commit();
        expect(await ids('sách')).to.eql([]);
      });

      it('refuses to work once closed', async () => {
        await reader.close();
        let reason: unknown;
        await reader.search(searchQuery('a')).catch((cause) => (reason = cause.reason));
        expect(reason).to.equal('closed');
      });
    });

    describe('hostile text', () => {
      const odd = [
        '',
        ' ',
        '"',
        '""',
        '-',
        '-"',
        '"-',
        '*',
        'a*',
        'NEAR(a b)',
        'a OR',
        '(',
        '\0',
        '\ud800',
        '\udc00a',
        '🎒',
      ];

      it('answers any query quickly, and never throws', async () => {
        await put(searchDocument('a', { title: 'Toán 6', texts: ['một trang chữ'] }));
        const long = [
          'a '.repeat(5000),
          'ngữ văn '.repeat(1300),
          '"'.repeat(10_000),
          'a"-'.repeat(3300),
          '🎒'.repeat(5000),
        ];
        for (const text of [...odd, ...long, 'x'.repeat(10_000), '-a '.repeat(3000)]) {
          const start = performance.now();
          const { total } = await reader.search(searchQuery(text));
          await reader.searchInside({ text, fileId: 'a-file', limit: 5 });
          expect(performance.now() - start, JSON.stringify(text.slice(0, 20))).to.be.lessThan(250);
          expect(total).to.be.within(0, 1);
        }
        await fc.assert(
          fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
            expect((await reader.search(searchQuery(text))).total).to.be.within(0, 1);
          }),
          { numRuns: 200 },
        );
      });

      it('stores any text and still finds what is in it', async () => {
        await put(
          ...odd.map((text, n) =>
            searchDocument(`o${n}`, { title: `${text} táo ${text}`, texts: [text, `${text} lê`] }),
          ),
        );
        expect((await reader.search(searchQuery('táo'))).total).to.equal(odd.length);
        expect((await reader.search(searchQuery('lê'))).total).to.equal(odd.length);
      });
    });
  });
}
