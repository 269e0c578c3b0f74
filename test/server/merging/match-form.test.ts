import { expect } from 'chai';
import { isbnsIn } from '../../../server/merging/isbn.ts';
import { matchForm, type MatchForm, type MatchSource } from '../../../server/merging/match-form.ts';
import type { MatchWords } from '../../../server/merging/match-words.ts';
import { nameLikeness, peopleIn } from '../../../server/merging/person-names.ts';
import { publisherNames, samePublisher } from '../../../server/merging/publisher-names.ts';
import { formsBy, seededWords } from './forms.ts';

describe('what a record is compared by', () => {
  let words: MatchWords;
  let form: ReturnType<typeof formsBy>;
  before(async () => {
    words = await seededWords();
    form = formsBy(words);
  });
  const title = ({ parts }: MatchForm): string => parts.map((part) => part.words.join(' ')).join(' | ');

  it('volume, grade, set and kind are read out of a title however it says them', () => {
    const ways = [
      'Toán 6, tập một (Kết nối tri thức với cuộc sống)',
      'Sách giáo khoa Toán lớp 6 - T.1 - KNTT',
      'SGK Toán 6 tập I - Bộ sách Kết nối tri thức',
      'TOÁN 6 TẬP 1 (KNTT)',
      'Toan 6. Quyen 1: Ket noi tri thuc voi cuoc song',
      'SGKToán lớp sáu, tập thứ nhất – Kết nối tri thức với cuộc sông',
      'Sách giáo khao Toán 6, tậpp 1, KNTT',
    ];
    for (const way of ways) {
      const read = form(way);
      expect({ title: title(read), numbers: read.numbers, grades: read.titleGrades, set: read.set, kind: read.kind?.code ?? 'SGK' }, way).to.deep.equal({ title: 'toan', numbers: { volume: '1' }, grades: ['6'], set: 'KNTT', kind: 'SGK' });
    }
  });

  it('each kind of schoolbook is its own, a workbook too', () => {
    const kinds = { 'Sách bài tập Toán 6': 'SBT', 'Bài tập Toán 6': 'SBT', 'Toán 6 (SBT)': 'SBT', 'Vở bài tập Toán 6': 'VBT', 'VBT Toán 2': 'VBT', 'Toán 6 - Sách giáo viên': 'SGV', 'Tiếng Anh 6 - Sách học sinh': 'SGK' };
    for (const [text, kind] of Object.entries(kinds)) expect(form(text).kind?.code, text).to.equal(kind);
    expect(form('Kế hoạch bài dạy: Tam giác cân').kind?.code).to.equal('KHBD');
    expect(title(form('Giáo án: Tam giác cân'))).to.equal('tam giac can');
    // What a field says counts where the title says nothing.
    expect(form('Bài tập Toán 6', { resourceType: 'SGK' }).kind).to.include({ code: 'SBT', saidBy: 'title' });
    expect(form('Toán 6', { resourceType: 'SBT' }).kind).to.include({ code: 'SBT', saidBy: 'field' });
  });

  it('words that only look like volumes, grades and kinds stay in the title', () => {
    expect(title(form('Truyện Kiều'))).to.equal('truyen kieu');
    expect(title(form('Bài tập thực hành 12 thì tiếng Anh'))).to.equal('bai tap thuc hanh thi tieng anh');
    expect(form('Học tập 2').numbers).to.deep.equal({});
    expect(form('Thành phần 3').numbers).to.deep.equal({});
    expect(form('Kính vạn hoa 12')).to.deep.include({ titleGrades: [], loose: ['12'] });
    expect(form('1984')).to.deep.include({ titleGrades: [], loose: ['1984'] });
    expect(title(form('1984'))).to.equal('1984');
    expect(form('Tôi là Bêtô', { by: ['Nguyễn Nhật Ánh'] }).kind).to.equal(null);
    expect(title(form('Sách giáo viên'))).to.equal('sach giao vien');
    expect(form('Kết nối với mẹ thiên nhiên').set).to.equal(null);
  });

  it('editions, school years and numbers of lessons and tests are told apart from titles', () => {
    expect(form('Dế Mèn phiêu lưu kí (tái bản lần thứ năm)')).to.include({ edition: 5 });
    expect(title(form('Dế Mèn phiêu lưu kí (tái bản lần thứ năm, có sửa chữa)'))).to.equal('de men phieu luu ki');
    expect(form('X', { edition: 'Tái bản' }).edition).to.equal(0);
    expect(form('X', { edition: 'In lần thứ 3' }).edition).to.equal(3);
    expect(form('X', { edition: '2' }).edition).to.equal(2);
    expect(form('Đề kiểm tra cuối học kì I môn Toán 6 năm học 2024-2025').schoolYear).to.equal('2024-2025');
    expect(form('Đề kiểm tra học kì II').numbers).to.deep.equal({ term: '2' });
    expect(form('Tuần 5 tiết 12').numbers).to.deep.equal({ week: '5', lesson: '12' });
    expect(form('X', { year: '[khoảng 1932?]' }).year).to.equal(1932);
    expect(form('X', { year: '2021-2022' }).schoolYear).to.equal('2021-2022');
  });

  it('a set that is a part of another is said by either name', () => {
    expect(form('Tiếng Anh 6 Global Success').set).to.equal('KNTT');
    expect(form('Tiếng Anh 6', { textbookSet: 'FRIENDS' }).set).to.equal('CTST');
  });

  it('a publisher that makes one set alone says which set a schoolbook is of', () => {
    expect(form('Toán 6', { publisher: 'NXB Đại học Sư phạm' })).to.include({ set: 'CD', setGuessed: true });
    expect(form('Toán 6', { publisher: 'NXB Giáo dục Việt Nam' }).set).to.equal(null);
    expect(form('Toán 6', { publisher: 'NXB Đại học Sư phạm', year: '2009' }).set).to.equal(null);
    expect(form('Tiếng Anh 6', { publisher: 'NXB Đại học Sư phạm' }).set).to.equal(null);
    expect(form('Bồi dưỡng Toán 6', { publisher: 'NXB Đại học Sư phạm', resourceType: 'STK' }).set).to.equal(null);
  });

  it('ISBNs count by their check digit, in ten digits and thirteen', () => {
    expect(isbnsIn('978-604-0-31231-1 (bìa mềm)', true)).to.deep.equal([]);
    expect(isbnsIn('ISBN 0-306-40615-2', false)).to.deep.equal(['9780306406157']);
    expect(isbnsIn('978-0-306-40615-7; 0306406152', true)).to.deep.equal(['9780306406157']);
    expect(isbnsIn('0306406153', true)).to.deep.equal([]);
    expect(isbnsIn('0000000000', true)).to.deep.equal([]);
    expect(isbnsIn('9780000000002', true)).to.deep.equal([]);
    expect(isbnsIn('0306406152', false), 'ten digits of anything').to.deep.equal([]);
    expect(isbnsIn('080442957X', true)).to.deep.equal(['9780804429573']);
  });

  it('a person is one in any order, by initials, with titles and years', () => {
    const one = (name: string) => peopleIn([{ name }])[0]!;
    const like = (a: string, b: string) => nameLikeness(one(a), one(b));
    expect(like('Vũ Trọng Phụng', 'Phụng, Vũ Trọng')).to.equal(1);
    expect(like('GS.TS. Vũ Trọng Phụng (1912-1939)', 'VŨ TRỌNG PHỤNG')).to.equal(1);
    expect(like('V. T. Phụng', 'Vũ Trọng Phụng')).to.equal(0.9);
    expect(like('Ng. Nhật Ánh', 'Nguyễn Nhật Ánh')).to.equal(0.9);
    expect(like('J.K. Rowling', 'Rowling, J. K.')).to.equal(1);
    expect(like('Nguyễn Văn Tuấn', 'Nguyễn Văn Tuân'), 'other marks').to.equal(0.6);
    expect(like('Nguyễn Thị Minh Hoa', 'Nguyen Thi Minh Hoa'), 'marks left off').to.equal(1);
    expect(like('Đỗ Minh Hoa', 'Đ. M. Hoa'), 'a name that folds like "minh hoạ"').to.equal(0.9);
    expect(like('Nguyễn Du', 'Nguyễn Đình Chiểu')).to.equal(0);
    expect(peopleIn([{ name: 'Hà Huy Khoái (Tổng Chủ biên), Cung Thế Anh; Nguyễn Huy Đoan và Trần Văn Tấn' }])).to.have.length(4);
    expect(peopleIn([{ name: 'Nhiều tác giả' }])).to.deep.equal([]);
    for (const body of ['Bộ Giáo dục và Đào tạo', 'Sở GD&ĐT Bình Dương', 'Quốc hội', 'Trường THCS Lái Thiêu', 'Tổ Toán - Tin']) expect(peopleIn([{ name: body }]).map((person) => person.body), body).to.deep.equal([true]);
    for (const name of ['Trương Vĩnh Ký', 'Vũ Trọng Phụng', 'Tô Hoài', 'Hồ Chí Minh', 'Tô Hoá Sinh']) expect(one(name).body, name).to.equal(false);
    expect(like('Hoàng Văn Vân', 'Vân, Hoàng Văn'), 'two words that fold alike').to.equal(1);
  });

  it('publishers are the same in full and by their letters', () => {
    const same = (a: string, b: string) => samePublisher(publisherNames(a)[0]!, publisherNames(b)[0]!);
    expect(same('NXB Giáo dục Việt Nam', 'Nhà xuất bản Giáo dục')).to.equal(true);
    expect(same('NXBGDVN', 'NXB Giáo dục Việt Nam')).to.equal(true);
    expect(same('NXB ĐHSP', 'NXB Đại học Sư phạm')).to.equal(true);
    expect(same('NXB Kim Đồng', 'NXB Trẻ')).to.equal(false);
    expect(same('GDVN', 'NXB Đại học Sư phạm')).to.equal(false);
  });

  it('anything may be given', () => {
    const nasty: MatchSource[] = [
      {},
      { title: '' },
      { title: '   \u0000\u0007\u202e\ufeff' },
      { title: '!!! ??? ---' },
      { title: 'a'.repeat(10_240) },
      { title: 'Toán 6 tập 1 '.repeat(800) },
      { title: 'tập '.repeat(2560), subtitle: 'lớp '.repeat(2000) },
      { title: '(((((((' + ')'.repeat(5000) },
      { title: '\ud800 lone', agents: [{ name: '\udfff', role: 'aut' }] },
      { title: '1'.repeat(10_000), year: '9'.repeat(10_000), edition: 'lần '.repeat(5000) },
      { title: 'x', agents: Array.from({ length: 5000 }, (_, at) => ({ name: `Người ${at} và `.repeat(50), role: 'aut' })) },
      { title: 'x', identifiers: Array.from({ length: 3000 }, () => ({ scheme: 'isbn' as const, value: '978'.repeat(3000) })) },
      { title: 'x', publisher: 'G D '.repeat(3000), files: [{ sha256: 'no hash', pages: -3 }] },
    ];
    for (const source of nasty) {
      const started = performance.now();
      const read = matchForm(source, words);
      expect(performance.now() - started, JSON.stringify(source).slice(0, 60)).to.be.below(3000);
      expect(read.fingerprint).to.match(/^[0-9a-f]{16}$/);
      expect(JSON.stringify(read).length).to.be.below(20_000);
      expect(JSON.parse(JSON.stringify(read))).to.deep.equal(read);
    }
  });
});
