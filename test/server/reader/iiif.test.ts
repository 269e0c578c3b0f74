import { Traverse, normalize, serialize, serializeConfigPresentation3 } from '@iiif/parser';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import request from 'supertest';
import { guest } from '../../../server/access/actor.ts';
import { decodes } from '../../../server/reader/image-request.ts';
import { person, quarters, readingLibrary, type ReadingLibrary } from './reading-library.ts';

/** The colours of the four corners, from top left by rows: R, G, B, W or K. */
async function corners(bytes: Buffer): Promise<string> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): string => {
    const [r, g, b] = data
      .subarray((y * info.width + x) * info.channels)
      .map((value) => (value > 127 ? 1 : 0)) as unknown as [number, number, number];
    return r && g && b ? 'W' : r ? 'R' : g ? 'G' : b ? 'B' : 'K';
  };
  return at(1, 1) + at(info.width - 2, 1) + at(1, info.height - 2) + at(info.width - 2, info.height - 2);
}

describe('IIIF', () => {
  let library: ReadingLibrary;
  let kieu: { fileId: string; recordId: string };
  let page: Buffer;
  const get = (path: string) => request(library.app).get(`/iiif/${path}`);
  const image = (rest: string) => get(`${kieu.fileId}/pages/1/${rest}`).buffer(true);

  before(async () => {
    library = await readingLibrary();
    page = await quarters(800, 1200);
    kieu = await library.add(
      {
        description: {
          subtitle: 'Đoạn trường tân thanh',
          agents: [{ name: 'Nguyễn Du', role: 'aut', dates: '1765-1820' }],
          year: '1820',
          subjects: ['NGU_VAN'],
          languages: ['vi'],
          abstract: 'Truyện thơ.',
          keywords: ['truyện thơ', 'lục bát'],
        },
      },
      {
        contents_json: JSON.stringify([
          { title: 'Phần một', page: 1, depth: 0 },
          { title: 'Gặp gỡ', page: 2, depth: 1 },
          { title: 'Chưa quét', page: 4, depth: 0 },
        ]),
      },
      [
        { label: 'i', lines: ['Trăm năm trong cõi người ta'], image: page },
        { lines: ['Trăm điều'] },
        { image: await quarters(800, 1200, 'png'), imageType: 'image/png' },
        { image: null },
      ],
    );
  });
  after(() => library.end());
  beforeEach(() => library.as(guest()));

  describe('images (Image API 3.0)', () => {
    it('describe themselves, and the bare address leads there', async () => {
      const { body, headers } = await image('info.json').expect(200);
      expect(headers['content-type']).to.equal('application/ld+json;profile="http://iiif.io/api/image/3/context.json"');
      expect(body).to.include({
        type: 'ImageService3',
        protocol: 'http://iiif.io/api/image',
        profile: 'level2',
        width: 800,
        height: 1200,
      });
      expect(body.id).to.equal(`${library.address}/iiif/${kieu.fileId}/pages/1`);
      expect(body.rights).to.equal('http://creativecommons.org/publicdomain/mark/1.0/');
      const plain = await image('info.json').set('accept', 'application/json').expect(200);
      expect(plain.headers['content-type']).to.equal('application/json');
      const bare = await get(`${kieu.fileId}/pages/1`).expect(303);
      expect(bare.headers['location']).to.equal(`${body.id}/info.json`);
    });

    it('send the stored bytes of a whole page without decoding', async () => {
      const before = decodes();
      expect((await image('full/max/0/default.jpg').expect('content-type', 'image/jpeg')).body).to.eql(page);
      expect((await image('0,0,800,1200/800,/0/color.jpg')).body).to.eql(page);
      const png = await get(`${kieu.fileId}/pages/3/full/max/0/default.png`)
        .expect('content-type', 'image/png')
        .expect(200);
      expect(await corners(png.body)).to.equal('RGBW');
      expect(decodes()).to.equal(before);
    });

    it('are cut, scaled, mirrored and then turned', async () => {
      const cases: [path: string, width: number, height: number, colours: string][] = [
        ['full/400,/0/default.jpg', 400, 600, 'RGBW'],
        ['full/!400,400/0/default.png', 267, 400, 'RGBW'],
        ['full/400,400/0/default.webp', 400, 400, 'RGBW'],
        ['full/^1600,/0/default.jpg', 1600, 2400, 'RGBW'],
        ['full/200,/90/default.jpg', 300, 200, 'BRWG'],
        ['full/200,/180/default.png', 200, 300, 'WBGR'],
        ['full/200,/270/default.webp', 300, 200, 'GWRB'],
        ['full/200,/!0/default.jpg', 200, 300, 'GRWB'],
        ['full/200,/!90/default.jpg', 300, 200, 'WGBR'],
        ['square/100,/0/default.jpg', 100, 100, 'RGBW'],
        ['400,0,400,600/max/0/default.jpg', 400, 600, 'GGGG'],
        ['pct:0,50,50,50/pct:50/0/default.jpg', 200, 300, 'BBBB'],
        ['400,600,512,900/100,/0/default.png', 100, 150, 'WWWW'],
        ['full/%5E900,/0/default.jpg', 900, 1350, 'RGBW'],
        ['full/300,/0/gray.png', 300, 450, 'KWKW'],
      ];
      for (const [path, width, height, colours] of cases) {
        const { body, headers } = await image(path).expect(200);
        const found = await sharp(body).metadata();
        expect([found.width, found.height], path).to.eql([width, height]);
        expect(headers['content-type'], path).to.equal(`image/${found.format}`);
        if (!path.includes('gray')) expect(await corners(body), path).to.equal(colours);
      }
    });

    it('come in gray and in black and white', async () => {
      const gray = await sharp((await image('full/200,/0/gray.png')).body).stats();
      expect(new Set(gray.channels.map((channel) => channel.mean)).size).to.equal(1);
      const two = (await image('full/200,/0/bitonal.png').expect(200)).body;
      const { data } = await sharp(two).greyscale().raw().toBuffer({ resolveWithObject: true });
      expect([...new Set(data)].sort()).to.eql([0, 255]);
    });

    it('decode once a request, and not at all for who has them or only asks for the head', async () => {
      const before = decodes();
      const first = await image('0,0,512,512/256,/0/default.jpg').expect(200);
      expect(decodes() - before).to.equal(1);
      await image('0,0,512,512/256,/0/default.jpg').set('if-none-match', first.headers['etag']!).expect(304);
      // Another spelling of the same request has the same canonical form and tag.
      await image('0,0,512,512/256,256/360/color.jpg').set('if-none-match', first.headers['etag']!).expect(304);
      await request(library.app).head(`/iiif/${kieu.fileId}/pages/1/0,0,512,512/128,/0/default.jpg`).expect(200);
      expect(decodes() - before).to.equal(1);
      expect(first.headers['link']).to.include(`/pages/1/0,0,512,512/256,256/0/default.jpg>;rel="canonical"`);
      const other = await image('0,0,512,512/128,/0/default.jpg');
      expect(other.headers['etag']).not.to.equal(first.headers['etag']);
    });

    it('many at once all arrive, and each is the right one', async () => {
      const rows = Array.from({ length: 12 }, (_, row) => row);
      const answers = await Promise.all(
        rows.map((row) => image(`0,${row * 100},400,100/100,/0/default.jpg`).expect(200)),
      );
      expect(await Promise.all(answers.map((answer) => corners(answer.body)))).to.eql(
        rows.map((row) => (row < 6 ? 'RRRR' : 'BBBB')),
      );
    });

    it('that cannot be read say so, and the next one is served', async () => {
      const { fileId } = await library.add({}, {}, [{}]);
      const [row] = await library.metadata.queries
        .selectFrom('pages')
        .selectAll()
        .where('file_id', '=', fileId)
        .execute();
      await library.objects.put(row!.image_key!, Buffer.from('not a picture'));
      const { body, headers } = await get(`${fileId}/pages/1/full/100,/0/default.jpg`).expect(422);
      expect(body.code).to.equal('image-damaged');
      expect(headers['etag'] ?? '', 'the tag of a picture on a problem').not.to.match(/^"/);
      await image('full/100,/0/default.jpg').expect(200);
    });

    it('refuse bad requests with 400 and the part, and pages that are not there with 404', async () => {
      for (const [path, part] of [
        ['9000,0,1,1/max/0/default.jpg', 'region'],
        ['full/full/0/default.jpg', 'size'],
        ['full/900,/0/default.jpg', 'size'],
        ['full/max/22.5/default.jpg', 'rotation'],
        ['full/max/0/native.jpg', 'quality'],
        ['full/max/0/default.gif', 'format'],
        ['full/max/0/default', 'format'],
      ]) {
        const { body } = await image(path!).expect(400);
        expect(body, path).to.deep.include({ code: 'image-request-invalid' });
        expect(body.params.part, path).to.equal(part);
      }
      await get(`${kieu.fileId}/pages/99/info.json`).expect(404);
      expect((await get(`${kieu.fileId}/pages/4/info.json`).expect(404)).body.code).to.equal('page-not-ready');
    });
  });

  describe('the manifest (Presentation 3.0)', () => {
    it('is accepted by @iiif/parser and survives its round trip', async () => {
      const { body, headers } = await get(`${kieu.fileId}/manifest`).expect(200);
      expect(headers['content-type']).to.equal(
        'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"',
      );
      const seen: string[] = [];
      const note = (kind: string) => (resource: { id?: string }) => void seen.push(`${kind} ${resource.id ?? ''}`);
      const traverse = new Traverse({
        manifest: [note('manifest')],
        canvas: [note('canvas')],
        range: [note('range')],
        annotation: [note('annotation')],
        service: [note('service')] as never,
        agent: [note('agent')],
      });
      traverse.traverseManifest(structuredClone(body));
      const count = (kind: string) => seen.filter((line) => line.startsWith(`${kind} `)).length;
      expect([count('manifest'), count('canvas'), count('annotation'), count('agent')]).to.eql([1, 3, 3, 1]);
      expect(count('range')).to.be.at.least(3);

      const { entities, resource } = normalize(structuredClone(body));
      expect(Object.keys(entities.Canvas!)).to.have.length(3);
      const again = serialize(
        { entities, mapping: Object.fromEntries(seen.map((line) => line.split(' ').reverse())), requests: {} } as never,
        resource as never,
        serializeConfigPresentation3,
      ) as { items: { id: string; width: number }[]; label: unknown };
      expect(again.label).to.eql(body.label);
      expect(again.items.map((canvas) => canvas.id)).to.eql(body.items.map((canvas: { id: string }) => canvas.id));
    });

    it('tells what the book is, whose it is, and under which licence', async () => {
      const { body } = await get(`${kieu.fileId}/manifest`).expect(200);
      expect(body).to.deep.include({
        id: `${library.address}/iiif/${kieu.fileId}/manifest`,
        type: 'Manifest',
        behavior: ['paged'],
        viewingDirection: 'left-to-right',
        label: { vi: ['Truyện Kiều: Đoạn trường tân thanh'] },
        summary: { vi: ['Truyện thơ.'] },
        rights: 'http://creativecommons.org/publicdomain/mark/1.0/',
      });
      expect(body['@context'].at(-1)).to.equal('http://iiif.io/api/presentation/3/context.json');
      expect(body.metadata).to.deep.include({
        label: { vi: ['Môn học'], en: ['Subject'] },
        value: { vi: ['Ngữ văn'], en: ['Literature'] },
      });
      expect(JSON.stringify(body.metadata)).to.include('Nguyễn Du (1765-1820)');
      expect(body.provider[0].label).to.eql({ none: ['Trường THU'] });
      expect(body.homepage[0].id).to.equal(`${library.address}/record/${kieu.recordId}`);
      expect(body.rendering[0]).to.include({
        id: `${library.address}/api/files/${kieu.fileId}/original`,
        format: 'application/pdf',
      });
      expect(body.items[0]).to.deep.include({ width: 800, height: 1200, label: { none: ['i'] } });
      expect(body.items[1].label).to.eql({ none: ['2'] });
      expect(body).not.to.have.property('logo');
    });

    it('has the contents as ranges that hold only pages that are there', async () => {
      const { structures } = (await get(`${kieu.fileId}/manifest`).expect(200)).body;
      const outline = (range: { type: string; id: string; label?: { vi: string[] }; items?: [] }): unknown =>
        range.type === 'Canvas' ? range.id.split('/').at(-1) : [range.label!.vi[0], ...range.items!.map(outline)];
      expect(structures.map(outline)).to.eql([['Truyện Kiều', ['Phần một', '1', ['Gặp gỡ', '2', '3']]]]);
    });

    it('names a licence without an address in words, and offers no original that may not be taken', async () => {
      const inner = await library.add({ licence: 'NOI_BO', scope: 'school' }, {}, [{}]);
      const teaching = await library.add({ licence: 'VN-25-GD', scope: 'class' }, {}, [{}]);
      library.as(person('pupil'));
      const { body } = await get(`${inner.fileId}/manifest`).expect(200);
      expect(body).not.to.have.property('rights');
      expect(body.requiredStatement.value).to.eql({ vi: ['Lưu hành nội bộ đơn vị'], en: ['Lưu hành nội bộ đơn vị'] });
      expect((await get(`${teaching.fileId}/manifest`).expect(200)).body).not.to.have.property('rendering');
    });

    it('costs three queries however many pages there are', async () => {
      const before = library.metadata.statements();
      await get(`${kieu.fileId}/manifest`).expect(200);
      expect(library.metadata.statements() - before).to.equal(3);
      await image('full/100,/0/default.jpg').expect(200);
      expect(library.metadata.statements() - before).to.equal(5);
    });

    it('leads to images and search that answer', async () => {
      const { body } = await get(`${kieu.fileId}/manifest`).expect(200);
      const path = (address: string) => address.slice(library.address.length);
      const painted = body.items[0].items[0].items[0];
      expect(painted).to.deep.include({ motivation: 'painting', target: body.items[0].id });
      expect(painted.body.service[0]).to.include({ type: 'ImageService3', profile: 'level2' });
      await request(library.app).get(path(painted.body.id)).expect(200).expect('content-type', 'image/jpeg');
      const small = body.items[1].thumbnail[0];
      const found = await sharp(
        (await request(library.app).get(path(small.id)).buffer(true).expect(200)).body,
      ).metadata();
      expect([found.width, found.height]).to.eql([small.width, small.height]);
      expect(body.service[0].type).to.equal('SearchService2');
      await request(library.app)
        .get(`${path(body.service[0].id)}?q=tram`)
        .expect(200);
    });
  });

  it('content search (2.0) answers annotations on the canvases, with the words’ place', async () => {
    const { body, headers } = await get(`${kieu.fileId}/search?q=tr%C4%83m%20n%C4%83m&motivation=painting`).expect(200);
    expect(headers['content-type']).to.equal('application/ld+json;profile="http://iiif.io/api/search/2/context.json"');
    expect(body).to.deep.include({
      '@context': 'http://iiif.io/api/search/2/context.json',
      type: 'AnnotationPage',
      ignored: ['motivation'],
    });
    expect(body.items).to.have.length(1);
    expect(body.items[0]).to.deep.include({
      type: 'Annotation',
      motivation: 'highlighting',
      target: `${library.address}/iiif/${kieu.fileId}/canvas/1#xywh=40,40,220,40`,
      body: { type: 'TextualBody', value: 'Trăm năm', format: 'text/plain' },
    });
    expect((await get(`${kieu.fileId}/search`).expect(200)).body.items).to.eql([]);
  });

  it('autocomplete (content search 2.0) completes what is typed by words of the book, and each leads to its places', async () => {
    const terms = async (q: string) => (await get(`${kieu.fileId}/autocomplete?q=${encodeURIComponent(q)}`).expect(200)).body;
    const { body: manifest } = await get(`${kieu.fileId}/manifest`);
    expect(manifest.service[0].service).to.eql([{ id: `${library.address}/iiif/${kieu.fileId}/autocomplete`, type: 'AutoCompleteService2' }]);
    const found = await terms('tra');
    expect(found).to.deep.include({ '@context': 'http://iiif.io/api/search/2/context.json', type: 'TermPage' });
    expect(found.items.map(({ value, total }: { value: string; total: number }) => [value, total])).to.eql([['trăm', 2]]);
    expect((await terms('tram n')).items.map(({ value }: { value: string }) => value)).to.eql(['trăm năm']);
    const [{ service }] = (await terms('Trăm Đ')).items;
    expect(service[0].type).to.equal('SearchService2');
    const led = await request(library.app).get(service[0].id.replace(library.address, '')).expect(200);
    expect(led.body.items).to.have.length(1);
    for (const q of ['', ' ', '"', 'zzz', 'a b c d e f g h']) expect((await terms(q)).items, q).to.eql([]);
    expect((await get(`${kieu.fileId}/autocomplete?q=tra&min=2`)).body.items).to.have.length(1);
    expect((await get(`${kieu.fileId}/autocomplete?q=tra&min=3`)).body.items).to.eql([]);
    expect((await get(`${kieu.fileId}/autocomplete?q=tra&min=x&user=y`)).body.ignored).to.eql(['min', 'user']);
  });

  describe('who may see', () => {
    const paths = [
      'manifest',
      'autocomplete?q=a',
      'search?q=a',
      'pages/1',
      'pages/1/info.json',
      'pages/1/full/max/0/default.jpg',
      'pages/1/bad/max/0/default.jpg',
      'pages/77/info.json',
    ];

    it('other sites may show what is public', async () => {
      for (const path of paths) {
        const { headers } = await get(`${kieu.fileId}/${path}`);
        expect(headers['access-control-allow-origin'], path).to.equal('*');
      }
      // The cover of a card, and what oEmbed names as thumbnail.
      const cover = `/api/files/${kieu.fileId}/pages/1/thumbnail`;
      expect((await request(library.app).get(cover).expect(200)).headers['cross-origin-resource-policy']).to.equal('cross-origin');
    });

    it('a guest gets 401 for what is not public, the same as for what does not exist', async () => {
      const hidden = await library.add({ scope: 'school' }, {}, [{}]);
      const draft = await library.add({ state: 'draft' }, {}, [{}]);
      const answers = new Set<string>();
      for (const id of [hidden.fileId, draft.fileId, randomUUID(), 'no-such-thing']) {
        for (const path of paths) {
          const { body, headers } = await get(`${id}/${path}`).expect(401);
          expect(headers).not.to.have.property('access-control-allow-origin');
          answers.add(JSON.stringify({ ...body, instance: '' }));
        }
      }
      expect(answers.size).to.equal(1);
    });

    it('people of the school see what is for the school, without opening it to other sites', async () => {
      const hidden = await library.add({ scope: 'school' }, {}, [{ lines: ['a'] }]);
      library.as(person('pupil'));
      const { headers } = await get(`${hidden.fileId}/pages/1/full/100,/0/default.jpg`).expect(200);
      expect(headers).not.to.have.property('access-control-allow-origin');
      expect(headers['cache-control']).to.match(/^private/);
      await get(`${randomUUID()}/manifest`).expect(404);
    });
  });
});
