import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { addPerson } from '../../../server/accounts/people-keeping.ts';
import { insertOrganisation } from '../../../storage/metadata/organisations.ts';
import { openTestApp, type TestApp, testPassword, type Visitor } from '../../support/app.ts';

describe('accounts are kept by those who may', () => {
  let app: TestApp;
  let librarian: Visitor;
  beforeEach(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
  });
  afterEach(() => app.close());

  const accounts = async (): Promise<{ id: string; version: number; username: string; role: string }[]> => (await librarian.get('/api/people')).body.people;
  const account = async (username: string) => (await accounts()).find((person) => person.username === username)!;
  const change = (by: Visitor, person: { id: string; version: number }, changes: object) => by.ask('PATCH', `/api/people/${person.id}`, { version: person.version, ...changes });

  it('a librarian cannot become an administrator: not by making, promoting, resetting, re-addressing or switching one off', async () => {
    const administrator = await app.as('administrator');
    await app.as('teacher');
    const [chief, teacher, self] = [await account('administrator'), await account('teacher'), await account('librarian')];
    const tried = [
      await librarian.post('/api/people', { name: 'x', username: 'second', role: 'administrator', password: testPassword }),
      await change(librarian, teacher, { role: 'administrator' }),
      await change(librarian, self, { role: 'administrator' }),
      await librarian.post(`/api/people/${chief.id}/password-reset`),
      await change(librarian, chief, { email: 'mine@example.edu.vn' }),
      await change(librarian, chief, { disabled: true }),
      await change(librarian, chief, { role: 'pupil' }),
      await change(librarian, chief, { name: 'x' }),
    ];
    expect(tried.map((answer) => answer.body.code)).to.deep.equal(tried.map(() => 'not-allowed'));
    expect(await account('administrator')).to.deep.equal(chief);
    expect(await accounts()).to.have.length(3);
    expect((await administrator.get('/api/session')).body.person.role).to.equal('administrator');
  });

  it('an administrator does all of it, and a librarian keeps everybody else', async () => {
    const administrator = await app.as('administrator');
    const made = await administrator.post('/api/people', { name: 'Thầy Hai', username: 'second', role: 'administrator', password: testPassword });
    expect(made.status).to.equal(201);
    expect((await change(administrator, made.body.person, { name: 'Thầy Ba' })).body.name).to.equal('Thầy Ba');
    expect((await administrator.post(`/api/people/${made.body.person.id}/password-reset`)).status).to.equal(200);
    await app.as('head');
    expect((await change(librarian, await account('head'), { role: 'librarian' })).body.role).to.equal('librarian');
  });

  it('a school without an active administrator takes its first from a librarian', async () => {
    const first = await librarian.post('/api/people', { name: 'x', username: 'first', role: 'administrator', password: testPassword });
    expect(first.status).to.equal(201);
    const second = { name: 'x', username: 'second', role: 'administrator', password: testPassword };
    expect((await librarian.post('/api/people', second)).body.code).to.equal('not-allowed');
    const chief = app.visitor();
    await chief.signIn('first', testPassword);
    expect((await change(chief, first.body.person, { disabled: true })).status).to.equal(200);
    expect((await librarian.post('/api/people', second)).status).to.equal(201);
  });

  it('people of another school are not there, whoever asks', async () => {
    const { metadata } = app.storage;
    const other = uuid();
    await insertOrganisation(metadata.queries, { id: other, kind: 'school', code: 'SEN', name: 'Trường Sen Hồng', accent: '#205030', created_at: new Date().toISOString() });
    const { person } = await addPerson(metadata, other, { username: 'their-teacher', name: 'x', role: 'teacher', password: testPassword });
    for (const by of [librarian, await app.as('administrator')]) {
      expect((await by.get('/api/people')).text).not.to.include('their-teacher');
      const missing = await by.post(`/api/people/${uuid()}/password-reset`);
      for (const answer of [await by.post(`/api/people/${person.id}/password-reset`), await change(by, { id: person.id, version: 1 }, { disabled: true })]) {
        expect(answer.status).to.equal(404);
        expect({ ...answer.body, instance: '' }).to.deep.equal({ ...missing.body, instance: '' });
      }
    }
    expect((await app.visitor().signIn('their-teacher', testPassword)).status).to.equal(200);
  });
});
