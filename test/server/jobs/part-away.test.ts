import { expect } from 'chai';
import { openOutages, partAway } from '../../../server/jobs/part-away.ts';
import { SearchUnavailable } from '../../../search/search-index.ts';
import { DatabaseUnavailable } from '../../../storage/metadata/database.ts';
import { StoreFull, StoreUnavailable } from '../../../storage/objects/object-store.ts';

describe('a part that is away', () => {
  it('is told from a fault of ours', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(partAway(new DatabaseUnavailable())).to.equal('database');
    expect(partAway(new StoreUnavailable())).to.equal('objects');
    expect(partAway(new SearchUnavailable('down'))).to.equal('search');
    expect(partAway(new SearchUnavailable('damaged')), 'waiting repairs nothing').to.equal(null);
    expect(partAway(new StoreFull())).to.equal('disk');
    expect(partAway(full)).to.equal('disk');
    expect(partAway(new SearchUnavailable('down', { cause: Object.assign(new Error('full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 }) }))).to.equal('disk');
    expect(partAway(new Error('a slip'))).to.equal(null);
    expect(partAway('thrown text')).to.equal(null);
  });

  it('is asked again after as long as it has been away, a second to a minute; said once an outage', () => {
    let now = 0;
    const said: string[] = [];
    const outages = openOutages(
      (part) => said.push(part),
      () => now,
    );
    const pauses: number[] = [];
    while (now < 3600_000) {
      const pause = outages.pauseAfter('search', null);
      pauses.push(pause);
      now += pause;
    }
    expect(pauses.slice(0, 8)).to.deep.equal([1000, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
    expect(Math.max(...pauses)).to.equal(60_000);
    expect(said).to.deep.equal(['search']);
    now += 600_000;
    expect(outages.pauseAfter('search', null)).to.equal(1000);
    expect(said).to.deep.equal(['search', 'search']);
  });
});
