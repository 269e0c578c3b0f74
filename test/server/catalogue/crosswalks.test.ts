import { expect } from 'chai';
import { SaxesParser } from 'saxes';
import type { CrosswalkRecord } from '../../../server/catalogue/crosswalks/crosswalk-record.ts';
import { dublinCore } from '../../../server/catalogue/crosswalks/dublin-core.ts';
import { marcCollection, marcRecord } from '../../../server/catalogue/crosswalks/marc21.ts';
import { escapeXml, writeXml, type XmlElement, xmlDeclaration } from '../../../server/catalogue/crosswalks/xml-writing.ts';

const kieu: CrosswalkRecord = {
  ...{ id: '0190-kieu', state: 'published', licence: 'PD-VN-EXPIRED', scope: 'public', createdAt: '2026-01-02T03:04:05.000Z', updatedAt: '2026-11-25T01:02:03.456Z', withdrawn: null },
  school: { code: 'HOASEN', name: 'Trường THCS Hoa Sen' },
  description: {
    ...{ title: 'Truyện Kiều', subtitle: 'Đoạn trường tân thanh', statementOfResponsibility: 'Nguyễn Du', publisher: 'Kim Đồng', placeOfPublication: 'Hà Nội', year: 'khoảng 1820', edition: 'In lần 2', ddc: '895.922', abstract: 'Trăm năm', link: 'https://example.vn/?a=1&b=2' },
    ...{ agents: [{ name: 'Nguyễn Du', role: 'aut', dates: '1765-1820' }, { name: 'Bùi Kỷ', role: 'edt' }], subjects: ['NGU_VAN'], grades: ['9'], languages: ['vi', 'fr'], keywords: ['truyện thơ'], aiGenerated: 'none' },
    identifiers: [{ scheme: 'isbn', value: '978-604-2-12345-6' }, { scheme: 'issn', value: '1234-5678' }, { scheme: 'doi', value: '10.1/x' }],
  },
  files: [{ name: 'kiều.pdf', mediaType: 'application/pdf', size: 10, pages: 214, address: 't%E1%BB%87p/kieu.pdf' }],
  words: { subjects: ['Ngữ văn'], grades: ['Lớp 9'], resourceType: 'Truyện, tác phẩm văn học', dcmiType: 'Text', textbookSet: 'Cánh Diều', readingLevel: null, licence: 'Hết thời hạn bảo hộ' },
};

/** `245 10 $aTruyện Kiều$b…`, control fields and the leader likewise. */
function lines([, , content]: XmlElement): string[] {
  return (content as XmlElement[]).map(([name, attributes, inner]) => {
    if (name === 'leader') return `LDR ${String(inner)}`;
    if (name === 'controlfield') return `${attributes['tag']} ${String(inner)}`;
    return `${attributes['tag']} ${attributes['ind1']}${attributes['ind2']} ${(inner as XmlElement[]).map(([, code, value]) => `$${code['code']}${String(value)}`).join('')}`;
  });
}
const withTag = (record: CrosswalkRecord, tag: string): string[] => lines(marcRecord(record)).filter((line) => line.startsWith(tag)).map((line) => line.slice(4));

describe('catalogue: MARC 21', () => {
  const expected: Record<string, string[]> = {
    LDR: ['00000nam a2200000 i 4500'],
    '001': ['0190-kieu'],
    '003': ['HOASEN'],
    '005': ['20261125010203.0'],
    '008': ['260102s1820    vm      o     000 0 vie d'],
    '020': ['   $a9786042123456'],
    '022': ['   $a1234-5678'],
    '024': ['7  $a10.1/x$2doi'],
    '040': ['   $aHOASEN$bvie$cHOASEN$erda'],
    '041': ['0  $avie$afre'],
    '044': ['   $avm'],
    '082': ['04 $a895.922$223'],
    '100': ['0  $aNguyễn Du$d1765-1820$4aut'],
    '245': ['10 $aTruyện Kiều$bĐoạn trường tân thanh$cNguyễn Du'],
    '250': ['   $aIn lần 2'],
    '264': [' 1 $aHà Nội$bKim Đồng$ckhoảng 1820'],
    '300': ['   $a214 tr.'],
    '490': ['0  $aCánh Diều'],
    '500': [],
    '520': ['   $aTrăm năm'],
    '521': ['   $aLớp 9'],
    '540': ['   $aHết thời hạn bảo hộ$fPD-VN-EXPIRED'],
    '650': [' 4 $aNgữ văn'],
    '653': ['   $atruyện thơ'],
    '655': [' 4 $aTruyện, tác phẩm văn học'],
    '700': ['0  $aBùi Kỷ$4edt'],
    '856': ['40 $ut%E1%BB%87p/kieu.pdf$qapplication/pdf$ykiều.pdf', '42 $uhttps://example.vn/?a=1&b=2'],
  };
  for (const [tag, said] of Object.entries(expected)) it(`field ${tag}`, () => expect(withTag(kieu, tag)).to.deep.equal(said));

  it('nothing else stands in the record, and the tags are in order', () => {
    const tags = lines(marcRecord(kieu)).map((line) => line.slice(0, 3)).slice(1);
    expect([...new Set(tags)].filter((tag) => !(tag in expected))).to.deep.equal([]);
    expect(tags).to.deep.equal([...tags].sort());
  });

  it('leader and 008 keep their lengths whatever is known', () => {
    const bare = { ...kieu, description: { ...kieu.description, year: 'không rõ', languages: ['xx'], agents: [] }, words: { ...kieu.words, dcmiType: 'MovingImage' } };
    expect(withTag(bare, '008')[0]).to.equal('260102nuuuuuuuuvm      o     000 0 und d').and.have.length(40);
    expect(withTag(bare, 'LDR')[0]).to.equal('00000ngm a2200000 i 4500').and.have.length(24);
    expect(withTag(bare, '245')[0]!.slice(0, 2)).to.equal('00');
  });

  it('what was withdrawn is marked, and a body that issues is no person', () => {
    const withdrawn = { ...kieu, state: 'withdrawn' as const, withdrawn: { at: '2026-05-06T00:00:00.000Z', reason: 'Sai kiến thức' }, description: { ...kieu.description, agents: [{ name: 'Bộ GDĐT', role: 'isb' }] } };
    expect(withTag(withdrawn, 'LDR')[0]![5]).to.equal('d');
    expect(withTag(withdrawn, '500')).to.deep.equal(['   $aĐã rút ngày 2026-05-06: Sai kiến thức']);
    expect(withTag(withdrawn, '110')).to.deep.equal(['2  $aBộ GDĐT$4isb']);
  });
});

describe('catalogue: Dublin Core', () => {
  const pairs = (record: CrosswalkRecord): string[] => (dublinCore(record)[2] as XmlElement[]).map(([name, , value]) => `${name.slice(3)}=${String(value)}`);

  it('has each element', () =>
    expect(pairs(kieu)).to.deep.equal([
      ...['title=Truyện Kiều: Đoạn trường tân thanh', 'creator=Nguyễn Du', 'contributor=Bùi Kỷ', 'subject=Ngữ văn', 'subject=truyện thơ', 'subject=895.922', 'description=Trăm năm', 'description=Lớp 9'],
      ...['publisher=Kim Đồng', 'date=khoảng 1820', 'type=Text', 'type=Truyện, tác phẩm văn học', 'format=application/pdf', 'format=214 tr.', 'identifier=0190-kieu', 'identifier=isbn:978-604-2-12345-6'],
      ...['identifier=issn:1234-5678', 'identifier=doi:10.1/x', 'identifier=t%E1%BB%87p/kieu.pdf', 'language=vi', 'language=fr', 'relation=https://example.vn/?a=1&b=2', 'relation=Cánh Diều'],
      ...['rights=Hết thời hạn bảo hộ', 'rights=PD-VN-EXPIRED'],
    ]));
});

describe('catalogue: XML', () => {
  it('whatever a record says, what is written is well-formed and says it again', () => {
    const hostile = `a\u0000b\u0001<i>&"'\ud800 ]]> \ufffe\u{1F600}\r\nệ e\u0323\u0302`;
    const text = xmlDeclaration + marcCollection.begin + writeXml(marcRecord({ ...kieu, description: { ...kieu.description, title: hostile } })) + marcCollection.end;
    const said: string[] = [];
    const parser = new SaxesParser({ xmlns: true });
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('text', (one) => said.push(one));
    parser.write(text).close();
    expect(said).to.include(`ab<i>&"' ]]> \u{1F600}\r\nệ e\u0323\u0302`);
    expect(escapeXml('\u{1F600}\ud83d')).to.equal('\u{1F600}');
  });
});
