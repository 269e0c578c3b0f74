import { expect } from 'chai';
import { find, type FindQuery, type FindResult } from '../../search/find.ts';
import type { SearchIndex } from '../../search/index.ts';
import { queryVocabulary } from '../../search/query/query-vocabulary.ts';
import { searchDocument, searchQuery } from '../search/search-documents.ts';
import type { OpenedForSuite } from './search-index.suite.ts';

const titles = {
  pond: 'Nhảy dài bỗng tràng',
  poor: 'Thanh danh nhảy dài ăn bốn',
  square: 'Bốn phương tràng giang',
  lyric: 'Lẽ thẩm thì thọt',
  plum: 'Thơ thọt vắng vọt',
  school: 'An toàn trường học',
  hurt: 'Toàn quốc kháng chiến',
};
const vocabulary = queryVocabulary([{ facet: 'subject', code: 'GDCD', label: 'Giáo dục công dân', aliases: ['gdcd'] }]);

/** What find() makes of a slip of the hand, the same on every engine. */
export function slipsSuite(name: string, open: () => Promise<OpenedForSuite>): void {
  describe(`slips of the hand: ${name}`, () => {
    let opened: OpenedForSuite;
    before(async () => {
      opened = await open();
      await opened.writer.put(
        Object.entries(titles).map(([id, title]) =>
          searchDocument(id, { title, facets: { subject: id === 'school' ? ['GDCD'] : [] } }),
        ),
      );
    });
    after(() => opened.close());
    const found = async (text: string, given: Partial<FindQuery> = {}): Promise<FindResult & { questions: number }> => {
      let questions = 0;
      const { reader } = opened;
      const counted: Pick<SearchIndex, 'search' | 'held'> = {
        search: (query) => (questions++, reader.search(query)),
        held: (words) => (questions++, reader.held(words)),
      };
      return { ...(await find(counted, vocabulary, { ...searchQuery(text), ...given })), questions };
    };

    it('a slip that is a word and stands beside one of its neighbours elsewhere is put right by the other', async () => {
      // `tho thot` is a pair of another title, so `tho` misses one neighbour alone.
      for (const [typed, meant, id] of [
        ['bon phuong trang gian', 'bon phuong trang giang', 'square'],
        ['thanh danh nhay da an bon', 'thanh danh nhay dai an bon', 'poor'],
        ['le tham tho thot', 'le tham thi thot', 'lyric'],
      ] as const) {
        const said = await found(typed);
        expect(said.corrected, typed).to.deep.equal({ text: meant, instead: true });
        expect(said.hits[0]!.id, typed).to.equal(id);
        expect((await found(typed, { literal: true })).corrected).to.equal(null);
      }
    });

    it('puts right the word that was meant, not the same letters inside a longer one', async () => {
      expect((await found('a toan truong hoc')).corrected).to.deep.equal({
        text: 'an toan truong hoc',
        instead: true,
      });
      expect((await found('toan quo toanquoc')).corrected).to.equal(null);
      expect((await found('an toa truong hoc')).corrected).to.deep.equal({ text: 'an toan truong hoc', instead: true });
    });

    it('a subject that was understood is no slip and does not hide one', async () => {
      const said = await found('gdcd an toan truog hoc');
      expect(said.corrected).to.deep.equal({ text: 'gdcd an toan truong hoc', instead: true });
      expect(said.hits[0]!.id).to.equal('school');
    });

    it('leaves alone what is found whole, what has two unknown words, and words that are only rare together', async () => {
      for (const text of [
        ...Object.values(titles),
        'zzz yyy',
        'truog hco',
        'khang chien tho thot',
        'nhay "bon trang"',
        'a1b toan',
      ])
        expect((await found(text)).corrected, text).to.equal(null);
    });

    it('asks the engine six questions at most, whatever is typed', async () => {
      for (const text of [
        ...'an toan truog hocj|le tham tho thot|nhaary dai bon trang|nhayr dafi boxng trnag|Tröôøng nhaay|zzz|day ngoeo coong chaan'.split(
          '|',
        ),
        'x '.repeat(5000),
        '\ud800 "',
        '-a -"',
      ])
        expect((await found(text)).questions, text.slice(0, 40)).to.be.at.most(6);
    });
  });
}
