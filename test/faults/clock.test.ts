import { expect } from 'chai';
import { queueDue } from '../../server/jobs/schedule.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { workersAlive } from '../../storage/metadata/processes.ts';
import { openTestApp, type TestApp, testPassword } from '../support/app.ts';
import { until } from '../support/temporary.ts';
import { ingestJob, openJobs, type OpenJobs } from '../server/jobs/open-jobs.ts';

const hour = 3600_000;
const year = 365 * 24 * hour;

const written = {
  jobs: ['id', ['run_after', 'lease_until', 'created_at']],
  schedules: ['name', ['next_at', 'last_at']],
  sessions: ['id', ['seen_at', 'expires_at', 'created_at']],
  processes: ['id', ['seen_at', 'started_at']],
  throttles: ['key', ['window_start']],
} as const;

/** The clock jumps by so much: whatever is written down was written that much earlier (or, for a clock set back, later). */
async function jump(metadata: Metadata, ms: number): Promise<void> {
  await metadata.transaction(async (queries) => {
    for (const [table, [key, columns]] of Object.entries(written)) {
      // The tables differ, what is done with them does not.
      const open = queries as never as { selectFrom(name: string): { selectAll(): { execute(): Promise<Record<string, string | null>[]> } } };
      const rows = await open.selectFrom(table).selectAll().execute();
      for (const row of rows) {
        const moved = Object.fromEntries(columns.map((column) => [column, row[column] ? new Date(Date.parse(row[column]) - ms).toISOString() : null]));
        await (queries as never as { updateTable(name: string): { set(to: object): { where(key: string, is: '=', value: unknown): { execute(): Promise<unknown> } } } })
          .updateTable(table)
          .set(moved)
          .where(key, '=', row[key])
          .execute();
      }
    }
  });
}

const jumps = { 'forward an hour': hour, 'back an hour': -hour, 'forward a year': year, 'back a year': -year };

describe('the clock jumps', function () {
  this.timeout(60_000);

  for (const [name, ms] of Object.entries(jumps)) {
    describe(name, () => {
      let jobs: OpenJobs;
      beforeEach(async () => {
        jobs = await openJobs();
      });
      afterEach(() => jobs.close());

      it('what runs and what waits is done soon, nothing fails, and what is done daily is done at most once more', async () => {
        let letGo = (): void => {};
        const held = new Promise<void>((resolve) => (letGo = resolve));
        let runs = 0;
        jobs.worker(async (_jobs, { signal }) => {
          runs++;
          await Promise.race([held, new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))]);
          return { state: 'done' };
        });
        await queueDue(jobs.metadata);
        await jobs.queue(ingestJob());
        await until('both run', async () => (await jobs.rows()).filter((row) => row.state === 'running').length === 2);
        await jobs.queue(ingestJob());
        await jump(jobs.metadata, ms);
        await queueDue(jobs.metadata);
        await queueDue(jobs.metadata);
        letGo();
        await until(
          'all is done',
          async () => {
            const rows = await jobs.rows();
            return rows.every((row) => row.state === 'done');
          },
          20,
        );
        const rows = await jobs.rows();
        for (const row of rows) expect(row.attempts, row.kind).to.be.within(1, 2);
        expect(rows.filter((row) => row.kind === 'sweep').length).to.be.at.most(2);
        expect(jobs.failed).to.deep.equal([]);
        expect(runs).to.be.within(3, 11);
        await until('the worker is seen', async () => (await workersAlive(jobs.metadata.queries)) === 1, 10);
      });
    });
  }

  describe('for people', () => {
    let app: TestApp;
    beforeEach(async () => {
      app = await openTestApp();
    });
    afterEach(() => app.close());

    for (const [name, ms] of Object.entries(jumps)) {
      it(`${name}: ${ms === year ? 'whoever was signed in signs in again' : 'whoever is signed in stays'}; nobody is locked out`, async () => {
        const librarian = await app.as('librarian');
        for (let round = 0; round < 10; round++) expect((await app.visitor().signIn('librarian', `sai-${round}`)).status).to.equal(401);
        expect((await app.visitor().signIn('librarian', testPassword)).status, 'throttled').to.equal(429);
        await jump(app.storage.metadata, ms);
        expect((await librarian.get('/api/people')).status).to.equal(ms === year ? 401 : 200);
        expect((await app.visitor().signIn('librarian', testPassword)).status).to.equal(200);
      });
    }
  });
});
