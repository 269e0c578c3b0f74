import { expect } from 'chai';
import { description } from '../../server/contract/record.ts';
import { personRole, password, username } from '../../server/contract/person.ts';
import { sampleAccounts, sampleSchools } from '../../server/sample/sample-accounts.ts';
import {
  parseAgents,
  sampleDescription,
  sampleLicence,
  sampleRecords,
  sampleScope,
} from '../../server/sample/sample-descriptions.ts';
import { sampleTexts } from '../../server/sample/sample-texts.ts';

const records = sampleRecords();
const described = (id: string) => {
  const raw = records.find((record) => record.id === id);
  if (raw === undefined) throw new Error(`no sample record ${id}`);
  return { raw, description: sampleDescription(raw) };
};

describe('descriptions of the sample library', () => {
  it('keep to the contract, all forty, each with an abstract of its own', () => {
    expect(records).to.have.length(40);
    for (const raw of records) {
      const given = sampleDescription(raw);
      expect(description.safeParse(given).success, raw.id).to.equal(true);
      expect(given.title).to.equal(raw.title);
      expect(given.agents, raw.id).to.not.be.empty;
      expect(given.abstract, raw.id).to.have.length.above(40);
    }
    expect(new Set(records.map((raw) => sampleDescription(raw).abstract)).size).to.equal(40);
    expect(Object.keys(sampleTexts).sort()).to.deep.equal(records.map((raw) => raw.id).sort());
  });

  it('are written in NFC', () => {
    for (const raw of records) {
      const words = JSON.stringify(sampleDescription(raw));
      expect(words, raw.id).to.equal(words.normalize('NFC'));
    }
  });

  it('take the dates of a person out of the name', () => {
    expect(parseAgents('Nguyễn Du (1765-1820)')).to.deep.equal([
      { name: 'Nguyễn Du', role: 'aut', dates: '1765-1820' },
    ]);
    expect(described('R01').description.statementOfResponsibility).to.equal('Nguyễn Du');
    expect(described('R01').description.publisher).to.equal(undefined);
  });

  it('know editors in chief, and that one mark may hold for several names', () => {
    const { description: toan6 } = described('R17');
    expect(toan6.agents).to.deep.equal([
      { name: 'Hà Huy Khoái', role: 'edt' },
      { name: 'Cung Thế Anh', role: 'edt' },
      { name: 'Nguyễn Huy Đoan', role: 'edt' },
    ]);
    expect(toan6.statementOfResponsibility).to.contain('(Tổng Chủ biên)');
    expect(parseAgents('Lê An, Trần Bình (Chủ biên), Võ Cúc').map((agent) => agent.role)).to.deep.equal([
      'edt',
      'edt',
      'aut',
    ]);
    expect(parseAgents('Lê An (sinh 1950), ').map((agent) => agent.name)).to.deep.equal(['Lê An']);
  });

  it('tell bodies that issue from people, publisher from place, one language from two', () => {
    expect(described('R15').description.agents).to.deep.equal([{ name: 'Bộ Giáo dục và Đào tạo', role: 'isb' }]);
    expect(described('R14').description.identifiers).to.deep.equal([
      { scheme: 'document-number', value: '46/2019/QH14' },
    ]);
    const { description: old } = described('R09');
    expect([old.publisher, old.placeOfPublication]).to.deep.equal(['Imprimerie Impériale', 'Sài Gòn']);
    expect(described('R26').description.languages).to.deep.equal(['en', 'vi']);
  });

  it('send readers of textbooks to the publisher, and nobody else', () => {
    for (const raw of records) {
      const { link } = sampleDescription(raw);
      if (sampleLicence(raw) === 'LINK') expect(link, raw.id).to.match(/^https:\/\/(hanhtrangso\.nxbgd|hoc10)\.vn\//);
      else expect(link, raw.id).to.equal(undefined);
    }
    expect(described('R23').description.link).to.equal('https://hoc10.vn/');
  });

  it('keep what teachers share among schools inside the sector', () => {
    const sector = records.filter((raw) => sampleScope(raw) === 'sector').map((raw) => raw.id);
    expect(sector).to.deep.equal(['R30', 'R37', 'R38', 'R39']);
  });

  it('refuse a record that nobody wrote about', () => {
    expect(() => sampleDescription({ ...described('R01').raw, id: 'R99' })).to.throw('R99');
    expect(() => sampleDescription({ ...described('R17').raw, nxb: 'NXB Không Có' })).to.throw('NXB Không Có');
  });
});

describe('accounts of the sample library', () => {
  it('are one per role, with names and words that the contract takes', () => {
    expect(sampleAccounts.map((account) => account.role).sort()).to.deep.equal([...personRole.options].sort());
    expect(new Set(sampleAccounts.map((account) => account.username)).size).to.equal(sampleAccounts.length);
    for (const account of sampleAccounts) {
      expect(username.parse(account.username)).to.equal(account.username);
      expect(password.safeParse(account.password).success).to.equal(true);
      expect(sampleSchools.map((school) => school.code)).to.include(account.school);
    }
  });
});
