import { expect } from 'chai';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import yazl from 'yazl';
import { imageDescription, parseImageRequest } from '../../../server/reader/iiif-image.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { upload } from '../files/tus-client.ts';

describe('pictures that are something else', () => {
  let app: TestApp;
  let teacher: Visitor;
  before(async () => {
    app = await openTestApp();
    teacher = await app.as('teacher');
    app.work();
  });
  after(() => app.close());

  it('an SVG that calls itself a JPEG is not drawn: it could name files and never end', async () => {
    const svg = (inside: string) => Buffer.from(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="80" height="100">${inside}</svg>`);
    const zip = new yazl.ZipFile();
    zip.addBuffer(await sharp({ create: { width: 80, height: 100, channels: 3, background: '#fff' } }).jpeg().toBuffer(), '1.jpg');
    zip.addBuffer(svg('<rect width="50" height="50" fill="red"/>'), '2.jpg');
    zip.addBuffer(svg('<image href="file:///etc/hostname" width="80" height="100"/>'), '3.png');
    zip.end();
    const { fileId } = await upload(teacher, await buffer(zip.outputStream as unknown as NodeJS.ReadableStream), { filename: 'sách.zip' });
    await until('the book is read', async () => ['ready', 'failed'].includes((await teacher.get(`/api/files/${fileId}`)).body.state), 20);
    const { pages } = (await teacher.get(`/api/files/${fileId}/pages`)).body;
    expect(pages.map(({ code }: { code: string | null }) => code)).to.deep.equal([null, 'image-damaged', 'image-damaged']);
  });

  it('no request makes a page much larger than it is: ten million pixels, or its own', () => {
    const page = { width: 874, height: 1240 };
    const ask = (size: string, image = page) => parseImageRequest({ region: 'full', size, rotation: '90', quality: 'default', format: 'png' }, image).size;
    for (const size of ['^6000,6000', '^16000,2500', '^4000,', '^pct:400']) expect(() => ask(size), size).to.throw('image-request-invalid');
    const largest = ask('^max');
    expect(largest.width * largest.height).to.be.within(9_900_000, 10_000_000);
    const [poster, map] = [{ width: 5000, height: 7000 }, { width: 20_000, height: 15_000 }];
    expect(ask('max', poster)).to.deep.equal(poster);
    for (const image of [page, poster, map]) {
      const told = imageDescription('x', image, null)['maxArea'] as number;
      for (const size of ['max', '^max', '^!16000,16000']) expect(ask(size, image).width * ask(size, image).height).to.be.at.most(told);
    }
  });
});
