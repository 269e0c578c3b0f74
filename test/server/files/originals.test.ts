import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { upload } from './tus-client.ts';

describe('originals', () => {
  let app: TestApp;
  let librarian: Visitor;
  let guest: Visitor;
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));
  let address = '';
  const tag = `"${createHash('sha256').update(bytes).digest('hex')}"`;

  /** A file in a published record; `mediaType` as the pipeline would have found it. */
  async function published(content: Uint8Array, name: string, licence: string, scope: string, mediaType = 'application/octet-stream'): Promise<string> {
    const outcome = await upload(librarian, content, { filename: name, licence, scope });
    expect(outcome.state, JSON.stringify(outcome)).to.equal('accepted');
    const moved = await librarian.post(`/api/records/${outcome.recordId}/publish`, { version: 1 });
    expect(moved.status, moved.text).to.equal(200);
    await app.storage.metadata.queries.updateTable('files').set({ media_type: mediaType }).where('id', '=', outcome.fileId).execute();
    return `/api/files/${outcome.fileId}/original`;
  }

  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await fetch(app.url + path, { method, headers });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    guest = app.visitor();
    address = await published(bytes, 'Truyện Kiều “bản đẹp”.pdf', 'CC-BY-4.0', 'public', 'application/pdf');
  });
  after(() => app.close());

  it('come back whole, byte for byte, with their length, their tag and their name in every alphabet', async () => {
    const answer = await ask(address);
    expect(answer.status).to.equal(200);
    expect(answer.bytes.equals(bytes)).to.equal(true);
    expect(answer.headers.get('content-length')).to.equal('1000');
    expect(answer.headers.get('accept-ranges')).to.equal('bytes');
    expect(answer.headers.get('etag')).to.equal(tag);
    const disposition = answer.headers.get('content-disposition')!;
    expect(disposition).to.match(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''/);
    expect(decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(disposition)![1]!)).to.equal('Truyện Kiều “bản đẹp”.pdf');
    expect(disposition).to.contain('filename="Truyen Kieu _ban dep_.pdf"');
  });

  it('one range is answered as RFC 9110 has it; what cannot be read as one sends the whole', async () => {
    const ranges: [string, number, number][] = [
      ['bytes=0-0', 0, 0],
      ['bytes=10-19', 10, 19],
      ['bytes=990-', 990, 999],
      ['bytes=990-5000', 990, 999],
      ['bytes=-1', 999, 999],
      ['bytes=-5000', 0, 999],
    ];
    for (const [range, start, end] of ranges) {
      const answer = await ask(address, { range });
      expect(answer.status, range).to.equal(206);
      expect(answer.headers.get('content-range'), range).to.equal(`bytes ${start}-${end}/1000`);
      expect(answer.headers.get('content-length'), range).to.equal(String(end - start + 1));
      expect(answer.bytes.equals(bytes.subarray(start, end + 1)), range).to.equal(true);
    }
    for (const range of ['bytes=1000-', 'bytes=5000-6000', 'bytes=-0']) {
      const answer = await ask(address, { range });
      expect(answer.status, range).to.equal(416);
      expect(answer.headers.get('content-range'), range).to.equal('bytes */1000');
      expect(JSON.parse(answer.bytes.toString()), range).to.include({ code: 'range-not-satisfiable' });
      expect(answer.headers.get('etag'), 'the tag of the file is not that of the problem').to.not.equal(tag);
    }
    for (const range of ['bytes=5-2', 'bytes=a-b', 'bytes=-', 'pages=1-2', 'bytes=0-1,5-6']) {
      const answer = await ask(address, { range });
      expect([answer.status, answer.bytes.length], range).to.deep.equal([200, 1000]);
    }
  });

  it('a range of something that changed sends the whole; the same again sends nothing', async () => {
    expect((await ask(address, { range: 'bytes=0-9', 'if-range': tag })).status).to.equal(206);
    for (const stale of ['"other"', `W/${tag}`, new Date().toUTCString()]) expect((await ask(address, { range: 'bytes=0-9', 'if-range': stale })).status, stale).to.equal(200);
    for (const known of [tag, `"x", ${tag}`, '*', `W/${tag}`]) {
      const answer = await ask(address, { 'if-none-match': known, 'cache-control': 'max-age=0' }); // else fetch itself asks for a fresh one
      expect([answer.status, answer.bytes.length], known).to.deep.equal([304, 0]);
      expect(answer.headers.get('etag')).to.equal(tag);
    }
    expect((await ask(address, { 'if-none-match': '"other"', 'cache-control': 'max-age=0' })).status).to.equal(200);
  });

  it('HEAD tells of the whole and of a range without sending either', async () => {
    const whole = await ask(address, {}, 'HEAD');
    expect([whole.status, whole.headers.get('content-length'), whole.bytes.length]).to.deep.equal([200, '1000', 0]);
    const part = await ask(address, { range: 'bytes=0-9' }, 'HEAD');
    expect([part.status, part.headers.get('content-length'), part.bytes.length]).to.deep.equal([206, '10', 0]);
  });

  it('books for reader apps keep their type, and are saved whatever is asked', async () => {
    const book = await published(randomBytes(21), 'a.epub', 'CC-BY-4.0', 'public', 'application/epub+zip');
    for (const query of ['', '?inline=1']) {
      const answer = await ask(book + query);
      expect(answer.headers.get('content-type')).to.equal('application/epub+zip');
      expect(answer.headers.get('content-disposition')).to.match(/^attachment; /);
    }
  });

  it('only what cannot run is shown in place; HTML, SVG and the rest are saved, whatever is asked', async () => {
    const shown = await ask(`${address}?inline=1`);
    expect(shown.headers.get('content-type')).to.equal('application/pdf');
    expect(shown.headers.get('content-disposition')).to.match(/^inline; /);
    for (const [type, name] of [
      ['text/html', 'a.html'],
      ['image/svg+xml', 'a.svg'],
      ['application/xhtml+xml', 'a.xhtml'],
      ['text/xml', 'a.xml'],
      ['application/javascript', 'a.js'],
      ['application/zip', 'a.zip'],
    ] as const) {
      const unsafe = await published(randomBytes(20), name, 'CC-BY-4.0', 'public', type);
      for (const query of ['', '?inline=1']) {
        const answer = await ask(unsafe + query);
        expect(answer.headers.get('content-type'), type).to.equal('application/octet-stream');
        expect(answer.headers.get('content-disposition'), type).to.match(/^attachment; /);
        expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
        expect(answer.headers.get('content-security-policy')).to.match(/default-src 'none'.*sandbox/);
      }
    }
  });

  it('no reader takes away what the licence keeps; its makers and the library do', async () => {
    const pupil = await app.as('pupil');
    const teacher = await app.as('teacher');
    for (const [licence, scope] of [
      ['ARR', 'school'],
      ['VN-25-GD', 'class'],
    ] as const) {
      const kept = await published(randomBytes(20), `${licence}.pdf`, licence, scope);
      for (const reader of [pupil, teacher]) {
        expect((await reader.get(kept)).body, licence).to.include({ status: 403, code: 'download-not-licensed' });
        expect((await reader.get(kept.replace('/original', ''))).body.abilities.download).to.equal(false);
      }
      expect((await guest.get(kept)).status).to.equal(404);
      expect((await librarian.get(kept)).status).to.equal(200);
    }
    const single = await published(randomBytes(20), 'tv.pdf', 'VN-25-TV', 'class');
    expect((await pupil.get(single)).status).to.equal(404);
    expect((await librarian.get(single)).status).to.equal(200);
  });

  it('a file taken out of its record is nowhere, and its bytes are kept', async () => {
    const path = await published(randomBytes(20), 'bỏ.pdf', 'CC-BY-4.0', 'public');
    const file = path.replace('/original', '');
    const { object_key } = await app.storage.metadata.queries.selectFrom('files').select('object_key').where('id', '=', file.slice(-36)).executeTakeFirstOrThrow();
    expect((await guest.ask('DELETE', file)).status).to.equal(401);
    expect((await librarian.ask('DELETE', file)).body).to.deep.equal({ ok: true });
    for (const at of [file, path, `${file}/book`, `${file}/pages`]) expect((await librarian.get(at)).status, at).to.equal(404);
    expect(await app.storage.objects.stat(object_key)).to.not.equal(null);
  });
});

describe('live progress', () => {
  let app: TestApp;
  let teacher: Visitor;
  let cookie = '';
  beforeEach(async () => {
    app = await openTestApp();
    teacher = await app.as('teacher');
    const session = await app.visitor().signIn('teacher', 'mat-khau-thu-nghiem');
    cookie = session.headers.getSetCookie()[0]!.split(';')[0]!;
  });
  afterEach(() => app.close());

  const streamOf = async (ids: string, headers: Record<string, string> = { cookie }) => {
    const leave = new AbortController();
    const response = await fetch(`${app.url}/api/ingest/events?files=${ids}`, { headers, signal: leave.signal });
    const events: { state: string; id: string }[] = [];
    let text = '';
    const ended = (async () => {
      for await (const chunk of response.body!) {
        text += Buffer.from(chunk).toString('utf8');
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          const block = text.slice(0, at);
          text = text.slice(at + 2);
          const data = /^event: file\ndata: (.*)$/.exec(block)?.[1];
          if (data) events.push(JSON.parse(data));
        }
      }
    })();
    return { response, events, ended, leave: () => leave.abort() };
  };

  it('tells of a file from waiting to its end, only to who may see it, and ends with the server', async () => {
    const own = await upload(teacher, Buffer.from('Ngày xửa ngày xưa.\n'), { filename: 'truyện.txt' });
    const other = await upload(await app.as('librarian'), Buffer.from('Bí mật.\n'), { filename: 'kín.txt' });
    const stream = await streamOf(`${own.fileId},${other.fileId},nonsense`);
    expect(stream.response.status).to.equal(200);
    expect(stream.response.headers.get('content-type')).to.match(/^text\/event-stream/);
    await until('the first view', () => stream.events.length > 0);
    expect(stream.events[0]).to.include({ id: own.fileId, state: 'waiting' });
    app.work();
    await until('the last view', () => stream.events.at(-1)!.state === 'ready' && stream.events.at(-1), 20);
    expect(stream.events.at(-1)).to.deep.include({ pageCount: 1, readablePages: 1, textPages: 1 });
    expect(new Set(stream.events.map((event) => event.id))).to.deep.equal(new Set([own.fileId]));
    app.app.close();
    await stream.ended;
  });

  it('guests have no stream, and a page that is closed leaves none behind', async () => {
    const own = await upload(teacher, Buffer.from('một\n'), { filename: 'a.txt' });
    const refused = await app.visitor().get(`/api/ingest/events?files=${own.fileId}`);
    expect(refused.body).to.include({ status: 401, code: 'not-signed-in' });
    const stream = await streamOf(own.fileId);
    await until('a view', () => stream.events.length > 0);
    stream.leave();
    await stream.ended.catch(() => {});
    const statements = () => app.storage.metadata.statements();
    // Nobody watches, so nobody looks: the count stands still over more than two looks.
    await until('the watching ends', async () => {
      const before = statements();
      await new Promise((resolve) => setTimeout(resolve, 1100));
      return statements() === before;
    });
  });
});
