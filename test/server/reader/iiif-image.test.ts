import { expect } from 'chai';
import { Refusal } from '../../../server/errors.ts';
import { imageDescription, maxArea, maxAreaOf, parseImageRequest } from '../../../server/reader/iiif-image.ts';

const page = { width: 1000, height: 1500 };
const ask = (path: string, image = page) => {
  const [region, size, rotation, name] = path.split('/') as [string, string, string, string];
  const [quality, format] = name.split('.') as [string, string];
  return parseImageRequest({ region, size, rotation, quality, format }, image);
};
const region = (value: string) => Object.values(ask(`${value}/max/0/default.jpg`).region);
const size = (value: string, within = 'full') => Object.values(ask(`${within}/${value}/0/default.jpg`).size);

describe('an image request (IIIF Image API 3.0 §4)', () => {
  it('cuts regions: full, square, pixels, per cent, and what reaches beyond the edge', () => {
    expect(region('full')).to.eql([0, 0, 1000, 1500]);
    expect(region('square')).to.eql([0, 250, 1000, 1000]);
    expect(region('10,20,300,400')).to.eql([10, 20, 300, 400]);
    expect(region('pct:50,50,25,10')).to.eql([500, 750, 250, 150]);
    expect(region('pct:41.6,7.5,40,70.1')).to.eql([416, 113, 400, 1052]);
    expect(region('900,1400,300,400')).to.eql([900, 1400, 100, 100]);
  });

  it('scales: max, w, ,h pct w,h !w,h', () => {
    expect(size('max')).to.eql([1000, 1500]);
    expect(size('500,')).to.eql([500, 750]);
    expect(size(',300')).to.eql([200, 300]);
    expect(size('pct:10')).to.eql([100, 150]);
    expect(size('300,300')).to.eql([300, 300]);
    expect(size('!300,300')).to.eql([200, 300]);
    expect(size('!5000,5000')).to.eql([1000, 1500]);
  });

  it('enlarges only when asked with ^', () => {
    expect(size('^2000,')).to.eql([2000, 3000]);
    expect(size('^,3000')).to.eql([2000, 3000]);
    expect(size('^pct:200')).to.eql([2000, 3000]);
    expect(size('^2000,10')).to.eql([2000, 10]);
    expect(size('^!3000,3000')).to.eql([2000, 3000]);
    const [width, height] = size('^max') as [number, number];
    expect(width * height)
      .to.be.at.most(maxAreaOf(page))
      .and.above(maxAreaOf(page) * 0.99);
    expect(() => size('^6000,'), 'what only costs time').to.throw(Refusal, 'image-request-invalid');
    for (const refused of ['1001,', ',1501', 'pct:101', '1001,10', '10,1501']) {
      expect(() => size(refused), refused).to.throw(Refusal, 'image-request-invalid');
    }
  });

  it('never answers more than the limits of info.json', () => {
    const poster = { width: 10_000, height: 12_000 };
    const max = ask('full/max/0/default.jpg', poster);
    expect(max.size.width * max.size.height).to.be.at.most(maxArea);
    expect(max.untouched).to.equal(false);
    expect(max.size.width / max.size.height).to.be.closeTo(10 / 12, 0.001);
    expect(() => ask('full/9000,/0/default.jpg', poster)).to.throw(Refusal);
    expect(() => ask('full/^100000,100/0/default.jpg')).to.throw(Refusal);
    expect(ask('full/^!999999999,999999999/0/default.jpg').size.height).to.be.at.most(16_000);
  });

  it('keeps a pixel of a strip that scales to nothing', () => {
    expect(Object.values(ask('0,0,1000,1/10,/0/default.jpg').size)).to.eql([10, 1]);
  });

  it('turns by quarters and mirrors', () => {
    expect(ask('full/max/270/default.jpg')).to.include({ rotation: 270, mirror: false });
    expect(ask('full/max/!90/default.jpg')).to.include({ rotation: 90, mirror: true });
    expect(ask('full/max/360/default.jpg')).to.include({ rotation: 0, untouched: true });
    expect(ask('full/max/180.0/default.jpg')).to.include({ rotation: 180 });
  });

  it('refuses what the grammar does not have, naming the part', () => {
    const refused: Record<string, string[]> = {
      region: [
        '',
        'fulll',
        '1,2,3',
        '1,2,3,0',
        '0,0,0,10',
        '1000,0,10,10',
        '0,1500,1,1',
        '-1,0,10,10',
        '1.5,0,10,10',
        'pct:0,0,0,0',
        'pct:100,0,10,10',
        'pct:a,b,c,d',
        '1e2,0,5,5',
      ],
      size: [
        '',
        ',',
        'full',
        '0,',
        ',0',
        '0,0',
        '-5,',
        'pct:0',
        'pct:',
        '!10,',
        '!,10',
        '!0,5',
        '^',
        '^^10,',
        '1.5,',
        'max,',
        'NaN,',
      ],
      rotation: ['', '45', '-90', '361', '450', '90.5', '!', '!!90', 'abc', '9e1'],
      quality: ['', 'native', 'grey', 'Default'],
      format: ['', 'gif', 'tif', 'jpeg', 'JPG'],
    };
    const good: Record<string, string> = {
      region: 'full',
      size: 'max',
      rotation: '0',
      quality: 'default',
      format: 'jpg',
    };
    for (const [part, values] of Object.entries(refused)) {
      for (const value of values) {
        const address = { ...good, [part]: value } as unknown as Parameters<typeof parseImageRequest>[0];
        try {
          parseImageRequest(address, page);
          expect.fail(`${part} ${JSON.stringify(value)} was taken`);
        } catch (error) {
          expect(error, `${part} ${value}: ${String(error)}`).to.be.instanceOf(Refusal);
          expect((error as Refusal).params).to.eql({ part, value });
        }
      }
    }
  });

  it('has one canonical spelling (§4.7)', () => {
    expect(ask('0,0,1000,1500/1000,1500/360/color.jpg').canonical).to.equal('full/max/0/default.jpg');
    expect(ask('pct:0,0,50,50/250,/!90/gray.webp').canonical).to.equal('0,0,500,750/250,375/!90/gray.webp');
    expect(ask('full/^2000,/0/default.png').canonical).to.equal('full/^2000,3000/0/default.png');
  });

  it('is described by an info.json whose tiles reach from the page to one tile', () => {
    const described = imageDescription('https://x/iiif/a/pages/1', page, null) as {
      tiles: { scaleFactors: number[] }[];
      sizes: unknown[];
    };
    expect(Object.keys(described)[0]).to.equal('@context');
    expect(described.tiles[0]!.scaleFactors).to.eql([1, 2, 4]);
    expect(described.sizes).to.eql([
      { width: 200, height: 300 },
      { width: 480, height: 720 },
      { width: 600, height: 900 },
    ]);
    expect(described).not.to.have.property('rights');
  });
});
