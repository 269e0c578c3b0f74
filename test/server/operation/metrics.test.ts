import { expect } from 'chai';
import { SearchUnavailable } from '../../../search/search-index.ts';
import { addToCounters, counterValues } from '../../../storage/metadata/counters.ts';
import { StoreUnavailable } from '../../../storage/objects/object-store.ts';
import { readConfig } from '../../../server/config.ts';
import { personRoles } from '../../../server/contract/person.ts';
import { enqueue } from '../../../server/jobs/queue.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { schoolOf, settled, shelve } from '../catalogue/shelf.ts';
import { upload } from '../files/tus-client.ts';

const token = 'thu-nghiem-thu-nghiem';
const bearer = { authorization: `Bearer ${token}` };

/** The value of a line of the text format; null where there is none. */
function valueOf(text: string, name: string, labels: Record<string, string> = {}): number | null {
  for (const line of text.split('\n')) {
    const [, found, given = '', value] = /^([a-z_]+)(\{.*\})? (\S+)$/.exec(line) ?? [];
    if (found === name && Object.entries(labels).every(([label, wanted]) => given.includes(`${label}="${wanted}"`))) return Number(value);
  }
  return null;
}

describe('metrics', function () {
  this.timeout(30_000);
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp({ environment: { METRICS_TOKEN: token } });
    librarian = await app.as('librarian');
  });
  after(() => app.close());
  const scrape = async (): Promise<string> => {
    const answer = await app.visitor().get('/metrics', bearer);
    expect(answer.status, answer.text).to.equal(200);
    return answer.text;
  };

  it('are there for the token and for administrators, and for nobody else', async () => {
    const answer = await app.visitor().get('/metrics', bearer);
    expect(answer.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    for (const role of personRoles) expect((await (await app.as(role)).get('/metrics')).status, role).to.equal(role === 'administrator' ? 200 : 404);
    const guest = app.visitor();
    for (const authorization of [undefined, 'Bearer x', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, `Bearer tus_${'a'.repeat(43)}`]) {
      const refused = await guest.get('/metrics', authorization ? { authorization } : {});
      expect([refused.status, refused.body.code], authorization).to.deep.equal([404, 'not-found']);
    }
    const administrator = await app.as('administrator');
    const { secret } = (await administrator.post('/api/session/tokens', { name: 'prometheus' })).body;
    expect((await guest.get('/metrics', { authorization: `Bearer ${secret}` })).status).to.equal(200);
  });

  it('without a token set only administrators may', async () => {
    const other = await openTestApp();
    try {
      for (const headers of [undefined, { authorization: 'Bearer ' }, { authorization: 'Bearer undefined' }, { authorization: 'Bearer null' }]) expect((await other.visitor().get('/metrics', headers)).status).to.equal(404);
      expect((await (await other.as('administrator')).get('/metrics')).status).to.equal(200);
    } finally {
      await other.close();
    }
    expect(() => readConfig({ METRICS_TOKEN: 'short' })).to.throw(/METRICS_TOKEN/);
  });

  it('count requests by the pattern of their route, however many addresses are asked', async () => {
    const guest = app.visitor();
    const { id } = await shelve(app, { school_id: schoolOf(librarian), title: 'Bí mật của gió' });
    const seriesOf = (text: string): number => text.split('\n').filter((line) => line.startsWith('tu_sach_http_requests_total{')).length;
    await guest.get(`/api/records/${id}`);
    await guest.get('/no/such/page');
    await guest.get('/api/nothing-0');
    await guest.ask('PROPFIND', '/api/records');
    const before = await scrape();
    for (let n = 1; n <= 30; n++) await guest.get(`/api/nothing-${n}?q=gio-${n}`);
    const text = await scrape();
    expect(valueOf(text, 'tu_sach_http_requests_total', { method: 'GET', route: '/api/records/:id', status: '200' })).to.equal(1);
    expect(valueOf(text, 'tu_sach_http_requests_total', { method: 'GET', route: 'other', status: '404' })).to.be.at.least(31);
    expect(valueOf(text, 'tu_sach_http_requests_total', { method: 'other', route: 'other' })).to.equal(1);
    expect(valueOf(text, 'tu_sach_http_request_duration_seconds_count', { route: '/api/records/:id' })).to.equal(1);
    expect(seriesOf(text)).to.be.within(seriesOf(before), seriesOf(before) + 1); // the scrape itself is one
    for (const secret of [id, 'nothing-', 'gio', 'Bí mật', 'librarian', 'PROPFIND']) expect(text).to.not.contain(secret);
  });

  it('count pages of all processes, searches, uploads, faults of parts and say what runs', async () => {
    const { queries } = app.storage.metadata;
    await Promise.all([3, 4, 5].map((pages) => addToCounters(queries, { 'ingest-pages': pages })));
    expect(await counterValues(queries)).to.deep.equal({ 'ingest-pages': 12 });
    const own = await openTestApp({ environment: { METRICS_TOKEN: token } });
    try {
      await addToCounters(own.storage.metadata.queries, { 'ingest-pages': 12 });
      await own.storage.metadata.transaction((transaction) => enqueue(transaction, { kind: 'sweep' }));
      const guest = own.visitor();
      await guest.get('/api/search?q=x');
      const { search } = own.search;
      own.search.search = () => Promise.reject(new SearchUnavailable('down'));
      expect((await guest.get('/api/search?q=x')).status).to.equal(503);
      own.search.search = search;
      own.storage.objects.check = () => Promise.reject(new StoreUnavailable());
      const teacher = await own.as('teacher');
      const tus = { 'tus-resumable': '1.0.0', 'upload-length': '5', 'upload-metadata': `filename ${Buffer.from('a.txt').toString('base64')}` };
      expect((await teacher.ask('POST', '/api/uploads', '', tus)).status).to.equal(503);
      own.storage.objects.check = () => Promise.resolve({ freeBytes: null });
      const { headers } = await teacher.ask('POST', '/api/uploads', '', tus);
      const patch = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
      expect((await teacher.ask('PATCH', headers.get('location')!, 'chim\n', patch)).status).to.equal(204);
      const { text } = await guest.get('/metrics', bearer);
      expect(valueOf(text, 'tu_sach_ingest_pages_total')).to.equal(12);
      expect(valueOf(text, 'tu_sach_search_duration_seconds_count', { kind: 'search' })).to.equal(1);
      expect(valueOf(text, 'tu_sach_part_errors_total', { part: 'search', kind: 'down' })).to.equal(1);
      expect(valueOf(text, 'tu_sach_part_errors_total', { part: 'objects', kind: 'unavailable' })).to.equal(1);
      expect(valueOf(text, 'tu_sach_upload_bytes_total')).to.equal(5);
      expect(valueOf(text, 'tu_sach_jobs', { kind: 'sweep', state: 'queued' })).to.equal(1);
      expect(valueOf(text, 'tu_sach_jobs', { kind: 'reindex', state: 'failed' })).to.equal(0);
      expect(valueOf(text, 'tu_sach_oldest_queued_job_seconds')).to.be.within(0, 20);
      expect(valueOf(text, 'tu_sach_build_info', { version: 'test', database: app.storage.metadata.kind })).to.equal(1);
      expect(valueOf(text, 'tu_sach_event_loop_delay_seconds', { quantile: '0.99' })).to.be.within(0, 10);
      expect(valueOf(text, 'process_resident_memory_bytes')).to.be.above(10_000_000);
    } finally {
      await own.close();
    }
  });

  it('count the pages of a file once, when they have been read', async () => {
    const own = await openTestApp({ environment: { METRICS_TOKEN: token } });
    try {
      const teacher = await own.as('teacher');
      own.work();
      const { fileId } = await upload(teacher, Buffer.from('Một dòng để đọc.\n'.repeat(200)), { filename: 'bai-doc.txt' });
      const file = async () => (await teacher.get(`/api/files/${fileId}`)).body;
      await until('the file is read', async () => (await file()).state === 'ready', 40);
      const { pageCount } = await file();
      expect(pageCount).to.be.above(1);
      await until('its pages are counted', async () => (await counterValues(own.storage.metadata.queries))['ingest-pages'] === pageCount);
      await own.storage.metadata.transaction((transaction) => enqueue(transaction, { kind: 'ingest-file', fileId }));
      await settled(own, ['ingest-file']);
      expect((await counterValues(own.storage.metadata.queries))['ingest-pages'], 'after a run that found nothing to do').to.equal(pageCount);
    } finally {
      await own.close();
    }
  });

  it('ask the database three questions, however many jobs there are, and at most once in five seconds', async () => {
    const { metadata } = app.storage;
    const costOfFresh = async (): Promise<number> => {
      const own = await openTestApp({ environment: { METRICS_TOKEN: token } });
      try {
        for (let n = 0; n < 40; n++) await shelve(own, { school_id: schoolOf(await own.as('librarian')) });
        const before = own.storage.metadata.statements();
        await own.visitor().get('/metrics', bearer);
        return own.storage.metadata.statements() - before;
      } finally {
        await own.close();
      }
    };
    expect(await costOfFresh()).to.equal(3);
    await scrape();
    const before = metadata.statements();
    for (const text of await Promise.all(Array.from({ length: 20 }, scrape))) expect(valueOf(text, 'tu_sach_library_answered')).to.equal(1);
    expect(metadata.statements()).to.equal(before);
  });

  it('of this process are told while the database is away; those of the library are left out, not zero', async () => {
    const own = await openTestApp({ environment: { METRICS_TOKEN: token } });
    const { queries } = own.storage.metadata;
    Object.defineProperty(own.storage.metadata, 'queries', { value: { selectFrom: () => { throw new Error('away'); } }, configurable: true });
    try {
      const { status, text } = await own.visitor().get('/metrics', bearer);
      expect(status).to.equal(200);
      expect(valueOf(text, 'tu_sach_library_answered')).to.equal(0);
      for (const name of ['tu_sach_jobs', 'tu_sach_ingest_pages_total', 'tu_sach_oldest_queued_job_seconds']) expect(valueOf(text, name), name).to.equal(null);
      expect(valueOf(text, 'process_resident_memory_bytes')).to.be.above(0);
    } finally {
      Object.defineProperty(own.storage.metadata, 'queries', { value: queries, configurable: true });
      await own.close();
    }
  });
});
