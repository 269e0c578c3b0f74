import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import {
  endJob,
  giveBackLater,
  insertJob,
  jobPending,
  lastOutcome,
  mostAttempts,
  releaseJobs,
  renewLeases,
  takeJob,
} from '../../storage/metadata/jobs.ts';
import { insertOrganisation, putSetting, setting } from '../../storage/metadata/organisations.ts';
import { insertPerson, personById, updatePerson } from '../../storage/metadata/people.ts';
import {
  countEvent,
  insertSession,
  sessionWithPerson,
  takeReset,
  insertReset,
} from '../../storage/metadata/sessions.ts';

const kinds = ['ingest-file', 'index-record'];
const request = (key: string, more: { group?: string; priority?: number; after?: Date } = {}) => ({
  kind: 'ingest-file',
  key,
  group: more.group ?? null,
  payload: { key },
  priority: more.priority ?? 1,
  after: more.after,
});

export interface OpenedMetadata {
  one: Metadata;
  two: Metadata;
  together: [Metadata, Metadata];
  /** For other processes. */
  config: { folder: string; url: string | null };
  close(): Promise<void>;
}

/**
 * What every database driver must give. `open` answers two handles on one library, as two processes would have. Where two handles of one
 * process cannot be used at the same moment (SQLite waits for a lock without letting go of the thread), `together` names the same one twice.
 */
export function metadataSuite(name: string, open: () => Promise<OpenedMetadata>): void {
  describe(`metadata: ${name}`, () => {
    let one: Metadata;
    let two: Metadata;
    let together: [Metadata, Metadata];
    let close: () => Promise<void>;
    beforeEach(async () => ({ one, two, together, close } = await open()));
    afterEach(() => close());

    const person = async (): Promise<string> => {
      const now = new Date().toISOString();
      const school_id = uuid();
      await insertOrganisation(one.queries, {
        id: school_id,
        kind: 'school',
        code: school_id.slice(-8),
        name: 'Trường',
        accent: '#000000',
        created_at: now,
      });
      const id = uuid();
      await insertPerson(one.queries, {
        id,
        school_id,
        username: id,
        name: 'Lê Ánh',
        email: null,
        role: 'teacher',
        password_hash: null,
        language: null,
        created_at: now,
        updated_at: now,
      });
      return id;
    };

    it('a transaction that throws leaves nothing', async () => {
      const thrown = await one
        .transaction(async (queries) => {
          await putSetting(queries, 'half', 1);
          throw new Error('stop');
        })
        .catch((error: Error) => error.message);
      expect(thrown).to.equal('stop');
      expect(await setting(one.queries, 'half')).to.equal(null);
    });

    it('what one handle has written the other reads', async () => {
      await putSetting(one.queries, 'name', { text: 'Tủ Sách' });
      expect(await setting(two.queries, 'name')).to.deep.equal({ text: 'Tủ Sách' });
    });

    it('of two changes of the same version one is refused', async () => {
      const id = await person();
      const results = await Promise.all([
        updatePerson(together[0].queries, id, 1, { name: 'A' }),
        updatePerson(together[1].queries, id, 1, { name: 'B' }),
      ]);
      expect(results.filter(Boolean)).to.have.length(1);
      expect((await personById(one.queries, id))?.version).to.equal(2);
    });

    it('a row that must belong to another cannot stand alone', async () => {
      const now = new Date().toISOString();
      const refused = await insertSession(one.queries, {
        id: 'x',
        person_id: uuid(),
        csrf: '',
        device: '',
        created_at: now,
        seen_at: now,
        expires_at: now,
      }).then(
        () => false,
        () => true,
      );
      expect(refused).to.equal(true);
    });

    it('an expired session is none, and a reset token works once', async () => {
      const id = await person();
      const now = '2026-11-24T00:00:00.000Z';
      await insertSession(one.queries, {
        id: 's',
        person_id: id,
        csrf: 'c',
        device: '',
        created_at: now,
        seen_at: now,
        expires_at: '2026-11-25T00:00:00.000Z',
      });
      expect((await sessionWithPerson(two.queries, 's', now))?.id).to.equal(id);
      expect(await sessionWithPerson(two.queries, 's', '2026-11-25T00:00:00.001Z')).to.equal(undefined);
      await insertReset(one.queries, {
        token_hash: 't',
        person_id: id,
        created_at: now,
        expires_at: '2026-11-24T01:00:00.000Z',
      });
      expect(await takeReset(two.queries, 't', now)).to.equal(id);
      expect(await takeReset(one.queries, 't', now)).to.equal(null);
    });

    it('events are counted over both handles and forgotten with their window', async () => {
      const at = new Date('2026-11-24T10:00:00.000Z');
      for (let round = 1; round <= 6; round++)
        expect((await countEvent((round % 2 ? one : two).queries, 'k', 60, at)).count).to.equal(round);
      const next = await countEvent(one.queries, 'k', 60, new Date('2026-11-24T10:01:00.000Z'));
      expect(next).to.deep.equal({ count: 1, retryAfter: 60 });
    });

    it('one queued job a key; a second may wait behind a running one and is not taken before its end', async () => {
      await insertJob(one.queries, request('a'));
      await insertJob(two.queries, request('a'));
      const taken = await one.transaction((queries) => takeJob(queries, 'w1', kinds));
      expect(taken?.payload).to.deep.equal({ key: 'a' });
      expect(await two.transaction((queries) => takeJob(queries, 'w2', kinds))).to.equal(null);
      await insertJob(two.queries, request('a'));
      expect(await two.transaction((queries) => takeJob(queries, 'w2', kinds))).to.equal(null);
      await one.transaction((queries) => endJob(queries, 'w1', taken!.id, { state: 'done' }));
      expect(await jobPending(one.queries, 'a')).to.equal(true);
      expect((await two.transaction((queries) => takeJob(queries, 'w2', kinds)))?.payload).to.deep.equal({ key: 'a' });
      expect(await lastOutcome(two.queries, 'a')).to.deep.equal({ state: 'done' });
    });

    it('many takers take every job once, by priority, one of a group at a time', async () => {
      for (let number = 0; number < 20; number++)
        await insertJob(one.queries, request(`n${number}`, { priority: number }));
      for (let number = 0; number < 3; number++)
        await insertJob(one.queries, request(`g${number}`, { group: 'g', priority: 100 - number }));
      const taken: string[] = [];
      const take = async (handle: Metadata, worker: string): Promise<void> => {
        for (;;) {
          const job = await handle.transaction((queries) => takeJob(queries, worker, kinds));
          if (!job) return;
          taken.push((job.payload as { key: string }).key);
        }
      };
      await Promise.all([take(together[0], 'w1'), take(together[1], 'w2')]);
      expect(taken[0]).to.equal('g0');
      expect(taken.filter((key) => key.startsWith('g'))).to.deep.equal(['g0']);
      expect(new Set(taken).size).to.equal(taken.length);
      expect(taken).to.have.length(21);
    });

    it('a lease that ran out gives the job back; one that is renewed does not; too many crashes fail it', async () => {
      await insertJob(one.queries, request('a'));
      let now = Date.now();
      for (let attempt = 1; attempt <= mostAttempts; attempt++) {
        const taken = await one.transaction((queries) => takeJob(queries, 'w1', kinds, now));
        expect(taken?.attempts).to.equal(attempt);
        expect(await renewLeases(one.queries, 'w1', [taken!.id, 'another'], now + 20_000)).to.deep.equal([taken!.id]);
        expect(await two.transaction((queries) => takeJob(queries, 'w2', kinds, now + 40_000))).to.equal(null);
        now += 60_000;
      }
      expect(await one.transaction((queries) => takeJob(queries, 'w1', kinds, now))).to.equal(null);
      expect(await lastOutcome(one.queries, 'a')).to.deep.equal({ state: 'failed', code: 'document-process-died' });
    });

    it('a stopping worker gives its jobs back without counting the attempt', async () => {
      await insertJob(one.queries, request('a'));
      await one.transaction((queries) => takeJob(queries, 'w1', kinds));
      await one.transaction((queries) => releaseJobs(queries, 'w1'));
      expect((await two.transaction((queries) => takeJob(queries, 'w2', kinds)))?.attempts).to.equal(1);
    });

    it('a job for later is not taken now, and a fault is tried again later', async () => {
      const now = Date.now();
      await insertJob(one.queries, request('a', { after: new Date(now + 60_000) }));
      expect(await one.transaction((queries) => takeJob(queries, 'w', kinds, now))).to.equal(null);
      const taken = await one.transaction((queries) => takeJob(queries, 'w', kinds, now + 61_000));
      await one.transaction((queries) => giveBackLater(queries, 'w', taken!.id, new Date(now + 120_000)));
      expect(await one.transaction((queries) => takeJob(queries, 'w', kinds, now + 62_000))).to.equal(null);
      expect((await one.transaction((queries) => takeJob(queries, 'w', kinds, now + 121_000)))?.attempts).to.equal(2);
    });
  });
}
