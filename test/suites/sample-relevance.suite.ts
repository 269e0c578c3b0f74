import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type SearchDocument, type SearchIndex } from '../../search/index.ts';
import type { QueryVocabulary } from '../../search/query/query-vocabulary.ts';
import { find, type FindQuery, type FindResult } from '../../search/find.ts';
import type { Vocabularies } from '../../server/catalogue/vocabularies.ts';
import { queryTerms } from '../../server/discovery/query-terms.ts';
import { searchDocument } from '../../server/discovery/search-document.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { searchQuery } from '../search/search-documents.ts';
import { repairShortText } from '../../search/vietnamese/legacy-text.ts';
import { seededVocabularies } from '../support/seeded-vocabularies.ts';

interface SampleRecord {
  id: string;
  title: string;
  author: string;
  mon: string[];
  lop: string[];
  loai: string;
  bo?: string;
  so_hieu?: string;
  nxb: string;
  nam: string;
  lang: string;
}
interface SampleQuery {
  id: string;
  q: string;
  must: string[];
  top: number;
}

const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as T;
const records = read<SampleRecord[]>('server/sample/sample-records.json');
export const sampleQueries = read<SampleQuery[]>('test/search/sample-queries.json');

/** As the catalogue has it and the index gets it. */
function documentOf(record: SampleRecord, vocabularies: Vocabularies): SearchDocument {
  const description = {
    title: record.title,
    agents: [{ name: record.author, role: 'aut' }],
    ...{
      subjects: record.mon,
      grades: record.lop,
      resourceType: record.loai,
      textbookSet: record.bo,
      languages: record.lang.split(', '),
    },
    ...{ publisher: record.nxb, year: record.nam, keywords: [], aiGenerated: 'none' },
    identifiers: record.so_hieu ? [{ scheme: 'document-number', value: record.so_hieu }] : [],
  };
  const at = '2026-01-01T00:00:00.000Z';
  const row = {
    id: record.id,
    title: record.title,
    title_key: record.title,
    school_id: 's',
    state: 'published',
    scope: 'public',
    licence: 'CC-BY-4.0',
    created_by: null,
    deleted_at: null,
    created_at: at,
    published_at: at,
    description_json: JSON.stringify(description),
  };
  return searchDocument(row as unknown as RecordRow, vocabularies, []);
}

const lookAlike = (id: string, title: string): SampleRecord => ({
  id,
  title,
  author: 'Lê Văn An',
  mon: [],
  lop: [],
  loai: 'STK',
  nxb: 'Kim Đồng',
  nam: '2020',
  lang: 'vi',
});
/** Titles that differ from what is looked for in their marks alone, or by a letter. */
const lookAlikes = ['Sơ đồ tư duy', 'Số đo độ', 'Truyện kiểu', 'Tất dền'].map((title, at) =>
  lookAlike(`L${at}`, title),
);

/** As it is copied out of documents in VNI and TCVN3, and what it says. */
const pastedQueries = [
  ['Truyeän Kieàu', 'Truyện Kiều'],
  ['T¾t ®Ìn', 'Tắt đèn'],
] as const;

/** The records of the sample library, with the look-alikes or without. */
export const sampleDocuments = (vocabularies: Vocabularies, withLookAlikes: boolean): SearchDocument[] =>
  [...records, ...(withLookAlikes ? lookAlikes : [])].map((record) => documentOf(record, vocabularies));

/** Fifteen queries as teachers type them, over the records of the sample library: what has to come first, in every engine. */
export function sampleRelevanceSuite(
  name: string,
  open: () => Promise<{ index: SearchIndex; close(): Promise<void> }>,
): void {
  describe(`how teachers type: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let terms: QueryVocabulary;
    const found = (text: string, rest: Partial<FindQuery> = {}): Promise<FindResult> =>
      find(opened.index, terms, { ...searchQuery(text), ...rest });
    before(async () => {
      opened = await open();
      const vocabularies = await seededVocabularies();
      terms = queryTerms(vocabularies);
      await opened.index.put(sampleDocuments(vocabularies, true));
    });
    after(() => opened.close());

    for (const { id, q, must, top } of sampleQueries) {
      it(`${id}: "${q}" gives ${must.join(', ')} first`, async () => {
        const { hits } = await found(q, { limit: top });
        expect(hits.map((hit) => hit.id)).to.include.members(must);
      });
    }

    const title = async (text: string, rest: Partial<FindQuery> = {}): Promise<string | undefined> => {
      const { hits } = await found(text, rest);
      return [...records, ...lookAlikes].find(({ id }) => id === hits[0]?.id)?.title;
    };
    for (const [typed, first] of [
      ['Tất dền', 'Tất dền'],
      ['Truyện kiểu', 'Truyện kiểu'],
      ['so do tu duy', 'Sơ đồ tư duy'],
      ['số đo độ', 'Số đo độ'],
      ['Truyeenj Kieeuf', 'Truyện Kiều'],
      ['Truye65n Kie62u', 'Truyện Kiều'],
      ['Truyện Kiều'.normalize('NFD'), 'Truyện Kiều'],
      ['viet nma su luoc', 'Việt Nam sử lược'],
      ['"viet nam su luoc"', 'Việt Nam sử lược'],
      ['tác giả: nguyễn du', 'Truyện Kiều'],
    ] as const)
      it(`"${typed}" gives ${first} first`, async () => {
        expect(await title(typed)).to.equal(first);
      });

    it('says what was understood, and takes it back', async () => {
      const said = await found('gdcd8 ck1');
      expect(said.understood.map(({ label, code }) => [label, code])).to.deep.equal([
        ['Giáo dục công dân', 'GDCD'],
        ['Lớp 8', '8'],
        ['Đề kiểm tra', 'DE_KT'],
      ]);
      const without = await found('gdcd8 ck1', { dropped: ['gdcd'] });
      expect(without.understood.map(({ code }) => code)).to.not.include('GDCD');
      expect((await found('gdcd8', { literal: true })).understood).to.deep.equal([]);
    });

    it('puts a slip right and says so, and says nothing of good queries', async () => {
      const slipped = await found('truyen kieuu');
      expect(slipped.corrected).to.deep.equal({ text: 'truyen kieu', instead: true });
      for (const { q } of sampleQueries) expect((await found(q)).corrected, q).to.equal(null);
      expect((await found('truyen kieuu', { literal: true })).total).to.equal(0);
    });

    it('gives what holds everything but for a slip before what holds a part of it', async () => {
      const slipped = await found('so do tu dut');
      expect(slipped.corrected).to.deep.equal({ text: 'so do tu duy', instead: true });
      expect(slipped.hits[0]!.id).to.equal('L0');
      const literal = await found('so do tu dut', { literal: true });
      expect(literal.corrected).to.equal(null);
      expect(literal.foundBy).to.equal('some');
    });

    it('reads what was copied out of an old document, and leaves every other query as it is', async () => {
      for (const [pasted, meant] of pastedQueries) {
        const said = await found(pasted);
        expect(said.corrected, pasted).to.deep.equal({ text: meant, instead: true });
        expect(await title(pasted)).to.equal(meant);
        expect((await found(pasted, { literal: true })).corrected).to.equal(null);
      }
      const ordinary = [
        ...sampleQueries.map(({ q }) => q),
        ...records.map(({ title }) => title),
        'IELTS 6.5',
        'café',
        'H2SO4',
        'c++ 17',
      ];
      for (const one of ordinary) expect(repairShortText(one), one).to.equal(one);
    });

    it('offers nothing by which this reader finds nothing', async () => {
      expect((await found('truyen kieuu', { audience: ['school:other'] })).corrected).to.equal(null);
    });
  });
}
