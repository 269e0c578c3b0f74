import { expect } from 'chai';
import { SearchUnavailable } from '../../../search/search-index.ts';
import type { Job } from '../../../server/jobs/job-kinds.ts';
import { leaseSeconds, mostAttempts, takeJob } from '../../../storage/metadata/jobs.ts';
import { StoreUnavailable } from '../../../storage/objects/object-store.ts';
import { until } from '../../support/temporary.ts';
import { indexJob, ingestJob, openJobs, type OpenJobs, overLine } from './open-jobs.ts';

const done = { state: 'done' } as const;

describe('a worker', function () {
  this.timeout(40_000);
  let jobs: OpenJobs;
  beforeEach(async () => {
    jobs = await openJobs();
  });
  afterEach(() => jobs.close());

  const ended = (count: number) => until(`${count} jobs end`, async () => (await jobs.rows()).filter((row) => row.ended_at !== null).length === count);

  it('gives a job back as often as a part is away, and the attempts do not count', async () => {
    await jobs.queue(ingestJob());
    let tries = 0;
    jobs.worker(async () => {
      if (++tries <= mostAttempts + 3) throw tries % 2 ? new SearchUnavailable('down') : new StoreUnavailable();
      return done;
    });
    await until('it is done', async () => {
      await jobs.hurry();
      return (await jobs.rows())[0]?.state === 'done';
    });
    expect(tries).to.equal(mostAttempts + 4);
    expect((await jobs.rows())[0]).to.include({ attempts: 1 });
    expect(jobs.failed).to.deep.equal([]);
    // One line when a part goes, not one a try.
    expect(jobs.logged.filter((line) => line['part']).map((line) => line['part'])).to.deep.equal(['search', 'objects']);
  });

  it('fails a job after a few faults of ours, and tells whoever shows its subject', async () => {
    const job = ingestJob();
    await jobs.queue(job);
    let tries = 0;
    jobs.worker(async () => {
      tries++;
      throw new Error('a slip');
    });
    await until('it fails', async () => {
      await jobs.hurry();
      return (await jobs.rows())[0]?.state === 'failed';
    });
    expect(tries).to.equal(mostAttempts);
    expect(jobs.failed).to.deep.equal([{ job, code: 'internal-error' }]);
  });

  it('a job that took too many workers down is failed, and its subject says so', async () => {
    const job = ingestJob();
    await jobs.queue(job);
    for (let at = 1; at <= mostAttempts; at++) {
      expect(await jobs.metadata.transaction((queries) => takeJob(queries, `died ${at}`, ['ingest-file']))).to.include({ attempts: at });
      await jobs.metadata.queries.updateTable('jobs').set({ lease_until: '2020-01-01T00:00:00.000Z' }).execute();
    }
    jobs.worker(async () => done);
    await ended(1);
    expect(jobs.failed).to.deep.equal([{ job, code: 'document-process-died' }]);
  });

  it('a job it cannot understand fails alone', async () => {
    await jobs.queue(ingestJob(), ingestJob());
    const [first] = await jobs.rows();
    await jobs.metadata.queries.updateTable('jobs').set({ payload_json: '{"kind":"ingest-file"}' }).where('id', '=', first!.id).execute();
    jobs.worker(async () => done);
    await until('both have ended', async () => {
      await jobs.hurry();
      return (await jobs.rows()).every((row) => row.ended_at !== null);
    });
    expect((await jobs.rows()).map((row) => row.state)).to.deep.equal(['failed', 'done']);
  });

  it('index jobs that wait are done together, and one that is at fault fails alone', async () => {
    const bad = indexJob() as Extract<Job, { kind: 'index-record' }>;
    await jobs.queue(...Array.from({ length: 69 }, indexJob), bad, ingestJob());
    const sizes: number[] = [];
    jobs.worker(async (some) => {
      sizes.push(some.length);
      if (some.some((job) => job.kind === 'index-record' && job.recordId === bad.recordId)) throw new Error('a slip');
      return done;
    });
    await until('all have ended', async () => {
      await jobs.hurry();
      return (await jobs.rows()).every((row) => row.ended_at !== null);
    });
    expect(sizes.filter((size) => size > 1)).to.deep.equal([50, 20]);
    const states = (await jobs.rows()).map((row) => row.state);
    expect(states.filter((state) => state === 'done')).to.have.length(70);
    expect(jobs.failed).to.deep.equal([{ job: bad, code: 'internal-error' }]);
  });

  /** A worker with a job, at whose end its line to the database is cut. */
  async function cutAtTheEnd(cut: 'before' | 'after') {
    await jobs.queue(ingestJob());
    const { metadata, line } = overLine(jobs.metadata);
    let count = 0;
    jobs.worker(
      async () => {
        count++;
        line.cut = cut;
        return done;
      },
      { metadata },
    );
    return { line, tries: () => count };
  }

  it('what ended while the database was away is ended when it is back', async () => {
    const { line, tries } = await cutAtTheEnd('before');
    await until('it was tried to be ended', () => line.tried >= 2);
    expect((await jobs.rows())[0]).to.include({ state: 'running' });
    line.cut = 'no';
    await ended(1);
    expect(tries()).to.equal(1);
  });

  it('an end that was written and not heard of is not written over, and the job is not done twice', async () => {
    const { line, tries } = await cutAtTheEnd('after');
    await until('the end is written', async () => (await jobs.rows())[0]?.state === 'done');
    line.cut = 'no';
    await jobs.queue(ingestJob());
    await ended(2);
    expect(tries()).to.equal(2);
  });

  it('what it took without hearing of it is not held on to', async () => {
    const { metadata, line } = overLine(jobs.metadata);
    // Before its first look, which might otherwise take the job over a line that is whole.
    line.cut = 'after';
    jobs.worker(async () => done, { metadata, lanes: [{ kinds: ['ingest-file'], atOnce: 1 }] });
    await jobs.queue(ingestJob());
    const taken = await until('it is taken', async () => (await jobs.rows())[0]?.state === 'running' && (await jobs.rows())[0]);
    const beats = async () => (await jobs.metadata.queries.selectFrom('processes').select('seen_at').executeTakeFirstOrThrow()).seen_at;
    const before = await beats();
    await until('two heartbeats', async () => Date.parse(await beats()) - Date.parse(before) > 5_000, 20);
    expect((await jobs.rows())[0]?.lease_until).to.equal(taken.lease_until);
    line.cut = 'no';
  });

  it('hears that another worker has taken its job over, stops, and writes nothing over it', async () => {
    await jobs.queue(ingestJob());
    let stopped: unknown = null;
    let refused: unknown = null;
    jobs.worker(async (_jobs, { signal, checkLease }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      stopped = signal.reason;
      refused = await jobs.metadata.transaction(checkLease).catch((error: unknown) => error);
      return { state: 'failed', code: 'internal-error' };
    });
    await until('it runs', async () => (await jobs.rows())[0]?.state === 'running');
    const other = await jobs.metadata.transaction((queries) => takeJob(queries, 'another', ['ingest-file'], Date.now() + 2 * leaseSeconds * 1000));
    expect(other).to.include({ attempts: 2 });
    await until('it stops', () => refused, 20);
    expect((stopped as Error).name).to.equal('LeaseLost');
    expect((refused as Error).name).to.equal('LeaseLost');
    await until('it has let go', () => jobs.logged.some((line) => /taken the job over/.test(line.msg)));
    expect((await jobs.rows())[0]).to.include({ state: 'running', lease_by: 'another' });
  });

  it('queues an index job again when it was lost in the middle: it may have put something old over something newer', async () => {
    const job = indexJob();
    await jobs.queue(job);
    let runs = 0;
    jobs.worker(async () => {
      if (++runs > 1) return done;
      const other = await jobs.metadata.transaction((queries) => takeJob(queries, 'another', ['index-record'], Date.now() + 2 * leaseSeconds * 1000));
      expect(other).to.include({ attempts: 2 });
      await jobs.metadata.queries.updateTable('jobs').set({ state: 'done', ended_at: new Date().toISOString(), lease_by: null, lease_until: null }).execute();
      return done;
    });
    await until('it is done once more', () => runs === 2);
    await ended(2);
  });

  it('stops in a few seconds while the database is away, and leaves its jobs to their leases', async () => {
    await jobs.queue(ingestJob());
    const { metadata, line } = overLine(jobs.metadata);
    const loop = jobs.worker((_jobs, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))), { metadata });
    await until('it runs', async () => (await jobs.rows())[0]?.state === 'running');
    line.cut = 'before';
    const asked = performance.now();
    await loop.stop();
    expect(performance.now() - asked).to.be.lessThan(8_000);
    const next = await jobs.metadata.transaction((queries) => takeJob(queries, 'another', ['ingest-file'], Date.now() + 2 * leaseSeconds * 1000));
    expect(next).to.include({ attempts: 2 });
  });
});
