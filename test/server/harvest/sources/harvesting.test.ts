import { expect } from 'chai';
import { lastRun } from '../../../../storage/metadata/harvest-sources.ts';
import { putAllowedHosts } from '../../../../server/outbound/allowed-hosts.ts';
import { openTestApp, type TestApp, type Visitor } from '../../../support/app.ts';
import { until } from '../../../support/temporary.ts';
import { type Answer, dc, deleted, identify, list, oai, oaiError, openProvider, type Provider } from '../../../support/told-by-others.ts';

/** Providers that do what providers do. */
describe('harvesting other catalogues', function () {
  this.timeout(30_000);
  let app: TestApp;
  let librarian: Visitor;
  const providers: Provider[] = [];

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    app.work();
  });
  after(async () => {
    await app.close();
    for (const provider of providers) await provider.close();
  });

  async function add(lists: Answer, more: { deletions?: string } = {}): Promise<{ id: string; provider: Provider }> {
    const provider = await openProvider((asked, request) => (asked['verb'] === 'Identify' ? identify(more.deletions) : lists(asked, request)));
    providers.push(provider);
    await putAllowedHosts(app.storage.metadata.queries, providers.map(({ host }) => host));
    const made = await librarian.post('/api/harvest/sources', { address: provider.address, set: null, format: 'oai_dc', scope: 'public', schedule: 'hand' });
    expect(made.status, made.text).to.equal(201);
    return { id: made.body.id, provider };
  }
  const view = async (id: string) => (await librarian.get(`/api/harvest/sources/${id}`)).body;
  async function run(id: string, whole = false) {
    await librarian.post(`/api/harvest/sources/${id}/run`, { whole });
    return until('the run has ended or waits', async () => {
      const source = await view(id);
      return source.run.state === 'running' ? null : source;
    });
  }
  const found = async (words: string, who = app.visitor()): Promise<string[]> => (await who.get(`/api/search?q=${encodeURIComponent(words)}`)).body.records.map(({ id }: { id: string }) => id);
  const rows = (sourceId: string) => app.storage.metadata.queries.selectFrom('records').selectAll().where('source_id', '=', sourceId).orderBy('id').execute();
  const asides = async (id: string) => (await librarian.get(`/api/harvest/sources/${id}/asides?size=100`)).body.asides as { identifier: string | null; reason: string; detail: string; text: string }[];

  it('records become records of the catalogue: found, described in our words, and never edited as our own', async () => {
    const more =
      '<dc:creator>Hà Huy Khoái</dc:creator><dc:subject>Toán</dc:subject><dc:subject>số nguyên tố</dc:subject><dc:description>Lớp 6</dc:description><dc:language>vie</dc:language>' +
      '<dc:date>2021-05-01</dc:date><dc:identifier>ISBN 978-604-0-25078-5</dc:identifier><dc:identifier>http://other.example/9</dc:identifier><dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>';
    const { id } = await add(() => list([dc('oai:a:1', 'Tập hợp Kỳ Lạ Việt', more), dc('oai:a:2', 'Sách thứ hai')]));
    const source = await run(id);
    expect(source).to.include({ held: 2, asides: 0 });
    expect(source.run).to.include({ state: 'done', taken: 2, pages: 1 });
    const [row] = await rows(id);
    expect(JSON.parse(row!.description_json)).to.deep.include({ agents: [{ name: 'Hà Huy Khoái', role: 'aut' }], subjects: ['TOAN'], grades: ['6'], languages: ['vi'], year: '2021', keywords: ['số nguyên tố'], link: 'http://other.example/9', identifiers: [{ scheme: 'isbn', value: '9786040250785' }] });
    expect(row).to.include({ licence: 'CC-BY-4.0', scope: 'public', state: 'published' });
    await until('it is found', async () => (await found('tap hop ky la viet')).includes(row!.id));
    const shown = (await librarian.get(`/api/records/${row!.id}`)).body;
    expect(shown.abilities).to.include({ edit: false, publish: false, unpublish: false, delete: false, addFile: false, withdraw: true });
    expect((await librarian.ask('PATCH', `/api/records/${row!.id}`, { version: shown.version, description: { title: 'Khác' } })).status).to.equal(403);
    // It is told by its own catalogue, and is no news of ours.
    expect((await app.visitor().get('/oai?verb=ListRecords&metadataPrefix=oai_dc')).text).not.to.contain('Kỳ Lạ');
    expect((await librarian.get('/api/records?list=recent')).body.total).to.equal(0);
  });

  it('what changes is changed, what is deleted is gone with a reason, what comes back is back; the same again writes nothing', async () => {
    const { id, provider } = await add(() => list([dc('oai:b:1', 'Sẽ đổi tên'), dc('oai:b:2', 'Sẽ gỡ đi'), dc('oai:b:3', 'Ở lại')]));
    await run(id);
    const before = await rows(id);
    expect((await run(id)).run).to.include({ taken: 0, unchanged: 3, deleted: 0, whole: false });
    expect((await rows(id)).map(({ version }) => version)).to.eql(before.map(({ version }) => version));
    expect(provider.asked.at(-1)!['from']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    provider.answer = () => list([dc('oai:b:1', 'Đã đổi tên'), deleted('oai:b:2'), deleted('oai:b:never-known')]);
    expect((await run(id)).run).to.include({ taken: 1, deleted: 1 });
    const after = await rows(id);
    expect(after.map(({ id: of }) => of)).to.eql(before.map(({ id: of }) => of));
    expect(after.map(({ title, state }) => [title, state])).to.eql([['Đã đổi tên', 'published'], ['Sẽ gỡ đi', 'withdrawn'], ['Ở lại', 'published']]);
    const gone = await app.visitor().get(`/api/records/${after[1]!.id}`);
    expect([gone.status, gone.body.code, gone.body.params.reason]).to.eql([410, 'record-withdrawn', 'Nguồn đã gỡ biểu ghi này.']);
    await until('it is no longer found', async () => !(await found('se go di')).includes(after[1]!.id));
    provider.answer = () => list([dc('oai:b:2', 'Sẽ gỡ đi')]);
    expect((await run(id)).run).to.include({ taken: 1 });
    expect((await rows(id))[1]).to.include({ state: 'published', withdrawn_at: null });
  });

  it('one bad record is set aside with its text and reason and the rest is taken; read well, it leaves', async () => {
    const broken = dc('oai:c:broken', 'Thẻ <b>không đóng');
    const good = [dc('oai:c:1', 'Trước'), dc('oai:c:2', 'Sau'), dc('oai:c:amp', 'Toán &amp; Lý &#x1; A & B'), '<record><header><identifier>oai:c:prefix</identifier></header><metadata><dc:dc><dc:title>Quên khai báo</dc:title></dc:dc></metadata></record>'];
    const others = [
      dc('oai:c:untitled', '  '),
      '<record><header><datestamp>2024-01-01</datestamp></header><metadata><x/></metadata></record>',
      '<record><header><identifier>oai:c:bare</identifier></header></record>',
      '<record><header><identifier>oai:c:mods</identifier></header><metadata><mods xmlns="http://www.loc.gov/mods/v3"><titleInfo/></mods></metadata></record>',
    ];
    const { id, provider } = await add(({ resumptionToken }) => (resumptionToken ? list([dc('oai:c:next', 'Trang sau')]) : list([good[0]!, broken, good[1]!, ...others, ...good.slice(2)], 'a &amp; b')));
    const source = await run(id);
    expect(source.run).to.include({ state: 'done', taken: 5, aside: 5, pages: 2 });
    expect(provider.asked.at(-1)).to.eql({ verb: 'ListRecords', resumptionToken: 'a & b' });
    expect((await rows(id)).map(({ title }) => title)).to.eql(['Trước', 'Sau', 'Toán & Lý A & B', 'Quên khai báo', 'Trang sau']);
    const told = await asides(id);
    expect(told.map(({ identifier, reason }) => [identifier, reason]).sort()).to.eql([[null, 'identifier-missing'], ['oai:c:bare', 'metadata-missing'], ['oai:c:broken', 'xml-broken'], ['oai:c:mods', 'metadata-unknown'], ['oai:c:untitled', 'title-missing']].sort());
    const [bad] = told.filter(({ reason }) => reason === 'xml-broken');
    expect(bad!.text).to.equal(broken);
    expect(bad!.detail).to.match(/tag/);
    provider.answer = () => list([dc('oai:c:broken', 'Đã sửa')]);
    await run(id);
    expect((await asides(id)).map(({ identifier }) => identifier)).not.to.include('oai:c:broken');
  });

  it('encodings that lie, wrong dates and the same identifier twice lose nothing', async () => {
    const latin = Buffer.from(list([dc('oai:d:latin', 'Caf\u00e9')]).replace('UTF-8', 'ISO-8859-1'), 'latin1');
    const claims = Buffer.from(list([dc('oai:d:utf8', 'Tiếng Việt đủ dấu')]).replace('UTF-8', 'ISO-8859-1'), 'utf8');
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(list([dc('oai:d:wide', 'Chữ rộng')]).replace('UTF-8', 'UTF-16'), 'utf16le')]);
    const halves = list([dc('oai:d:ok', 'Còn đọc được'), dc('oai:d:torn', 'Hỏng @@ chữ')]).split('@@');
    const torn = Buffer.concat([Buffer.from(halves[0]!), Buffer.from([0xe1, 0xff]), Buffer.from(halves[1]!)]);
    const dates = list([dc('oai:d:date', 'Ngày lạ', '', '31/02/2024'), dc('oai:d:twice', 'Lần đầu'), dc('oai:d:twice', 'Lần sau')]);
    const pages = [latin, claims, wide, torn, dates];
    const withToken = (page: string | Buffer, at: number): Buffer => (at + 1 === pages.length ? Buffer.from(page) : tokenInto(Buffer.from(page), String(at + 1), at === 2));
    const { id } = await add(({ resumptionToken = '0' }) => withToken(pages[Number(resumptionToken)]!, Number(resumptionToken)));
    expect((await run(id)).run).to.include({ state: 'done', pages: 5, taken: 6, aside: 1 });
    expect((await rows(id)).map(({ title }) => title)).to.eql(['Café', 'Tiếng Việt đủ dấu', 'Chữ rộng', 'Còn đọc được', 'Ngày lạ', 'Lần sau']);
    expect((await asides(id)).map(({ identifier, reason }) => [identifier, reason])).to.eql([['oai:d:torn', 'encoding-broken']]);
  });

  it('lists that go round in a circle end, with what they told kept; the source stays on', async () => {
    const circle = (length: number): Answer => ({ resumptionToken = '0' }) => list([dc(`oai:e:${length}:${Number(resumptionToken) % length}`, `Vòng ${resumptionToken}`)], String(Number(resumptionToken) + 1));
    for (const length of [1, 2, 7]) {
      const { id, provider } = await add(circle(length));
      const source = await run(id);
      expect(source.run).to.include({ state: 'failed', code: 'source-token-loops' });
      expect(source.held).to.equal(length);
      expect(provider.asked.length).to.be.below(4 * length + 8);
      provider.answer = () => list([dc(`oai:e:${length}:0`, 'Đã sửa nguồn')]);
      expect((await run(id)).run).to.include({ state: 'done', code: null });
    }
    const { id } = await add(({ resumptionToken = '0' }) => list([], String(Number(resumptionToken) + 1)));
    expect((await run(id)).run).to.include({ state: 'failed', code: 'source-token-loops', pages: 50 });
  });

  it('a forgotten token begins the list again where it stood, or at its beginning where it has no order', async () => {
    for (const ordered of [true, false]) {
      const stamp = (at: number): string => `2024-01-0${ordered ? at : 9 - at}T00:00:00Z`;
      const page = (at: number) => list([dc(`oai:f:${ordered}:${at}`, `Trang ${at}`, '', stamp(at))], at < 4 ? String(at + 1) : null);
      let forgotten = 0;
      const { id, provider } = await add(({ resumptionToken, from }) => {
        if (resumptionToken === '3' && forgotten++ === 0) return oaiError('badResumptionToken');
        if (!resumptionToken) return page(from ? Number(from.slice(8, 10)) : 1);
        return page(Number(resumptionToken));
      });
      expect((await run(id)).run).to.include({ state: 'done', taken: 4 });
      const begun = provider.asked.filter(({ verb, resumptionToken }) => verb === 'ListRecords' && !resumptionToken).map(({ from }) => from);
      expect(begun).to.eql(ordered ? [undefined, '2024-01-02T00:00:00Z'] : [undefined, undefined]);
    }
    const { id } = await add(({ resumptionToken }) => (resumptionToken ? oaiError('badResumptionToken') : list([dc('oai:f:never', 'Không nhớ')], 'x')));
    expect((await run(id)).run).to.include({ state: 'failed', code: 'source-token-broken', taken: 1 });
  });

  it('a busy source is asked again after as long as it says, by the queue; one that gives no answer is tried again, and stays on', async () => {
    const { id, provider } = await add(() => (response) => void response.writeHead(503, { 'retry-after': '120' }).end());
    const busy = await run(id);
    expect(busy.run).to.include({ state: 'waiting', code: 'source-busy' });
    const queued = await app.storage.metadata.queries.selectFrom('jobs').selectAll().where('key', '=', `harvest:${id}`).where('state', '=', 'queued').execute();
    expect(queued).to.have.length(1);
    expect(Date.parse(queued[0]!.run_after) - Date.now()).to.be.within(100_000, 121_000);
    expect(provider.asked.filter(({ verb }) => verb === 'ListRecords')).to.have.length(1);
    provider.answer = () => (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><html><body>Bảo trì');
    expect((await run(id)).run).to.include({ state: 'waiting', code: 'source-not-oai' });
    provider.answer = () => (response) => void response.destroy();
    expect((await run(id)).run).to.include({ state: 'waiting', code: 'source-unreachable' });
    provider.answer = () => (response) => void response.writeHead(200).end(list([dc('oai:g:1', 'Nửa đầu'), dc('oai:g:2', 'Nửa sau')]).slice(0, -300));
    expect((await run(id)).run).to.include({ state: 'waiting', code: 'source-cut', taken: 1, aside: 0 });
    provider.answer = () => list([dc('oai:g:1', 'Nửa đầu'), dc('oai:g:2', 'Nửa sau')]);
    expect((await run(id)).run).to.include({ state: 'done', taken: 2, code: null });
    provider.answer = () => oaiError('cannotDisseminateFormat');
    expect((await run(id)).run).to.include({ state: 'failed', code: 'source-format-gone' });
    expect((await lastRun(app.storage.metadata.queries, id))!.state).to.equal('failed');
    provider.answer = () => list([]);
    expect((await run(id)).run.state).to.equal('done');
  });

  it('records that come back to where they are from, and another source’s identifiers, stay whose they are', async () => {
    const { body } = await librarian.post('/api/records', { title: 'Của trường mình', licence: 'CC-BY-4.0', scope: 'public' });
    const { id: first } = await add(() => list([dc('oai:h:1', 'Của nguồn đầu')]));
    await run(first);
    const { id: second } = await add(() => list([dc(`urn:uuid:${body.id}`, 'Giả là của mình'), dc('oai:h:1', 'Giả là của nguồn đầu'), deleted(`urn:uuid:${body.id}`)]));
    await run(second);
    expect((await librarian.get(`/api/records/${body.id}`)).body.description.title).to.equal('Của trường mình');
    expect((await rows(first)).map(({ title }) => title)).to.eql(['Của nguồn đầu']);
    expect((await rows(second)).map(({ title }) => title)).to.eql(['Giả là của nguồn đầu']);
  });

  it('a redirect to this machine is not followed by a harvest either', async () => {
    let reached = 0;
    const inner = await openProvider(() => (reached++, identify()));
    providers.push(inner);
    const { id, provider } = await add(() => oai('<ListRecords/>'));
    await putAllowedHosts(app.storage.metadata.queries, [provider.host]);
    provider.answer = () => (response) => void response.writeHead(302, { location: inner.address }).end();
    expect((await run(id)).run).to.include({ state: 'failed', code: 'source-address-refused' });
    expect(reached).to.equal(0);
  });
});

/** The page with a resumption token before the end of its list. */
function tokenInto(page: Buffer, token: string, wide: boolean): Buffer {
  const encoding = wide ? 'utf16le' : 'latin1';
  return Buffer.from(page.toString(encoding).replace('</ListRecords>', `<resumptionToken>${token}</resumptionToken></ListRecords>`), encoding);
}
