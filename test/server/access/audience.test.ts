import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { type Actor, guest, type Person } from '../../../server/access/actor.ts';
import { audienceOfActor, audienceOfRecord, mayReach } from '../../../server/access/audience.ts';
import { publishedReach } from '../../../server/catalogue/record-listing.ts';
import { scopes as allScopes } from '../../../server/contract/record.ts';
import { personRoles } from '../../../server/contract/person.ts';
import { openStorage, type Storage } from '../../../storage/index.ts';
import { countListed, listRecords } from '../../../storage/metadata/record-lists.ts';
import type { NewRow } from '../../../storage/metadata/tables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { scopes, states } from './two-schools.ts';

const [ours, theirs] = [uuid(), uuid()];
const person = (role: Person['role'], schoolId = ours): Person => ({
  ...{ kind: 'person', id: uuid(), name: role, schoolId, role, language: null, mustChangePassword: false, via: 'cookie', sessionId: null, csrf: null },
});
const teacher = person('teacher');
const actors: Record<string, Actor> = {
  guest: guest(),
  maker: teacher,
  teacher: person('teacher'),
  pupil: person('pupil'),
  groupHead: person('group-head'),
  head: person('head'),
  librarian: person('librarian'),
  administrator: person('administrator'),
  theirTeacher: person('teacher', theirs),
  theirPupil: person('pupil', theirs),
  theirLibrarian: person('librarian', theirs),
};
const colleagues = ['maker', 'teacher', 'pupil', 'groupHead', 'head', 'librarian', 'administrator'];
const otherStaff = ['theirTeacher', 'theirLibrarian'];
const keepers = ['librarian', 'administrator'];

const record = (given: Partial<NewRow<'records'>>) => ({
  ...{ school_id: ours, state: 'published' as const, scope: 'public' as const, licence: 'CC-BY-4.0', created_by: teacher.id, deleted_at: null },
  ...given,
});
const readers = (given: Partial<NewRow<'records'>>): string[] => Object.keys(actors).filter((name) => mayReach(actors[name]!, record(given)));

describe('who may read', () => {
  it('what is published, by its scope', () => {
    expect(readers({ scope: 'public' })).to.have.members(Object.keys(actors));
    expect(readers({ scope: 'sector' })).to.have.members([...colleagues, ...otherStaff]);
    expect(readers({ scope: 'school' })).to.have.members(colleagues);
    expect(readers({ scope: 'class' })).to.have.members(colleagues);
  });

  it('a licence narrows whatever scope was chosen, and never widens it', () => {
    expect(readers({ licence: 'NGANH' })).to.have.members([...colleagues, ...otherStaff]);
    for (const licence of ['NOI_BO', 'ARR', 'VN-25-GD']) expect(readers({ licence }), licence).to.have.members(colleagues);
    expect(readers({ licence: 'VN-25-TV' })).to.have.members(keepers);
    expect(readers({ licence: 'NGANH', scope: 'school' })).to.have.members(colleagues);
    for (const licence of ['CC0-1.0', 'PD-VN-EXPIRED', 'LINK']) expect(readers({ licence }), licence).to.have.members(Object.keys(actors));
  });

  it('a draft by its maker and the library; what is withdrawn or was published and lies in the bin by the library', () => {
    for (const scope of scopes) {
      expect(readers({ state: 'draft', scope }), scope).to.have.members(['maker', ...keepers]);
      expect(readers({ state: 'draft', scope, deleted_at: 'then' }), scope).to.have.members(['maker', ...keepers]);
      for (const deleted_at of [null, 'then']) expect(readers({ state: 'withdrawn', scope, deleted_at }), scope).to.have.members(keepers);
    }
    expect(readers({ state: 'draft', created_by: null })).to.have.members(keepers);
  });

  it('a record without an audience token that an actor has is closed, whatever their role', () => {
    for (const [name, actor] of Object.entries(actors)) {
      expect(new Set(audienceOfActor(actor)).size, name).to.equal(audienceOfActor(actor).length);
      expect(audienceOfActor(actor), name).to.not.include('person:null');
    }
    expect(audienceOfRecord(record({ created_by: null })).join()).to.not.match(/null|undefined/);
  });
});

describe('the lists say in SQL what audience.ts says in words', () => {
  let storage: Storage;
  let remove: () => Promise<void>;
  before(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    storage = await openStorage({ folder: folder.path });
  });
  after(async () => {
    await storage.close();
    await remove();
  });

  it('for every licence × scope × state × school × maker and every asker', async () => {
    const { queries } = storage.metadata;
    const now = new Date().toISOString();
    for (const [id, code] of [
      [ours, 'A'],
      [theirs, 'B'],
    ] as const)
      await queries.insertInto('organisations').values({ id, kind: 'school', code, name: code, accent: '#000000', created_at: now }).execute();
    const makers = ['maker', 'theirTeacher', 'pupil'];
    for (const name of makers) {
      const { id, schoolId, role } = actors[name] as Person;
      await queries
        .insertInto('people')
        .values({ id, school_id: schoolId, username: name, name, email: null, role, password_hash: null, language: null, created_at: now, updated_at: now })
        .execute();
    }
    const licences = ['CC0-1.0', 'CC-BY-4.0', 'CC-BY-SA-4.0', 'CC-BY-NC-4.0', 'CC-BY-NC-SA-4.0', 'CC-BY-ND-4.0', 'CC-BY-NC-ND-4.0', 'PD-VN-EXPIRED', 'PD-VN-OFFICIAL', 'NGANH', 'NOI_BO', 'VN-25-GD', 'VN-25-TV', 'LINK', 'ARR'];
    const rows: (NewRow<'records'> & { id: string; created_by: string | null; deleted_at: string | null })[] = [];
    for (const licence of licences)
      for (const scope of allScopes)
        for (const state of states)
          for (const school_id of [ours, theirs])
            for (const maker of [null, ...makers])
              rows.push({
                ...{ id: uuid(), school_id, state: state.split(' ')[0] as 'draft', title: 'x', title_key: 'x', description_json: '{}', licence, scope, guessed_json: '[]' },
                ...{ created_by: maker && (actors[maker] as Person).id, created_at: now, updated_at: now, published_at: state === 'draft' ? null : now },
                ...{ published_by: null, withdrawn_at: null, withdrawn_by: null, withdrawn_reason: null, deleted_at: state.endsWith('bin') ? now : null, deleted_by: null },
              });
    for (let at = 0; at < rows.length; at += 500) await queries.insertInto('records').values(rows.slice(at, at + 500)).execute();

    for (const [name, actor] of Object.entries(actors)) {
      const expected = rows.filter((row) => row.state === 'published' && row.deleted_at === null && mayReach(actor, row)).map((row) => row.id);
      const list = { by: 'published_at', state: 'published', deleted: false, reach: publishedReach(actor), after: null, limit: rows.length } as const;
      const listed = (await listRecords(queries, list)).map((row) => row.id);
      expect(listed.sort(), name).to.deep.equal(expected.sort());
      expect(await countListed(queries, list), name).to.equal(expected.length);
      expect(expected.length, name).to.be.greaterThan(0);
    }
    expect(new Set(Object.values(actors).flatMap((actor) => (actor.kind === 'person' ? [actor.role] : [])))).to.deep.equal(new Set(personRoles));
  });
});
