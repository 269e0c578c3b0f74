import { expect } from 'chai';
import fc from 'fast-check';
import type { Leaf, Mode } from '../../../web/reader/book.ts';
import { anchorAt, frontPage, layoutOf, scrollTo, visible } from '../../../web/reader/layout.ts';
import { imageAddress, imageWidth } from '../../../web/reader/page-image.ts';
import { clampScroll, fitScale, marginOf, scaleLimits, scrollLimit, swipeOf } from '../../../web/reader/zoom.ts';

const pages = (count: number, width = 1000, height = 1500): Leaf[] =>
  Array.from({ length: count }, (_, at) => ({ index: at + 1, label: null, width, height, ready: true, hasText: true }));
const box = { width: 1200, height: 800 };

describe('sizes in the reader', () => {
  it('fit the whole page, its width, its height, or the pixels of the scan', () => {
    const content = { width: 1000, height: 2000 };
    expect(fitScale('whole', content, box, 1)).to.equal(0.4);
    expect(fitScale('width', content, box, 1)).to.equal(1.2);
    expect(fitScale('height', content, box, 1)).to.equal(0.4);
    expect(fitScale('pixels', content, box, 2)).to.equal(0.5);
    expect(marginOf({ width: 200, height: 900 }, box)).to.eql({ x: 500, y: 0 });
    expect(clampScroll({ x: -5, y: 900 }, scrollLimit({ width: 2000, height: 1000 }, box))).to.eql({ x: 0, y: 200 });
  });

  it('go from half the page to at least the pixels of the scan', () => {
    for (const ratio of [1, 2, 3]) {
      const limits = scaleLimits({ width: 1680, height: 2359 }, { width: 360, height: 640 }, ratio);
      expect(limits.most).to.be.at.least(4 / ratio);
      expect(limits.least).to.be.below(
        fitScale('whole', { width: 1680, height: 2359 }, { width: 360, height: 640 }, ratio),
      );
    }
  });

  it('place a whole opening inside the box, both pages of one height', () => {
    const two = [...pages(2), { ...pages(1, 500, 700)[0]!, index: 3 }];
    const layout = layoutOf(two, 'spread', 3, 'whole', 1, box, 1);
    expect(layout.places.map((place) => place.page)).to.eql([2, 3]);
    expect(layout.places[0]!.height).to.be.closeTo(layout.places[1]!.height, 0.01);
    expect(layout.places[1]!.x).to.be.closeTo(layout.places[0]!.x + layout.places[0]!.width, 0.01);
    expect([layout.width, layout.height]).to.eql([box.width, box.height]);
  });

  it('keep every page inside the paper, in every mode and at every zoom', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Mode>('single', 'spread', 'scroll'),
        fc.constantFrom('whole', 'width', 'height', 'pixels' as const),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 60, max: 3000 }),
        (mode, fit, zoom, page, side) => {
          const layout = layoutOf(pages(7), mode, page, fit as 'whole', zoom, { width: side, height: 700 }, 2);
          for (const place of layout.places) {
            expect(place.x).to.be.at.least(0);
            expect(place.x + place.width).to.be.at.most(layout.width + 0.01);
            expect(place.y + place.height).to.be.at.most(layout.height + 0.01);
          }
          expect(layout.scale).to.be.within(layout.limits.least, layout.limits.most);
        },
      ),
    );
  });

  it('put only the pages near the screen on it, however long the book', () => {
    const { places, height } = layoutOf(pages(1000), 'scroll', 1, 'width', 1, box, 1);
    expect(places).to.have.length(1000);
    expect(visible(places, height / 2, box.height, box.height).length).to.be.within(1, 4);
    expect(frontPage(places, places[499]!.y - 30, box.height)).to.equal(500);
    expect(frontPage([], 0, 800)).to.equal(null);
  });

  it('keep the spot under the pointer where it is through a zoom', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.integer({ min: 0, max: 1200 }),
        fc.integer({ min: 0, max: 800 }),
        (zoom, x, y) => {
          const before = layoutOf(pages(5), 'single', 3, 'width', 1, box, 1);
          const after = layoutOf(pages(5), 'single', 3, 'width', zoom, box, 1);
          const anchor = anchorAt(before.places, { x, y: y + 100 })!;
          const scroll = scrollTo(after.places, anchor, { x, y })!;
          const again = anchorAt(after.places, { x: scroll.x + x, y: scroll.y + y })!;
          expect(again.x).to.be.closeTo(anchor.x, 1e-6);
          expect(again.y).to.be.closeTo(anchor.y, 1e-6);
        },
      ),
    );
    expect(scrollTo([], { page: 1, x: 0, y: 0 }, { x: 0, y: 0 })).to.equal(null);
    expect(anchorAt([], { x: 0, y: 0 })).to.equal(null);
  });

  it('take a quick level move for a turn, and nothing else', () => {
    const from = { x: 200, y: 300 };
    expect(swipeOf(from, { x: 100, y: 310 }, 200)).to.equal(1);
    expect(swipeOf(from, { x: 300, y: 290 }, 200)).to.equal(-1);
    expect(swipeOf(from, { x: 180, y: 300 }, 200)).to.equal(null);
    expect(swipeOf(from, { x: 100, y: 400 }, 200)).to.equal(null);
    expect(swipeOf(from, { x: 100, y: 300 }, 900)).to.equal(null);
  });
});

describe('the image asked for', () => {
  it('is one of a few widths, enough for the screen, and never more than the scan', () => {
    expect(imageWidth(1680, 360, 1)).to.equal(600);
    expect(imageWidth(1680, 360, 2)).to.equal(1000);
    expect(imageWidth(1680, 700, 2)).to.equal(1600);
    expect(imageWidth(1680, 1680, 1)).to.equal(1600);
    expect(imageWidth(2400, 2400, 1)).to.equal('max');
    expect(imageWidth(500, 2000, 3)).to.equal('max');
  });

  it('has an address that names the revision', () => {
    expect(imageAddress({ image: '/iiif/a/pages', revision: 3 }, 7, 600)).to.equal(
      '/iiif/a/pages/7/full/600,/0/default.jpg?v=3',
    );
    expect(imageAddress({ image: '/iiif/a/pages', revision: 3 }, 7, 'max')).to.equal(
      '/iiif/a/pages/7/full/max/0/default.jpg?v=3',
    );
  });
});
