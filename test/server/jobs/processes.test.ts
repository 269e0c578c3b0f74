import { expect } from 'chai';
import { counterValues } from '../../../storage/metadata/counters.ts';
import { makePdf } from '../../fixtures/make-documents.ts';
import { type Fleet, librarianPassword, type Member, openFleet } from '../../support/fleet.ts';
import { until } from '../../support/temporary.ts';
import { openVisitor, type Visitor } from '../../support/visitor.ts';
import { upload } from '../files/tus-client.ts';

const books = 6;
const pagesOfBook = 8;
const book = (name: string, pages = pagesOfBook): Promise<Buffer> =>
  makePdf(Array.from({ length: pages }, (_, index) => ({ paragraph: `Trang ${index + 1} của quyển ${name}.` })));

describe('several processes of one library', function () {
  this.timeout(90_000);
  let fleet: Fleet;
  let webs: Member[];
  let librarian: Visitor;
  before(async () => {
    fleet = await openFleet({ environment: { TU_SACH_HIDE_TOOLS: '1' } });
    webs = await Promise.all([fleet.start('web'), fleet.start('web')]);
    librarian = await fleet.librarian(webs[0]!.url);
  });
  after(() => fleet.close());

  const jobsOf = (kind: string) => fleet.storage.metadata.queries.selectFrom('jobs').selectAll().where('kind', '=', kind).execute();
  const stateOf = async (fileId: string) => (await librarian.get(`/api/files/${fileId}`)).body.state as string;

  it('three workers read every page of every book once, and do every job once', async () => {
    const sent = [];
    for (let at = 0; at < books; at++) sent.push(await upload(librarian, await book(`chung ${at}`), { filename: `chung-${at}.pdf` }));
    const workers = await Promise.all([fleet.start('worker'), fleet.start('worker'), fleet.start('worker')]);
    const seen = new Set<string | null>();
    await until(
      'all are read',
      async () => {
        const jobs = await jobsOf('ingest-file');
        for (const job of jobs) if (job.lease_by) seen.add(job.lease_by);
        return jobs.every((job) => job.state === 'done');
      },
      60,
    );
    expect(seen.size, 'the work was shared').to.be.greaterThan(1);
    await until('the index follows', async () => (await jobsOf('index-record')).every((job) => job.state === 'done'), 30);
    for (const { fileId } of sent) expect(await stateOf(fileId!)).to.equal('ready');
    for (const kind of ['ingest-file', 'index-record', 'sweep', 'check-index', 'reindex']) for (const job of await jobsOf(kind)) expect(job, kind).to.include({ attempts: 1, state: 'done' });
    expect((await jobsOf('ingest-file')).length).to.equal(books);
    for (const kind of ['sweep', 'reindex']) expect((await jobsOf(kind)).length, `three workers started, one ${kind}`).to.equal(1);
    for (const worker of workers) expect(await worker.stop()).to.equal(0);
    expect((await counterValues(fleet.storage.metadata.queries))['ingest-pages'], 'pages written by all of them').to.equal(books * pagesOfBook);
  });

  it('a worker that was frozen for longer than its lease finds its book read by another, and writes nothing over it', async function () {
    if (process.platform === 'win32') return this.skip(); // which has no SIGSTOP to freeze a process with
    const { fileId } = await upload(librarian, await book('đông cứng', 120), { filename: 'dong-cung.pdf' });
    const frozen = await fleet.start('worker');
    const { metadata } = fleet.storage;
    const job = async () => (await metadata.queries.selectFrom('jobs').selectAll().where('key', '=', `ingest-file:${fileId}`).executeTakeFirstOrThrow());
    await until('some pages are read', async () => {
      const row = await metadata.queries.selectFrom('pages').select(({ fn }) => fn.countAll<number>().as('n')).where('file_id', '=', fileId!).where('image_key', 'is not', null).executeTakeFirstOrThrow();
      return Number(row.n) >= 3;
    }, 30);
    process.kill(frozen.pid, 'SIGSTOP');
    expect(await job()).to.include({ state: 'running', attempts: 1 });
    // Half a minute passes.
    await metadata.queries.updateTable('jobs').set({ lease_until: '2020-01-01T00:00:00.000Z' }).where('key', '=', `ingest-file:${fileId}`).execute();
    const other = await fleet.start('worker');
    await until('another has taken it', async () => (await job()).attempts === 2);
    process.kill(frozen.pid, 'SIGCONT');
    await until('the frozen one says that it has lost it', () => /taken the job over/.test(fleet.output()), 30);
    await until('it is read', async () => (await job()).state === 'done', 60);
    expect(await job()).to.include({ attempts: 2, outcome_json: '{"state":"done"}' });
    const pages = await metadata.queries.selectFrom('pages').select(['number', 'state', 'text']).where('file_id', '=', fileId!).orderBy('number').execute();
    expect(pages.map(({ text }) => text)).to.deep.equal(Array.from({ length: 120 }, (_, index) => `Trang ${index + 1} của quyển đông cứng.`));
    for (const worker of [frozen, other]) expect(await worker.stop()).to.equal(0);
  });

  it('signed in at one, known at the other; signed out at one, a guest at the other', async () => {
    let at = webs[0]!.url;
    const visitor = openVisitor(() => at);
    expect((await visitor.signIn('librarian', librarianPassword)).status).to.equal(200);
    at = webs[1]!.url;
    expect((await visitor.get('/api/session')).body.person.username).to.equal('librarian');
    expect((await visitor.ask('DELETE', '/api/session')).status).to.be.oneOf([200, 204]);
    at = webs[0]!.url;
    expect((await visitor.get('/api/session')).body.person).to.equal(null);
  });

  it('wrong passwords are counted together', async () => {
    const statuses = [];
    for (let round = 0; round < 11; round++) statuses.push((await openVisitor(webs[round % 2]!.url).signIn('khong-co-ai', `sai-${round}-mat-khau`)).status);
    expect(statuses).to.deep.equal([...Array<number>(10).fill(401), 429]);
  });

  it('progress is seen live at one web process of a book that came through another and is read by a worker', async () => {
    const there = await fleet.librarian(webs[1]!.url);
    const { fileId } = await upload(there, await book('trực tiếp'), { filename: 'truc-tiep.pdf' });
    const cookie = await cookieAt(webs[0]!.url);
    const events = await fetch(`${webs[0]!.url}/api/ingest/events?files=${fileId}`, { headers: { cookie } });
    expect(events.status).to.equal(200);
    const worker = await fleet.start('worker');
    const states: { state: string; readablePages: number }[] = [];
    let text = '';
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!states.some(({ state }) => state === 'ready')) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended before the book was read');
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^event: file\ndata: (.*)$/m.exec(text.slice(0, end))?.[1];
        if (data) states.push(JSON.parse(data) as (typeof states)[number]);
        text = text.slice(end + 2);
      }
    }
    await reader.cancel();
    expect(states.map(({ state }) => state)).to.include('reading');
    expect(states.at(-1)).to.include({ state: 'ready', readablePages: pagesOfBook });
    expect(await worker.stop()).to.equal(0);
  });

  async function cookieAt(url: string): Promise<string> {
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'librarian', password: librarianPassword }),
    });
    return answer.headers.getSetCookie()[0]!.split(';')[0]!;
  }
});
