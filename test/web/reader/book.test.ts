import { expect } from 'chai';
import fc from 'fast-check';
import {
  ahead,
  entryOf,
  hasLabels,
  labelOf,
  type Leaf,
  pageMeant,
  sizeOf,
  spreadsOf,
  spreadWith,
  step,
  within,
} from '../../../web/reader/book.ts';

const leaf = (index: number, more: Partial<Leaf> = {}): Leaf => ({
  index,
  label: null,
  width: 1000,
  height: 1500,
  ready: true,
  hasText: true,
  ...more,
});
const leaves = (count: number, more: Record<number, Partial<Leaf>> = {}) =>
  Array.from({ length: count }, (_, at) => leaf(at + 1, more[at + 1]));

describe('the book in the reader', () => {
  it('opens on its cover alone, then in pairs, and an odd last page stands alone', () => {
    expect(spreadsOf(leaves(6))).to.eql([[1], [2, 3], [4, 5], [6]]);
    expect(spreadsOf(leaves(1))).to.eql([[1]]);
    expect(spreadsOf([])).to.eql([]);
  });

  it('gives a wide page the whole opening and begins the pairs anew after it', () => {
    expect(spreadsOf(leaves(7, { 3: { width: 3000 } }))).to.eql([[1], [2], [3], [4, 5], [6, 7]]);
    expect(spreadsOf(leaves(5, { 1: { width: 3000 }, 4: { width: 3000 } }))).to.eql([[1], [2, 3], [4], [5]]);
  });

  it('shows every page once and in order, whatever their shapes', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (wide) => {
        const pages = wide.map((is, at) => leaf(at + 1, { width: is ? 3000 : 1000 }));
        expect(spreadsOf(pages).flat()).to.eql(pages.map((page) => page.index));
      }),
    );
  });

  it('turns by pages, by openings, and stops at both ends', () => {
    const pages = leaves(6);
    expect([step(pages, 'single', 1, 1), step(pages, 'single', 1, -1), step(pages, 'scroll', 6, 1)]).to.eql([
      2,
      null,
      null,
    ]);
    expect([step(pages, 'spread', 3, 1), step(pages, 'spread', 2, 1), step(pages, 'spread', 3, -1)]).to.eql([4, 4, 1]);
    expect([step(pages, 'spread', 6, 1), step(pages, 'spread', 1, -1)]).to.eql([null, null]);
    expect(spreadWith(spreadsOf(pages), 3)).to.eql([2, 3]);
  });

  it('visits every opening once from cover to end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (count) => {
        const pages = leaves(count);
        const visited: number[] = [];
        for (let at: number | null = 1; at !== null; at = step(pages, 'spread', at, 1)) visited.push(at);
        expect(visited).to.eql(spreadsOf(pages).map((spread) => spread[0]));
      }),
    );
  });

  it('knows pages by their printed number first, then by their place', () => {
    const pages = leaves(6, {
      1: { label: 'i' },
      2: { label: 'ii' },
      3: { label: '1' },
      4: { label: '2' },
      5: { label: 'Bìa Á' },
      6: { label: '2' },
    });
    expect(pageMeant(pages, '1', 1)).to.equal(3);
    expect(pageMeant(pages, ' II ', 5)).to.equal(2);
    expect(pageMeant(pages, 'bìa á'.normalize('NFD'), 1)).to.equal(5);
    expect(pageMeant(pages, '2', 1)).to.equal(4);
    expect(pageMeant(pages, '2', 6)).to.equal(6);
    expect(pageMeant(pages, '6', 1)).to.equal(6);
    for (const none of ['', '   ', '0', '7', '-1', '1.5', 'x', '99999999999999'])
      expect(pageMeant(pages, none, 1), none).to.equal(null);
    expect([labelOf(pages, 1), labelOf(leaves(2), 2), labelOf(pages, 99)]).to.eql(['i', '2', '99']);
    expect([
      hasLabels(pages),
      hasLabels(leaves(3)),
      hasLabels(leaves(2, { 1: { label: '1' }, 2: { label: '2' } })),
    ]).to.eql([true, false, false]);
  });

  it('brings an address that is off the end back into the book', () => {
    expect([within(leaves(3), 0), within(leaves(3), 2), within(leaves(3), 9), within([], 4)]).to.eql([1, 2, 3, 1]);
  });

  it('finds the entry of the contents that a page belongs to', () => {
    const entry = (page: number) => ({ title: '', page, depth: 0 });
    const contents = [entry(2), entry(5), entry(5), entry(9)];
    expect([1, 2, 4, 5, 8, 9, 20].map((page) => entryOf(contents, page))).to.eql([-1, 0, 0, 2, 2, 3, 3]);
  });

  it('fetches ahead what comes next, and nothing that is not there', () => {
    expect(ahead(leaves(9), 'single', 4)).to.eql([5, 6, 3]);
    expect(ahead(leaves(9), 'spread', 4)).to.eql([6, 7, 8, 3, 2]);
    expect(ahead(leaves(3, { 3: { ready: false } }), 'single', 2)).to.eql([1]);
  });

  it('gives a page still to come the size of its neighbour', () => {
    const pages = leaves(3, { 1: { width: 0, height: 0 }, 2: { width: 800, height: 900 }, 3: { width: 0, height: 0 } });
    expect(sizeOf(pages, 3)).to.eql({ width: 800, height: 900 });
    expect(sizeOf([leaf(1, { width: 0, height: 0 })], 1)).to.eql({ width: 1240, height: 1754 });
  });
});
