import { expect } from 'chai';
import { queueDue } from '../../../server/jobs/schedule.ts';
import { endJob, takeJob } from '../../../storage/metadata/jobs.ts';
import { takeTurn } from '../../../storage/metadata/schedules.ts';
import { openJobs, type OpenJobs } from './open-jobs.ts';

const day = 86_400_000;
const year = 365 * day;

describe('what is done from time to time', () => {
  let jobs: OpenJobs;
  beforeEach(async () => {
    jobs = await openJobs();
  });
  afterEach(() => jobs.close());

  const turn = (now: number, every = day) => jobs.metadata.transaction((queries) => takeTurn(queries, 'x', every, now));
  const start = Date.parse('2026-11-25T00:00:00Z');

  it('is due at once, then once a period, however many ask', async () => {
    const round = async (now: number) => (await Promise.all(Array.from({ length: 8 }, () => turn(now)))).filter(Boolean).length;
    expect(await round(start)).to.equal(1);
    expect(await round(start + day - 1)).to.equal(0);
    expect(await round(start + day)).to.equal(1);
    expect(await round(start + day)).to.equal(0);
    expect(await round(start + 2 * day)).to.equal(1);
  });

  it('after a clock that jumped forward by a year: once, not 365 times', async () => {
    await turn(start);
    expect(await turn(start + year)).to.equal(true);
    for (let hour = 0; hour < 24; hour++) expect(await turn(start + year + hour * 3600_000 + 1)).to.equal(false);
  });

  it('a clock that was a year ahead and has come back does not silence it', async () => {
    await turn(start + year);
    expect(await turn(start)).to.equal(true);
    expect(await turn(start + 1)).to.equal(false);
    expect(await turn(start + day)).to.equal(true);
  });

  it('clocks of two machines that differ by two minutes take one turn between them', async () => {
    expect(await turn(start + 120_000, 60_000)).to.equal(true);
    expect(await turn(start, 60_000)).to.equal(false);
  });

  it('the turn and its job are one: whoever asks, one sweep is queued a day', async () => {
    const sweeps = async () => (await jobs.rows()).filter((row) => row.kind === 'sweep').length;
    const now = Date.now();
    await Promise.all([queueDue(jobs.metadata, now), queueDue(jobs.metadata, now), queueDue(jobs.metadata, now)]);
    expect(await sweeps()).to.equal(1);
    const taken = await jobs.metadata.transaction((queries) => takeJob(queries, 'w', ['sweep']));
    await jobs.metadata.transaction((queries) => endJob(queries, 'w', taken!.id, { state: 'done' }));
    await queueDue(jobs.metadata, now + 1000);
    expect(await sweeps()).to.equal(1);
    await queueDue(jobs.metadata, now + day + 1000);
    expect(await sweeps()).to.equal(2);
  });
});
