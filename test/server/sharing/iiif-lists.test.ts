import { normalize, Traverse } from '@iiif/parser';
import { expect } from 'chai';
import { fillHarvestItems } from '../../../server/catalogue/harvest-filling.ts';
import { changesCollection, changesPage, stretchOf } from '../../../server/sharing/iiif-changes.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { schoolOf, shelve, stock } from '../catalogue/shelf.ts';

const publicUrl = 'https://thuvien.example';

interface Reference {
  id: string;
  type: string;
  label: Record<string, string[]>;
}
interface Activity {
  type: 'Create' | 'Update' | 'Delete';
  object: { id: string; type: string };
  endTime: string;
}
interface Page {
  id: string;
  type: string;
  next?: { id: string };
  prev?: { id: string };
  orderedItems: Activity[];
}

describe('IIIF: collections and changes', () => {
  let app: TestApp;
  let librarian: Visitor;
  const books: Record<string, { id: string; fileId: string }> = {};
  before(async () => {
    app = await openTestApp({ environment: { PUBLIC_URL: publicUrl } });
    librarian = await app.as('librarian');
    const school_id = schoolOf(librarian);
    const add = async (title: string, row: object, pages: string[] = ['trang một']): Promise<void> => void (books[title] = await shelve(app, { school_id, title, ...row }, pages));
    await add('Tắt đèn', { description: { subjects: ['NGU_VAN'], grades: ['8'], resourceType: 'TRUYEN', languages: ['vi'] } });
    await add('Toán 6', { description: { subjects: ['TOAN'], grades: ['6'], resourceType: 'SGK' } });
    await add('Trong trường', { scope: 'school', description: { subjects: ['TIN_HOC'], grades: ['7'] } });
    await add('Chỉ có mô tả', { description: { subjects: ['GDCD'], grades: ['9'] } }, []);
    await fillHarvestItems(app.storage.metadata);
  });
  after(() => app.close());

  const get = async (address: string, who = app.visitor()) => {
    const answer = await who.get(address.replace(publicUrl, ''));
    expect(answer.status, `${address}: ${answer.text}`).to.equal(200);
    expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
    return { ...(answer.body as unknown as object), type: answer.headers.get('content-type')! } as never;
  };
  const collection = async (path: string, who?: Visitor) => {
    const answer = await (who ?? app.visitor()).get(path.replace(publicUrl, ''));
    expect(answer.status, answer.text).to.equal(200);
    expect(answer.headers.get('content-type')).to.equal('application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"');
    expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
    return answer.body as { id: string; type: string; label: Record<string, string[]>; items: Reference[] };
  };

  it('are read by @iiif/parser, each under its own address', async () => {
    for (const path of ['top', 'subject', 'grade', 'type', 'all', 'subject/NGU_VAN', 'grade/6', 'type/SGK']) {
      const body = await collection(`/iiif/collection/${path}`);
      expect(body.id).to.equal(`${publicUrl}/iiif/collection/${path}`);
      const seen: string[] = [];
      new Traverse({ collection: [(resource: { id?: string }) => void seen.push(resource.id!)], manifest: [(resource: { id?: string }) => void seen.push(resource.id!)] }).traverseCollection(structuredClone(body) as never);
      expect(seen, path).to.include.members([body.id, ...body.items.map(({ id }) => id)]);
      const { entities } = normalize(structuredClone(body));
      expect(Object.keys(entities.Collection!), path).to.include(body.id);
    }
  });

  it('lead from the top to every book that a guest may look at, and to nothing else, whoever asks', async () => {
    const walk = async (address: string, who?: Visitor): Promise<string[]> => {
      const { items } = await collection(address, who);
      return (await Promise.all(items.map((item) => (item.type === 'Collection' ? walk(item.id, who) : [item.id])))).flat();
    };
    const manifests = ['Tắt đèn', 'Toán 6'].map((title) => `${publicUrl}/iiif/${books[title]!.fileId}/manifest`);
    for (const who of [undefined, librarian]) expect(new Set(await walk('/iiif/collection/top', who))).to.eql(new Set(manifests));
    expect((await collection('/iiif/collection/subject')).items.map(({ label }) => label['vi']![0])).to.have.members(['Toán', 'Ngữ văn']);
    const [book] = (await collection('/iiif/collection/subject/NGU_VAN')).items;
    expect(book).to.deep.include({ id: manifests[0], type: 'Manifest', label: { none: ['Tắt đèn'] } });
    expect((await app.visitor().get(book!.id.replace(publicUrl, ''))).status).to.equal(200);
    for (const path of ['x', 'subject/NONE', 'x/TOAN', 'all?after=x', 'subject/TOAN?after=%00']) expect((await app.visitor().get(`/iiif/collection/${path}`)).status, path).to.equal(404);
  });

  it('a long one leads on, and tells every book once', async () => {
    await stock(app, 150, (n) => ({ row: { school_id: schoolOf(librarian), title: `Sách ${n}`, description: { subjects: ['CONG_NGHE'] } }, pages: ['trang'] }));
    await app.storage.metadata.queries.deleteFrom('settings').where('key', '=', 'harvest-items-filled').execute();
    await fillHarvestItems(app.storage.metadata);
    const told: string[] = [];
    let visits = 0;
    for (let address: string | undefined = '/iiif/collection/subject/CONG_NGHE'; address; visits++) {
      const { items }: { items: Reference[] } = await collection(address);
      told.push(...items.filter(({ type }) => type === 'Manifest').map(({ id }) => id));
      address = items.find(({ type }) => type === 'Collection')?.id;
    }
    expect([visits, told.length, new Set(told).size]).to.eql([2, 150, 150]);
  });

  /** From the end to the beginning, as the specification has it (Change Discovery 1.0, section 4). */
  async function changes(size: number, now = new Date(Date.now() + 60_000)): Promise<Activity[][]> {
    const parts = { metadata: app.storage.metadata, publicUrl };
    const { last } = await changesCollection(parts, size, now);
    const pages: Activity[][] = [];
    for (let address: string | undefined = last.id, before: string | undefined; address; ) {
      const page = (await changesPage(parts, stretchOf(address.split('/page/')[1]!)!, size, now)) as Page;
      expect(page.id).to.equal(address);
      expect(page.next?.id, 'the page after is the one that led here').to.equal(before);
      expect(page.prev === undefined).to.equal(/\/page\/(start~|empty)/.test(address));
      pages.unshift(page.orderedItems);
      before = address;
      address = page.prev?.id;
    }
    return pages;
  }

  async function forward(size: number, now = new Date(Date.now() + 60_000)): Promise<Activity[]> {
    const parts = { metadata: app.storage.metadata, publicUrl };
    const told: Activity[] = [];
    for (let address: string | undefined = (await changesCollection(parts, size, now)).first.id; address; ) {
      const page = (await changesPage(parts, stretchOf(address.split('/page/')[1]!)!, size, now)) as Page;
      told.push(...page.orderedItems);
      address = page.next?.id;
    }
    return told;
  }

  it('changes are told in the order of time, page by page from the end, each book once', async () => {
    const whole = (await changes(1_000)).flat();
    for (const size of [10, 51, 152]) {
      const pages = await changes(size);
      expect(pages.flat()).to.eql(whole);
      expect(pages.length).to.equal(Math.ceil(152 / size));
      expect(await forward(size)).to.eql(whole);
    }
    expect(whole.map(({ object }) => object.id)).to.have.length(152);
    expect(whole.map(({ endTime }) => endTime)).to.eql(whole.map(({ endTime }) => endTime).sort());
    expect(whole.map(({ object }) => object.id)).to.not.include(`${publicUrl}/iiif/${books['Trong trường']!.fileId}/manifest`);
  });

  it('tell what was published, what was changed and what has gone, and nothing before its time has come', async () => {
    const { queries } = app.storage.metadata;
    const manifest = (title: string): string => `${publicUrl}/iiif/${books[title]!.fileId}/manifest`;
    const { body } = await librarian.get(`/api/records/${books['Toán 6']!.id}`);
    expect((await librarian.post(`/api/records/${body.id}/withdraw`, { version: body.version, reason: 'thử' })).status).to.equal(200);
    const other = await librarian.get(`/api/records/${books['Tắt đèn']!.id}`);
    expect((await librarian.ask('PATCH', `/api/records/${other.body.id}`, { version: other.body.version, description: { abstract: 'Truyện' } })).status).to.equal(200);
    const drafted = await shelve(app, { school_id: schoolOf(librarian), state: 'draft', title: 'Mới' }, ['trang']);
    books['Mới'] = drafted;
    const draft = await librarian.get(`/api/records/${drafted.id}`);
    expect((await librarian.post(`/api/records/${drafted.id}/publish`, { version: draft.body.version })).status).to.equal(200);
    const types = new Map((await changes(50)).flat().map(({ object, type }) => [object.id, type]));
    expect([types.get(manifest('Toán 6')), types.get(manifest('Tắt đèn')), types.get(manifest('Mới'))]).to.eql(['Delete', 'Update', 'Create']);
    expect((await changes(50, new Date())).flat().map(({ object }) => object.id)).to.not.include(manifest('Mới'));
    // Its file is taken away, the record stays.
    await queries.updateTable('files').set({ removed_at: new Date().toISOString() }).where('id', '=', drafted.fileId).execute();
    expect(new Map((await changes(50)).flat().map(({ object, type }) => [object.id, type])).get(manifest('Mới'))).to.equal('Delete');
  });

  it('over HTTP they begin at their collection', async () => {
    const start = (await get('/iiif/activity/collection')) as { '@context': string; first: Reference; last: Reference; type: string };
    expect(start.type).to.equal('application/ld+json;profile="http://iiif.io/api/discovery/1/context.json"');
    expect(start['@context']).to.equal('http://iiif.io/api/discovery/1/context.json');
    const page = (await app.visitor().get(start.last.id.replace(publicUrl, ''))).body as unknown as Page;
    expect(page).to.deep.include({ id: start.last.id, type: 'OrderedCollectionPage', partOf: { id: `${publicUrl}/iiif/activity/collection`, type: 'OrderedCollection' } });
    for (const name of ['x', 'start~', 'start~x', '~2026-11-25T00:00:00Z_01890000-0000-7000-8000-000000000000', '2026_x', '%00']) expect((await app.visitor().get(`/iiif/activity/page/${name}`)).status, name).to.be.oneOf([400, 404]);
  });
});
