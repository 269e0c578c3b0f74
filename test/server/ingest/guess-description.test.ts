import { expect } from 'chai';
import { termsByVocabulary } from '../../../server/ingest/ingest-terms.ts';
import { guessDescription } from '../../../server/ingest/guess-description.ts';
import type { Terms } from '../../../server/ingest/guess-terms.ts';
import { seedVocabularies } from '../../../server/catalogue/seed-vocabularies.ts';
import { type IngestLibrary, openIngestLibrary } from './ingest-library.ts';

describe('a description is guessed', () => {
  let library: IngestLibrary;
  let terms: Terms;
  before(async () => {
    library = await openIngestLibrary();
    await seedVocabularies(library.storage.metadata);
    terms = await termsByVocabulary(library.storage.metadata.queries);
  });
  after(() => library.close());

  const guess = (name: string, firstPageText = '', metadata = {}) =>
    guessDescription({ name, metadata, firstPageText, terms }).fields;

  it('from a name as teachers write them', () => {
    expect(guess('KHBD_NguVan6_Tuan1_BaiHocDuongDoi.docx')).to.deep.include({
      title: 'Ngữ văn 6 – Tuần 1 – Bai hoc duong doi',
      subjects: ['NGU_VAN'],
      grades: ['6'],
      resourceType: 'KHBD',
    });
  });

  it('with the marks of the first page where it has the same words', () => {
    const page =
      'TRƯỜNG THCS TRỊNH HOÀI ĐỨC\nBÀI HỌC ĐƯỜNG ĐỜI ĐẦU TIÊN\nGiáo viên: Nguyễn Thị Hằng\nNăm học 2024 - 2025';
    expect(guess('KHBD_NguVan6_Tuan1_BaiHocDuongDoi.docx', page)).to.deep.include({
      title: 'Bài học đường đời',
      agents: [{ name: 'Nguyễn Thị Hằng', role: 'aut' }],
      year: '2024-2025',
    });
  });

  for (const [name, expected] of Object.entries({
    'Giáo án Toán 7 KNTT - Bài 3.pdf': { subjects: ['TOAN'], grades: ['7'], resourceType: 'KHBD', textbookSet: 'KNTT' },
    'de kiem tra giua ki 1 khtn 8.pdf': { subjects: ['KHTN'], grades: ['8'], resourceType: 'DE_KT' },
    'PHT_su9_bai2.docx': { subjects: ['LICH_SU'], grades: ['9'], resourceType: 'PHT' },
    'hdtn 7 chu de 2.pdf': { subjects: ['HDTNHN'], grades: ['7'] },
    'hdtn 3 chu de 2.pdf': { subjects: ['HDTN'], grades: ['3'] },
    'Đề cương ôn tập Địa lí lớp 12.doc': { subjects: ['DIA_LI'], grades: ['12'], resourceType: 'DE_CUONG' },
    'anh trai toi.pdf': { subjects: undefined, grades: undefined },
  })) {
    it(`from ${name}`, () => {
      const fields = guess(name) as Record<string, unknown>;
      for (const [field, value] of Object.entries(expected)) expect(fields[field], field).to.deep.equal(value);
    });
  }

  it('never from what programs leave behind', () => {
    const metadata = { title: 'Microsoft Word - Document1.docx', author: 'Admin' };
    const fields = guess('scan0001.pdf', 'UBND PHƯỜNG LÁI THIÊU\nKẾ HOẠCH THƯ VIỆN XANH\nNgày 3 tháng 9', metadata);
    expect(fields.title).to.equal('Kế hoạch thư viện xanh');
    expect(fields.agents).to.equal(undefined);
  });

  it('from a publisher’s own title and author', () => {
    const fields = guess('abc.pdf', '', { title: 'Truyện Kiều', author: 'Nguyễn Du' });
    expect(fields).to.deep.include({ title: 'Truyện Kiều', agents: [{ name: 'Nguyễn Du', role: 'aut' }] });
  });

  it('names every field it has guessed', () => {
    const { fields, guessed } = guessDescription({ name: 'Toan 6.pdf', metadata: {}, firstPageText: '', terms });
    expect(guessed).to.have.members(Object.keys(fields)).and.include('title');
  });

  it('keeps a name of 255 accented bytes and NFD as a title', () => {
    const name = 'Ế'.normalize('NFD').repeat(51);
    expect(guess(`${name}.pdf`).title).to.equal('Ế'.repeat(51));
  });
});
