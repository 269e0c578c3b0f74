import { expect } from 'chai';
import { dublinCoreIn, fromDublinCore } from '../../../../server/harvest/sources/from-dublin-core.ts';
import { fromMarc, isGone, marcIn } from '../../../../server/harvest/sources/from-marc.ts';
import type { SaidDescription } from '../../../../server/harvest/sources/said-description.ts';
import { type TermWords, termWords } from '../../../../server/harvest/sources/term-words.ts';
import { readXmlTree } from '../../../../server/harvest/sources/xml-tree.ts';
import { seededVocabularies } from '../../../support/seeded-vocabularies.ts';

let terms: TermWords;
const readTerms = async (): Promise<void> => {
  terms ??= termWords(await seededVocabularies());
};

/** `245 10 $aTên :$bphụ`, a line for each field; 008 and the leader as they are. */
function marc(lines: string, leader = '00000nam a2200000 a 4500'): SaidDescription {
  const fields = lines.trim().split('\n').map((line) => {
    const [, tag, indicators, rest] = /^\s*(\d{3}) (..) ?(.*)$/.exec(line)!;
    if (tag! < '010') return `<controlfield tag="${tag}">${rest}</controlfield>`;
    const subfields = rest!.split('$').slice(1).map((part) => `<subfield code="${part[0]}">${part.slice(1)}</subfield>`);
    return `<datafield tag="${tag}" ind1="${indicators![0]}" ind2="${indicators![1]}">${subfields.join('')}</datafield>`;
  });
  const record = marcIn(readXmlTree(`<record xmlns="http://www.loc.gov/MARC21/slim"><leader>${leader}</leader>${fields.join('')}</record>`))!;
  return fromMarc(record, terms);
}

const dc = (elements: string): SaidDescription =>
  fromDublinCore(dublinCoreIn(readXmlTree(`<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">${elements}</oai_dc:dc>`))!, terms);

describe('descriptions in MARC 21', () => {
  before(readTerms);

  it('245: number and name of the part belong to the title, punctuation between fields to none', () => {
    expect(marc('245 10 $aToán 6.$nTập một,$pSố học :$bsách giáo khoa /$cHà Huy Khoái (tổng chủ biên).')).to.include({ title: 'Toán 6. Tập một. Số học', subtitle: 'sách giáo khoa', statementOfResponsibility: 'Hà Huy Khoái (tổng chủ biên).' });
    expect(marc('245 10 $aThế giới U.S.A.')).to.include({ title: 'Thế giới U.S.A.' });
    expect(marc('245 10 $aTruyện Kiều.').title).to.equal('Truyện Kiều');
    expect(marc('245 10 $aTruyện Du.').title).to.equal('Truyện Du');
    expect(marc('245 10 $aCông ty Co.').title).to.equal('Công ty Co.');
    expect(marc('245 10 $bchỉ phụ đề').title).to.equal(null);
    expect(marc('260 ## $aHà Nội').title).to.equal(null);
  });

  it('people: by code, by word, by the field they stand in', () => {
    const said = marc(
      ['245 10 $aX', '100 1# $aNguyễn Du,$d1765-1820.', '700 1# $aLê Hà,$4trl', '700 1# $aTrần B,$eNgười dịch', '700 1# $aPhạm C,$ech.b', '700 1# $aVũ D,$eMinh hoạ', '700 1# $aĐỗ E,$esưu tầm, biên soạn', '710 2# $aNXB Trẻ', '700 1# $aAn, B.,$eeditor.', '700 1# $aCung, F.,$eChủ biên'].join('\n'),
    );
    expect(said.agents).to.eql([
      { name: 'Nguyễn Du', role: 'aut', dates: '1765-1820' },
      ...[['Lê Hà', 'trl'], ['Trần B', 'trl'], ['Phạm C', 'edt'], ['Vũ D', 'ill'], ['Đỗ E', 'com'], ['NXB Trẻ', 'ctb'], ['An, B.', 'edt'], ['Cung, F.', 'edt']].map(([name, role]) => ({ name, role })),
    ]);
    expect(marc('110 2# $aBộ Giáo dục và Đào tạo').agents).to.eql([{ name: 'Bộ Giáo dục và Đào tạo', role: 'isb' }]);
  });

  it('264 with indicator 1 goes before others and before 260; the year is found in what stands there', () => {
    expect(marc('264 #4 $c©2019\n264 #1 $aHà Nội :$bNXB Giáo dục,$c[2021]')).to.include({ placeOfPublication: 'Hà Nội', publisher: 'NXB Giáo dục', year: '2021' });
    expect(marc('260 ## $aH. :$bVăn học,$cc1987')).to.include({ placeOfPublication: 'H.', publisher: 'Văn học', year: '1987' });
    expect(marc('264 #3 $bNhà in\n260 ## $bKim Đồng,$ckhoảng 1960-1965').publisher).to.equal('Kim Đồng');
    expect(marc('250 ## $aTái bản lần 2 /').edition).to.equal('Tái bản lần 2');
  });

  it('languages: of 041, each once, and of 008', () => {
    expect(marc('041 1# $avie$aeng$hfre\n008 ## 000107s2000    vm a          000 0 vie d').languages).to.eql(['vi', 'en']);
    expect(marc('245 00 $aX\n008 ## 000107s2000    vm a          000 0 eng d').languages).to.eql(['en']);
    expect(marc('245 00 $aX\n008 ## ngắn').languages).to.eql([]);
    expect(marc('041 0# $avieeng').languages).to.eql(['vi', 'en']);
  });

  it('numbers: ISBN without its qualifier, ISSN, others as they are told', () => {
    expect(marc('020 ## $a978-604-0-25078-5 (tập 1) :$c25000đ\n020 ## $a6040250786 (bìa cứng)\n020 ## $z9786040250001\n022 ## $a0866-7322\n024 7# $a10.1234/abc$2doi').identifiers).to.eql([
      { scheme: 'isbn', value: '9786040250785' },
      { scheme: 'isbn', value: '6040250786' },
      { scheme: 'issn', value: '0866-7322' },
      { scheme: 'doi', value: '10.1234/abc' },
    ]);
    expect(marc('020 ## $c25000đ').identifiers).to.eql([]);
    expect(marc('082 04 $a372.7$223').ddc).to.equal('372.7');
  });

  it('856: the thing itself goes before a version of it and what is about it', () => {
    expect(marc('856 42 $uhttp://a.example/muc-luc\n856 40 $uhttp://a.example/sach\n856 41 $uhttp://a.example/ban-khac\n856 40 $ujavascript:alert(1)').links).to.eql(['http://a.example/sach', 'http://a.example/ban-khac', 'http://a.example/muc-luc']);
  });

  it('words of ours are found in the fields of topics, audience, genre and series', () => {
    const said = marc('521 ## $aLớp 6\n490 0# $aCánh Diều\n655 #7 $aSách giáo khoa\n650 #4 $aToán.\n653 ## $aSố nguyên tố\n651 #4 $aViệt Nam.\n520 ## $aMột\n520 ## $aHai\n540 ## $aCC BY 4.0$uhttps://creativecommons.org/licenses/by-nc/4.0/');
    expect(said).to.deep.include({ grades: ['6'], textbookSet: 'CD', resourceType: 'SGK', subjects: ['TOAN'], keywords: ['Số nguyên tố', 'Việt Nam'], abstract: 'Một\nHai', licence: 'CC-BY-NC-4.0' });
  });

  it('a record of a deleted thing is gone', () => {
    expect(isGone(readXmlTree('<record><leader>00000dam a22</leader></record>'))).to.equal(true);
    expect(isGone(readXmlTree('<record><leader>00000nam d22</leader></record>'))).to.equal(false);
    expect(isGone(readXmlTree('<record/>'))).to.equal(false);
  });
});

describe('descriptions in Dublin Core', () => {
  before(readTerms);

  it('the year is that of the work, not the day somebody entered it; issued goes before all', () => {
    expect(dc('<dc:date>2021-05-01</dc:date><dc:date>2023-01-01T00:00:00Z</dc:date>').year).to.equal('2021');
    expect(dc('<dc:date>2023-01-01</dc:date><dcterms:issued>1998</dcterms:issued><dcterms:available>2024</dcterms:available>').year).to.equal('1998');
    expect(dc('<dc:date>[khoảng 1820]</dc:date>').year).to.equal('1820');
    expect(dc('<dc:date>không rõ</dc:date>').year).to.equal('không rõ');
    expect(dc('<dc:date>tháng năm, theo lời kể của nhiều người</dc:date>').year).to.equal(null);
  });

  it('languages: codes of either standard, tags and names', () => {
    for (const written of ['vi', 'vie', 'vi-VN', 'vi_VN', 'VIE', 'Tiếng Việt', 'tieng viet']) expect(dc(`<dc:language>${written}</dc:language>`).languages, written).to.eql(['vi']);
    expect(dc('<dc:language>fra</dc:language><dc:language>fre</dc:language><dc:language>zho</dc:language><dc:language>tlh</dc:language>').languages).to.eql(['fr', 'zh']);
  });

  it('licences: by their addresses and their names; what closes or says nothing opens nothing', () => {
    const licence = (text: string): string | null => dc(`<dc:rights>${text}</dc:rights>`).licence;
    expect(['https://creativecommons.org/licenses/by/4.0/', 'http://creativecommons.org/licenses/by-nc-sa/4.0/deed.vi', 'CC BY-SA 4.0', 'cc-by-4.0', 'https://creativecommons.org/publicdomain/zero/1.0/'].map(licence)).to.eql(['CC-BY-4.0', 'CC-BY-NC-SA-4.0', 'CC-BY-SA-4.0', 'CC-BY-4.0', 'CC0-1.0']);
    for (const closed of ['Bản quyền thuộc về tác giả', 'info:eu-repo/semantics/openAccess', '© 2020', 'https://creativecommons.org/licenses/by/9.9/']) expect(licence(closed), closed).to.equal(null);
    expect(dc('<dc:rights>© 2020</dc:rights><dcterms:license>https://creativecommons.org/licenses/by/4.0/</dcterms:license>').licence).to.equal('CC-BY-4.0');
  });

  it('identifiers are told apart by their looks', () => {
    const said = dc(['ISBN 978-604-0-25078-5', 'urn:isbn:6040250786', 'urn:ISSN:0866-7322', 'https://doi.org/10.1234/x.y', 'http://a.example/1', 'KHO 123', 'ISBN:978-604-0-25078-5 (tập 1)'].map((text) => `<dc:identifier>${text}</dc:identifier>`).join(''));
    expect(said.identifiers).to.eql([{ scheme: 'isbn', value: '9786040250785' }, { scheme: 'isbn', value: '6040250786' }, { scheme: 'issn', value: '0866-7322' }, { scheme: 'doi', value: '10.1234/x.y' }, { scheme: 'local', value: 'KHO 123' }]);
    expect(said.links).to.eql(['http://a.example/1']);
  });

  it('words of ours are found wherever they stand, others are keywords; empty elements say nothing', () => {
    const said = dc('<dc:title> </dc:title><dc:title>Một</dc:title><dc:title>Hai</dc:title><dc:creator>A</dc:creator><dc:creator>A</dc:creator><dc:contributor>B</dc:contributor><dc:subject>Ngữ văn</dc:subject><dc:subject>372.6</dc:subject><dc:subject>ca dao</dc:subject><dc:type>Sách giáo khoa</dc:type><dcterms:educationLevel>Lớp 7</dcterms:educationLevel><dc:description>Cánh Diều</dc:description><dc:description>Tóm tắt</dc:description><dc:relation>http://a.example/x</dc:relation><dc:relation>không phải địa chỉ</dc:relation>');
    expect(said).to.deep.include({ title: 'Một', subjects: ['NGU_VAN'], ddc: '372.6', keywords: ['ca dao'], resourceType: 'SGK', grades: ['7'], textbookSet: 'CD', abstract: 'Tóm tắt', links: ['http://a.example/x'], agents: [{ name: 'A', role: 'aut' }, { name: 'B', role: 'ctb' }] });
  });

  it('elements without their namespace are read where the frame is Dublin Core; anything else is none', () => {
    expect(fromDublinCore(dublinCoreIn(readXmlTree('<dc><title>Trần</title></dc>'))!, terms).title).to.equal('Trần');
    expect(dublinCoreIn(readXmlTree('<mods xmlns="http://www.loc.gov/mods/v3"><title>x</title></mods>'))).to.equal(null);
  });
});
