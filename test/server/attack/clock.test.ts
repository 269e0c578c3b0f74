import { expect } from 'chai';
import { enqueue } from '../../../server/jobs/queue.ts';
import { openStorage, type Storage } from '../../../storage/index.ts';
import { endJob, takeJob } from '../../../storage/metadata/jobs.ts';
import { processSeen, workersAlive } from '../../../storage/metadata/processes.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const year = 365 * 86_400_000;

describe('a clock that is set back', () => {
  let storage: Storage;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    storage = await openStorage({ folder: folder.path });
  });
  afterEach(async () => {
    await storage.close();
    await remove();
  });

  const take = (worker: string, now = Date.now()) => storage.metadata.transaction((queries) => takeJob(queries, worker, ['sweep'], now));
  const queue = (after?: Date) => storage.metadata.transaction((queries) => enqueue(queries, { kind: 'sweep' }, { after }));

  it('work queued in another year is done today; a pause is still a pause', async () => {
    await queue(new Date(Date.now() + year));
    const taken = await take('a');
    expect(taken).not.to.equal(null);
    await storage.metadata.transaction((queries) => endJob(queries, 'a', taken!.id, { state: 'done' }));
    await queue(new Date(Date.now() + 128_000));
    expect(await take('a')).to.equal(null);
  });

  it('work whose worker died in another year is taken by the next; a lease that holds is respected', async () => {
    await queue();
    const lost = await take('dead', Date.now() + year);
    const again = await take('alive');
    expect(again).to.include({ id: lost!.id, attempts: 2 });
    expect(await take('another')).to.equal(null);
  });

  it('a worker last seen in another year is not alive', async () => {
    const { queries } = storage.metadata;
    await processSeen(queries, { id: 'here', kind: 'worker', version: '0', startedAt: new Date().toISOString() });
    await queries.insertInto('processes').values({ id: 'then', kind: 'worker', host: 'h', version: '0', started_at: '2099-01-01T00:00:00.000Z', seen_at: '2099-01-01T00:00:00.000Z' }).execute();
    expect(await workersAlive(queries)).to.equal(1);
  });
});
