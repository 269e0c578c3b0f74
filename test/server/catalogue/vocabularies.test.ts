import { expect } from 'chai';
import { get } from 'node:http';
import { seedVocabularies } from '../../../server/catalogue/seed-vocabularies.ts';
import { loadVocabularies } from '../../../server/catalogue/vocabularies.ts';
import { vocabularyNames } from '../../../server/contract/vocabulary.ts';
import { openMetadata } from '../../../storage/metadata/open-metadata.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { schoolOf, settled, shelve } from './shelf.ts';

describe('vocabularies', () => {
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    app.work();
  });
  after(() => app.close());

  const put = (path: string, body: unknown, by = librarian) => by.ask('PUT', `/api/vocabularies/${path}`, body);

  /** fetch() tells every server to answer anew when it is given a tag, so the request is made by hand. */
  const asked = (tag?: string): Promise<{ status: number; etag: string; text: string }> =>
    new Promise((resolve, reject) => {
      get(`${app.url}/api/vocabularies`, { headers: tag ? { 'if-none-match': tag } : {} }, async (answer) => {
        let text = '';
        for await (const part of answer) text += String(part);
        resolve({ status: answer.statusCode!, etag: String(answer.headers.etag), text });
      }).on('error', reject);
    });

  it('hold what the domain names, each term with labels in two languages and a parent that exists', async () => {
    const { vocabularies } = (await app.visitor().get('/api/vocabularies')).body;
    expect(Object.keys(vocabularies)).have.members([...vocabularyNames]);
    const sizes = Object.fromEntries(vocabularyNames.map((name) => [name, vocabularies[name].length]));
    expect(sizes).include({
      level: 5,
      grade: 18,
      subject: 44,
      'textbook-set': 11,
      'resource-type': 33,
      licence: 15,
      'reading-level': 6,
    });
    const codes = (name: string) => vocabularies[name].map((one: { code: string }) => one.code);
    for (const name of vocabularyNames)
      for (const term of vocabularies[name]) {
        expect(term.vi, `${name} ${term.code}`).equal(term.vi.normalize('NFC')).and.not.equal('');
        expect(term.en, `${name} ${term.code}`).a('string').and.not.equal('');
      }
    for (const grade of vocabularies.grade) expect(codes('level')).include(grade.parent);
    for (const subject of vocabularies.subject) if (subject.parent) expect(codes('subject')).include(subject.parent);
    expect(codes('person-role')).include.members(['aut', 'edt', 'trl', 'ill', 'com', 'ctb', 'pbl']);
    expect(codes('language').slice(0, 4)).deep.equal(['vi', 'en', 'fr', 'zh']);
    const grade8 = vocabularies.grade.find((one: { code: string }) => one.code === '8');
    expect(grade8.aliases).include.members(['lop 8', 'khoi 8']);
    const link = vocabularies.licence.find((one: { code: string }) => one.code === 'LINK');
    expect(link.extra.file).equal(false);
  });

  it('seeding again adds what is missing and leaves what a person edited', async () => {
    const { metadata } = app.storage;
    expect((await put('subject/KNS', { vi: 'Kĩ năng sống' })).status).equal(200);
    await metadata.queries.deleteFrom('terms').where('vocabulary', '=', 'language').where('code', '=', 'km').execute();
    expect(await seedVocabularies(metadata)).equal(1);
    expect(await seedVocabularies(metadata)).equal(0);
    const { byCode } = await loadVocabularies(metadata);
    expect(byCode.subject.get('KNS')?.vi).equal('Kĩ năng sống');
    expect(byCode.language.get('km')?.vi).equal('Tiếng Khmer');
  });

  it('an unchanged answer is not sent again; a changed one is', async () => {
    const { etag } = await asked();
    expect(await asked(etag)).deep.include({ status: 304, text: '' });
    await put('language/tlh', { vi: 'Tiếng Klingon' });
    const changed = await asked(etag);
    expect(changed.status).equal(200);
    expect(changed.etag).not.equal(etag);
  });

  it('another process sees a change at once and asks one row when there is none', async () => {
    const other = await openMetadata({ folder: app.folder, url: app.databaseUrl });
    try {
      await loadVocabularies(other);
      await put('language/vo', { vi: 'Tiếng Volapük' });
      expect((await loadVocabularies(other)).byCode.language.get('vo')?.vi).equal('Tiếng Volapük');
      const before = other.statements();
      await loadVocabularies(other);
      expect(other.statements() - before).equal(1);
    } finally {
      await other.close();
    }
  });

  it('are for cataloguers to change', async () => {
    const teacher = await app.as('teacher');
    expect((await put('subject/TOAN', { vi: 'X' }, teacher)).status).equal(403);
    expect((await put('subject/TOAN', { vi: 'X' }, app.visitor())).status).equal(401);
    expect((await loadVocabularies(app.storage.metadata)).byCode.subject.get('TOAN')?.vi).equal('Toán');
  });

  it('a subject cannot stand under itself, nor a grade under a level that is none', async () => {
    expect((await put('subject/NGOAI_NGU_1', { parent: 'TIENG_ANH' })).body.code).equal('not-valid');
    expect((await put('subject/TOAN', { parent: 'TOAN' })).body.code).equal('not-valid');
    expect((await put('grade/6', { parent: 'DH' })).body).deep.include({
      code: 'term-unknown',
      params: { field: 'parent', code: 'DH' },
    });
    expect((await put('subject/MOI', { en: 'New' })).body.code).equal('not-valid');
    expect((await put('planets/EARTH', { vi: 'Trái Đất' })).status).equal(400);
  });

  it('a new alias finds the records that carry the term, and an old one no longer', async () => {
    const { id } = await shelve(app, {
      school_id: schoolOf(librarian),
      title: 'Phiếu thực hành',
      description: { subjects: ['TIN_HOC'] },
    });
    await settled(app);
    const find = async (q: string) =>
      (await app.visitor().get(`/api/search?q=${encodeURIComponent(q)}`)).body.records.map(
        (one: { id: string }) => one.id,
      );
    expect(await find('vi tinh')).deep.equal([id]);
    expect(await find('lap trinh nhung')).deep.equal([]);
    expect((await put('subject/TIN_HOC', { aliases: ['Lập trình nhúng'] })).body.aliases).deep.equal([
      'lap trinh nhung',
    ]);
    await settled(app);
    expect(await find('lap trinh nhung')).deep.equal([id]);
    expect(await find('vi tinh')).deep.equal([]);
  });
});
