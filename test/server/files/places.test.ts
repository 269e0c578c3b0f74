import { expect } from 'chai';
import { places } from '../../../server/files/places.ts';

describe('places', () => {
  it('lets so many work at once, the others in the order in which they came, and gives a place on after a failure', async () => {
    const within = places(2);
    let inside = 0;
    let most = 0;
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number, fails = false): Promise<number> =>
      within(async () => {
        begun.push(n);
        most = Math.max(most, ++inside);
        await new Promise<void>((resolve) => ends.push(resolve));
        inside--;
        if (fails) throw new Error(`${n} failed`);
        return n;
      });
    const all = Promise.allSettled([work(1, true), work(2), work(3), work(4), work(5)]);
    for (let ended = 0; ended < 5; ended++) {
      while (ends.length === 0) await new Promise(setImmediate);
      ends.shift()!();
    }
    expect((await all).map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).to.eql(['failed', 2, 3, 4, 5]);
    expect(begun).to.eql([1, 2, 3, 4, 5]);
    expect(most).to.equal(2);
  });
});
