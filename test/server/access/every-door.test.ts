import { expect } from 'chai';
import { isCataloguer, isStaff } from '../../../server/access/actor.ts';
import { mayReach } from '../../../server/access/audience.ts';
import type { Answer } from '../../support/app.ts';
import { type Asker, openTwoSchools, type Stored, type TwoSchools } from './two-schools.ts';

/** Refused differently by each door, by what the asker may know. */
interface Right {
  /** The record may be read and its files opened. */
  open: boolean;
  /** It is in the bin of somebody who may see that. */
  binned: boolean;
  /** It was open before it was withdrawn. */
  tombstone: boolean;
  download: boolean;
  guest: boolean;
}

function rightOf({ actor }: Asker, { record }: Stored): Right {
  const reach = mayReach(actor, record);
  const open = reach && record.deleted_at === null;
  const takeAway = ['CC-BY-4.0', 'NGANH', 'NOI_BO'].includes(record.licence);
  const ours = isCataloguer(actor) && actor.schoolId === record.school_id;
  const mine = isStaff(actor) && actor.id === record.created_by;
  return {
    open,
    binned: reach && record.deleted_at !== null,
    tombstone: !reach && record.deleted_at === null && record.state === 'withdrawn' && mayReach(actor, { ...record, state: 'published' }),
    download: open && (takeAway || ours || mine),
    guest: actor.kind === 'guest',
  };
}

const fileDoor = (right: Right): number => (right.open ? 200 : right.binned ? 403 : 404);
const readerDoor = (right: Right): number => (right.open ? 200 : right.tombstone ? 410 : 404);
const iiifDoor = (right: Right): number => (right.open ? 200 : right.tombstone ? 410 : right.guest ? 401 : 404);

const doors: [name: string, address: (stored: Stored) => string, status: (right: Right) => number][] = [
  ['record', ({ record }) => `/api/records/${record.id}`, (right) => (right.open || right.binned ? 200 : right.tombstone ? 410 : 404)],
  ['similar', ({ record }) => `/api/records/${record.id}/similar`, (right) => (right.open || right.binned ? 200 : 404)],
  ['file', ({ fileId }) => `/api/files/${fileId}`, fileDoor],
  ['pages', ({ fileId }) => `/api/files/${fileId}/pages`, fileDoor],
  ['original', ({ fileId }) => `/api/files/${fileId}/original`, (right) => (right.open && !right.download ? (right.guest ? 401 : 403) : fileDoor(right))],
  ['book', ({ fileId }) => `/api/files/${fileId}/book`, readerDoor],
  ['text', ({ fileId }) => `/api/files/${fileId}/pages/1/text`, readerDoor],
  ['thumbnail', ({ fileId }) => `/api/files/${fileId}/pages/1/thumbnail`, readerDoor],
  ['search inside', ({ fileId }) => `/api/files/${fileId}/search?q=chung`, readerDoor],
  ['manifest', ({ fileId }) => `/iiif/${fileId}/manifest`, iiifDoor],
  ['image', ({ fileId }) => `/iiif/${fileId}/pages/1/full/max/0/default.jpg`, iiifDoor],
];

describe('every door opens to those whom audience.ts lets in, and to nobody else', () => {
  let library: TwoSchools;
  before(async function () {
    this.timeout(20_000);
    library = await openTwoSchools();
  });
  after(() => library.close());

  const told = ({ record, state }: Stored): string => `${state} × ${record.scope} × ${record.licence}`;
  /** Nothing of a record that is closed to the asker; a tombstone says its title. */
  const leaks = (answer: Answer, stored: Stored): boolean => answer.status !== 410 && answer.text.includes(stored.secret);

  for (const [name, address, status] of doors) {
    it(`${name}: every role × state × scope × licence`, async function () {
      this.timeout(30_000);
      let opened = 0;
      for (const asker of library.askers) {
        const wrong: string[] = [];
        // Eight at a time: what is asked, not how fast, is the question here.
        for (let at = 0; at < library.stored.length; at += 8) {
          await Promise.all(
            library.stored.slice(at, at + 8).map(async (stored) => {
              const right = rightOf(asker, stored);
              const answer = await asker.visitor.get(address(stored));
              if (answer.status !== status(right)) wrong.push(`${told(stored)}: ${answer.status} instead of ${status(right)}`);
              if (answer.status === 200) opened++;
              else if (leaks(answer, stored)) wrong.push(`${told(stored)}: the refusal tells what is inside`);
              const cross = answer.headers.get('access-control-allow-origin');
              const forAll = rightOf(library.askers[0]!, stored).open;
              if (cross && !forAll) wrong.push(`${told(stored)}: open to other sites`);
              if (answer.status === 200 && !forAll && /public/.test(answer.headers.get('cache-control') ?? 'public')) wrong.push(`${told(stored)}: kept by shared caches`);
            }),
          );
        }
        expect(wrong, `${asker.name} at ${name}`).to.deep.equal([]);
      }
      expect(opened, 'answers that were not refusals').to.be.within(100, 700);
    });
  }

  it('the list of new records holds what is published and may be read, with its total', async () => {
    for (const asker of library.askers) {
      const expected = library.stored.filter(({ record, state }) => state === 'published' && mayReach(asker.actor, record)).map(({ record }) => record.id);
      const answer = (await asker.visitor.get('/api/records?size=100')).body;
      expect(answer.records.map((line: { id: string }) => line.id), asker.name).to.have.members(expected);
      expect(answer.total, asker.name).to.equal(expected.length);
      for (const line of answer.records) expect(line.readable, asker.name).to.not.equal(null);
    }
  });

  it('drafts, bin and withdrawn hold what the asker keeps', async () => {
    for (const asker of library.askers) {
      const { actor } = asker;
      for (const list of ['drafts', 'bin', 'withdrawn'] as const) {
        const answer = await asker.visitor.get(`/api/records?list=${list}&size=100`);
        const allowed = list === 'withdrawn' ? isCataloguer(actor) : isStaff(actor);
        expect(answer.status, `${asker.name} ${list}`).to.equal(allowed ? 200 : actor.kind === 'guest' ? 401 : 403);
        if (!allowed) continue;
        const wanted = { drafts: ['draft'], withdrawn: ['withdrawn'], bin: ['draft in the bin', 'withdrawn in the bin'] }[list];
        const expected = library.stored.filter(({ state, record }) => wanted.includes(state) && mayReach(actor, record));
        expect(answer.body.total, `${asker.name} ${list}`).to.equal(expected.length);
        expect(answer.body.records.map((line: { id: string }) => line.id)).to.have.members(expected.map(({ record }) => record.id));
      }
    }
  });

  it('search: hits, total, facet counts and snippets hold nothing more than may be read', async () => {
    for (const asker of library.askers) {
      const seen = library.stored.filter(({ record, state }) => ['draft', 'published'].includes(state) && mayReach(asker.actor, record));
      for (const q of ['', 'chung']) {
        const answer = await asker.visitor.get(`/api/search?q=${q}&size=100`);
        const { total, records, facets } = answer.body;
        expect(records.map((hit: { id: string }) => hit.id), asker.name).to.have.members(seen.map(({ record }) => record.id));
        expect(total, asker.name).to.equal(seen.length);
        expect(facets.subject.map((facet: { code: string }) => facet.code), asker.name).to.have.members(seen.map(({ secret }) => secret));
        expect(facets.subject.every((facet: { count: number }) => facet.count === 1)).to.equal(true);
        const words = new Set(answer.text.match(/bimat\d{4}x/g));
        expect([...words], asker.name).to.have.members(seen.map(({ secret }) => secret));
        if (q) for (const hit of records) expect(hit.pages, asker.name).to.have.length(1);
      }
      const hidden = library.stored.filter((one) => !seen.includes(one)).filter((_, at) => at % 9 === 0);
      for (const { secret } of hidden) {
        for (const query of [`q=${secret}`, `q=chung&subject=${secret}`]) {
          const answer = (await asker.visitor.get(`/api/search?${query}`)).body;
          expect([answer.total, answer.records.length], `${asker.name} ${query}`).to.deep.equal([0, 0]);
        }
      }
    }
  });
});
