import { expect } from 'chai';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';

describe('editing records', () => {
  let app: TestApp;
  let librarian: Visitor;
  let teacher: Visitor;

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    teacher = await app.as('teacher');
  });
  after(() => app.close());

  const create = async (fields: Record<string, unknown> = {}, by = librarian) => {
    const made = await by.post('/api/records', { title: 'Đất rừng phương Nam', ...fields });
    expect(made.status, made.text).to.equal(201);
    return made.body;
  };
  const edit = (record: { id: string; version: number }, changes: Record<string, unknown>, by = librarian) =>
    by.ask('PATCH', `/api/records/${record.id}`, { version: record.version, ...changes });
  const history = async (id: string) => (await librarian.get(`/api/records/${id}/history`)).body.history;

  it('a description becomes a draft of its maker with the usual licence and scope, and history begins with it', async () => {
    const record = await create({ title: 'Bài thơ về tiểu đội xe không kính', subjects: ['NGU_VAN'], grades: ['9'], year: '1969' }, teacher);
    expect(record).to.include({ version: 1, state: 'draft', licence: 'CC-BY-NC-SA-4.0', scope: 'school', deletedAt: null });
    expect(record.createdBy.name).to.equal('Người teacher');
    const [first, ...more] = await history(record.id);
    expect(more).to.deep.equal([]);
    expect(first).to.include({ version: 1, action: 'created' });
    expect(first.by.name).to.equal('Người teacher');
    expect(Date.parse(first.at)).to.be.closeTo(Date.now(), 10_000);
    expect(first.changes).to.deep.include({ field: 'subjects', before: null, after: ['NGU_VAN'] });
  });

  it('an edit changes what is named, leaves the rest, and keeps who, before and after', async () => {
    const record = await create({ year: '1957', publisher: 'Kim Đồng' });
    const edited = (await edit(record, { description: { title: 'Đất rừng phương Nam (tái bản)', year: '2020' } })).body;
    expect(edited.version).to.equal(2);
    expect(edited.description).to.include({ title: 'Đất rừng phương Nam (tái bản)', year: '2020', publisher: 'Kim Đồng' });
    const [latest] = await history(record.id);
    expect(latest).to.include({ version: 2, action: 'edited' });
    expect(latest.by.name).to.equal('Trần Thị Thư');
    expect(latest.changes).to.have.deep.members([
      { field: 'title', before: 'Đất rừng phương Nam', after: 'Đất rừng phương Nam (tái bản)' },
      { field: 'year', before: '1957', after: '2020' },
    ]);
  });

  it('null and an empty text clear an optional field; the title cannot be cleared', async () => {
    const record = await create({ year: '1957', publisher: 'Kim Đồng', keywords: ['rừng'] });
    const cleared = (await edit(record, { description: { year: null, publisher: '', keywords: null } })).body;
    expect(cleared.description).to.not.have.any.keys('year', 'publisher');
    expect(cleared.description.keywords).to.deep.equal([]);
    for (const title of [null, '', ' \u00a0 ']) {
      const refused = await edit(cleared, { description: { title } });
      expect(refused.body, JSON.stringify(title)).to.include({ status: 400, code: 'not-valid' });
      expect(refused.body.fields[0].path).to.equal('title');
    }
    expect((await librarian.get(`/api/records/${record.id}`)).body.version).to.equal(2);
  });

  it('text is kept in NFC, without control characters and doubled spaces; line breaks only in the abstract', async () => {
    const record = await create({
      title: ' Truyện\u0000  Kiều '.normalize('NFD'),
      abstract: 'Dòng một\r\nDòng  hai\u0007',
      keywords: ['thơ'.normalize('NFD'), 'thơ'],
      publisher: 'Nhà\nxuất bản',
    });
    expect(record.description.title).to.equal('Truyện Kiều'.normalize('NFC'));
    expect(record.description.abstract).to.equal('Dòng một\nDòng hai');
    expect(record.description.keywords).to.deep.equal(['thơ'.normalize('NFC')]);
    expect(record.description.publisher).to.equal('Nhà xuất bản');
    const halves = await create({ title: 'Nửa chữ \ud83d' });
    expect((halves.description.title as string).isWellFormed(), 'a lone surrogate is in no text').to.equal(true);
  });

  it('an edit that changes nothing makes no version and no line of history', async () => {
    const record = await create({ year: '1957' });
    for (const changes of [{}, { description: {} }, { description: { year: '1957 ' } }, { scope: 'school' }, { description: { title: record.description.title.normalize('NFD') } }])
      expect((await edit(record, changes)).body.version, JSON.stringify(changes)).to.equal(1);
    expect(await history(record.id)).to.have.length(1);
  });

  it('a stale version is refused with the record as it is, and nothing is lost', async () => {
    const record = await create();
    expect((await edit(record, { description: { year: '1957' } })).status).to.equal(200);
    const conflict = await edit(record, { description: { year: '1999', publisher: 'Văn học' } }, librarian);
    expect(conflict.status).to.equal(409);
    expect(conflict.headers.get('content-type')).to.match(/^application\/problem\+json/);
    expect(conflict.body.code).to.equal('version-conflict');
    expect(conflict.body.params.current).to.include({ id: record.id, version: 2 });
    expect(conflict.body.params.current.description).to.include({ year: '1957' });
    const now = (await librarian.get(`/api/records/${record.id}`)).body;
    expect(now.description.year).to.equal('1957');
    expect(now.description).to.not.have.property('publisher');
    expect((await edit({ id: record.id, version: 99 }, { description: { year: '2' } })).body.code).to.equal('version-conflict');
  });

  it('of many editors at once exactly one is first; everyone else is told and can go on from what they were shown', async () => {
    const record = await create();
    const editors = [librarian, await app.as('librarian'), await app.as('administrator'), await app.as('administrator')];
    const answers = await Promise.all(editors.map((editor, at) => edit(record, { description: { edition: `Lần ${at}` } }, editor)));
    expect(answers.map((answer) => answer.status).sort()).to.deep.equal([200, 409, 409, 409]);
    const winner = answers.findIndex((answer) => answer.status === 200);
    for (const answer of answers.filter(({ status }) => status === 409)) expect(answer.body.params.current.description.edition).to.equal(`Lần ${winner}`);
    const loser = answers.find(({ status }) => status === 409)!;
    expect((await edit(loser.body.params.current, { description: { publisher: 'Văn học' } })).body.version).to.equal(3);
    expect((await history(record.id)).map((change: { version: number }) => change.version)).to.deep.equal([3, 2, 1]);
  });

  it('codes that no vocabulary has are refused by name; a term no longer offered may stay where it was', async () => {
    const bad: [Record<string, unknown>, string][] = [
      [{ subjects: ['NGU_VAN', 'PHEP_THUAT'] }, 'subjects'],
      [{ grades: ['13'] }, 'grades'],
      [{ resourceType: 'X' }, 'resourceType'],
      [{ textbookSet: 'X' }, 'textbookSet'],
      [{ languages: ['xx'] }, 'languages'],
      [{ readingLevel: 'X' }, 'readingLevel'],
      [{ agents: [{ name: 'A', role: 'zzz' }] }, 'agents'],
      [{ licence: 'WTFPL' }, 'licence'],
    ];
    const record = await create({ textbookSet: 'KHAC' });
    for (const [given, field] of bad) {
      const made = await librarian.post('/api/records', { title: 'x', ...given });
      expect(made.body, field).to.deep.include({ status: 400, code: 'term-unknown' });
      expect(made.body.params.field).to.equal(field);
      const { licence, ...description } = given;
      expect((await edit(record, { licence, description })).body.code, field).to.equal('term-unknown');
    }
    expect((await librarian.ask('PUT', '/api/vocabularies/textbook-set/KHAC', { active: false })).status).to.equal(200);
    try {
      expect((await edit(record, { description: { textbookSet: 'KHAC', year: '2001' } })).body.version).to.equal(2);
      expect((await librarian.post('/api/records', { title: 'x', textbookSet: 'KHAC' })).body.code).to.equal('term-unknown');
    } finally {
      await librarian.ask('PUT', '/api/vocabularies/textbook-set/KHAC', { active: true });
    }
  });

  it('unknown fields, wrong types and overlong texts are refused with the field that is at fault', async () => {
    const record = await create();
    const faults: [Record<string, unknown>, string][] = [
      [{ colour: 'red' }, 'colour'],
      [{ title: 'x'.repeat(501) }, 'title'],
      [{ subjects: 'NGU_VAN' }, 'subjects'],
      [{ agents: [{ name: '' }] }, 'agents.0.name'],
      [{ link: 'javascript:alert(1)' }, 'link'],
      [{ aiGenerated: 'maybe' }, 'aiGenerated'],
      [JSON.parse('{"__proto__":{"x":1},"constructor":{}}'), 'constructor'],
    ];
    for (const [description, path] of faults) {
      const refused = await edit(record, { description });
      expect(refused.body, path).to.include({ status: 400, code: 'not-valid' });
      expect(refused.body.params.path, refused.text).to.be.oneOf([path, '__proto__']);
    }
    expect((await librarian.get(`/api/records/${record.id}`)).body.version).to.equal(1);
  });

  it('a scope wider than the licence allows is refused, on making and on changing either of the two', async () => {
    const cases: [licence: string, scope: string, widest: string][] = [
      ['NGANH', 'public', 'sector'],
      ['NOI_BO', 'sector', 'school'],
      ['ARR', 'public', 'school'],
      ['VN-25-GD', 'school', 'class'],
      ['VN-25-TV', 'school', 'class'],
    ];
    for (const [licence, scope, widest] of cases) {
      const refused = await librarian.post('/api/records', { title: 'x', licence, scope });
      expect(refused.body, licence).to.include({ status: 400, code: 'scope-too-wide' });
      expect(refused.body.params).to.deep.equal({ scope, licence, widest });
      expect((await create({ licence, scope: widest })).scope).to.equal(widest);
      const open = await create({ licence: 'CC-BY-4.0', scope });
      expect((await edit(open, { licence })).body.code, licence).to.equal('scope-too-wide');
      expect((await edit(open, { licence, scope: widest })).body).to.include({ licence, scope: widest, version: 2 });
    }
  });

  it('undo brings description, licence and scope back as a new version, also after codes were retired', async () => {
    const record = await create({ year: '1957', licence: 'CC-BY-4.0', scope: 'public', subjects: ['GDCD'] });
    const second = (await edit(record, { description: { year: '1999', publisher: 'Văn học', subjects: [] }, licence: 'NOI_BO', scope: 'school' })).body;
    await librarian.ask('PUT', '/api/vocabularies/subject/GDCD', { active: false });
    expect((await edit(second, { description: { subjects: ['GDCD'] } })).body.code).to.equal('term-unknown');
    const undone = await librarian.post(`/api/records/${record.id}/undo`, { version: second.version, to: 1 });
    expect(undone.body).to.include({ version: 3, licence: 'CC-BY-4.0', scope: 'public' });
    expect(undone.body.description).to.deep.equal(record.description);
    const [latest] = await history(record.id);
    expect(latest).to.include({ version: 3, action: 'undone' });
    expect(latest.changes).to.deep.include({ field: 'publisher', before: 'Văn học', after: null });
    const again = await librarian.post(`/api/records/${record.id}/undo`, { version: 3, to: 2 });
    expect(again.body.description).to.include({ year: '1999', publisher: 'Văn học' });
  });

  it('there is nothing to undo to the version it has, to one that said the same, or to one that never was', async () => {
    const record = await create();
    for (const to of [1, 0, -1, 7]) {
      const refused = await librarian.post(`/api/records/${record.id}/undo`, { version: 1, to });
      expect(refused.body, String(to)).to.include({ status: 409, code: 'nothing-to-undo' });
    }
    const published = (await librarian.post(`/api/records/${record.id}/publish`, { version: 1 })).body;
    expect((await librarian.post(`/api/records/${record.id}/undo`, { version: published.version, to: 1 })).body.code).to.equal('nothing-to-undo');
    expect((await librarian.post(`/api/records/${record.id}/undo`, { version: 1, to: 1 })).body.code).to.equal('version-conflict');
  });

  it('a term can be added, renamed and given aliases by cataloguers alone; its parent must exist', async () => {
    const put = (by: Visitor, name: string, code: string, changes: unknown) => by.ask('PUT', `/api/vocabularies/${name}/${code}`, changes);
    expect((await put(teacher, 'subject', 'CO_VUA', { vi: 'Cờ vua' })).status).to.equal(403);
    expect((await put(app.visitor(), 'subject', 'CO_VUA', { vi: 'Cờ vua' })).status).to.equal(401);
    expect((await put(librarian, 'subject', 'CO_VUA', {})).body).to.deep.include({ code: 'not-valid' });
    expect((await put(librarian, 'subject', 'CO_VUA', { vi: 'Cờ vua'.normalize('NFD'), aliases: ['Chess', 'CỜ VUA'] })).body).to.deep.include({ vi: 'Cờ vua', aliases: ['chess', 'co vua'] });
    expect((await put(librarian, 'subject', 'CO_VUA', { parent: 'KHONG_CO' })).body.code).to.equal('term-unknown');
    expect((await put(librarian, 'subject', 'CO_VUA', { parent: 'CO_VUA' })).body.code).to.equal('not-valid');
    expect((await create({ subjects: ['CO_VUA'] })).description.subjects).to.deep.equal(['CO_VUA']);
    expect((await put(librarian, 'no-such', 'X', { vi: 'x' })).status).to.equal(400);
  });
});
