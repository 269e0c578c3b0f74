import { expect } from 'chai';
import type { OperationView } from '../../server/contract/operation.ts';
import { jobTraits } from '../../server/jobs/job-kinds.ts';
import { partFaults, partNames, partState } from '../../server/contract/health.ts';
import { viLater } from '../../web/messages/vi-later.ts';
import { vi } from '../../web/messages/vi.ts';
import { ageOf, concernsOf, usedShare, waitingKinds } from '../../web/pages/operation-state.ts';
import { whileVisible } from '../../web/state/while-visible.ts';
import { until } from '../support/temporary.ts';

const at = '2026-11-24T09:00:00.000Z';
const before = (minutes: number): string => new Date(Date.parse(at) - minutes * 60_000).toISOString();
const line = (kind: string, changes: Partial<OperationView['queue'][number]> = {}) => ({
  kind,
  queued: 0,
  running: 0,
  failed: 0,
  oldestQueuedAt: null,
  ...changes,
});
const process = (kind: 'web' | 'worker', version = '0.2.0') => ({
  id: kind,
  kind,
  host: 'may-chu',
  version,
  startedAt: before(60),
});

/** A library in which there is nothing to do. */
const well = (changes: Partial<OperationView> = {}): OperationView => ({
  at,
  queue: [line('ingest-file'), line('index-record')],
  running: [],
  failed: [],
  disk: { freeBytes: 50e9, totalBytes: 100e9 },
  originals: { store: 'files', count: 10, bytes: 1e9 },
  index: { engine: 'embedded', state: 'ok', records: 10, pages: 100, rebuild: 'none' },
  processes: [process('web'), process('worker')],
  database: { kind: 'sqlite', version: '3.50', bytes: 1e6 },
  backup: { at: before(60), to: '/sao-luu', objects: 10, bytes: 1e9 },
  versions: { library: '0.2.0', node: '20.20.0' },
  ...changes,
});
const worries = (changes: Partial<OperationView>): string[] => concernsOf(well(changes)).map(({ what }) => what);

describe('the operation page', () => {
  it('worries about nothing in a library that is well, busy or new', () => {
    expect(worries({})).to.deep.equal([]);
    expect(
      worries({ queue: [line('ingest-file', { queued: 400, running: 1, oldestQueuedAt: before(600) })] }),
    ).to.deep.equal([]);
    expect(
      worries({
        originals: { store: 'files', count: 0, bytes: 0 },
        backup: null,
        index: { ...well().index, state: 'empty' },
      }),
    ).to.deep.equal([]);
    expect(worries({ disk: null })).to.deep.equal([]);
  });

  it('names everything that somebody should look at, the worst first', () => {
    expect(worries({ disk: { freeBytes: 1e9, totalBytes: 100e9 } })).to.deep.equal(['disk-low']);
    expect(
      worries({ processes: [process('web')], queue: [line('ingest-file', { queued: 1, oldestQueuedAt: before(60) })] }),
    ).to.deep.equal(['no-worker']);
    expect(worries({ queue: [line('sweep', { queued: 1, oldestQueuedAt: before(60) })] })).to.deep.equal([
      'queue-stuck',
    ]);
    expect(worries({ index: { ...well().index, state: 'down' } })).to.deep.equal(['search-down']);
    expect(worries({ index: { ...well().index, state: 'empty' } })).to.deep.equal(['search-empty']);
    expect(worries({ index: { ...well().index, state: 'empty', rebuild: 'running' } })).to.deep.equal([]);
    expect(worries({ processes: [process('web'), process('worker', '0.1.0')] })).to.deep.equal(['versions-differ']);
    expect(worries({ processes: [process('web', '0.1.0'), process('worker', '0.1.0')] })).to.deep.equal([
      'versions-differ',
    ]);
    expect(worries({ backup: null })).to.deep.equal(['no-backup']);
    expect(worries({ backup: { ...well().backup!, at: before(9 * 24 * 60) } })).to.deep.equal(['backup-old']);
    expect(
      concernsOf(well({ queue: [line('ingest-file', { failed: 3 }), line('sweep', { failed: 1 })] })),
    ).to.deep.equal([{ what: 'failed', section: 'failed', count: 4 }]);
    expect(
      worries({
        disk: { freeBytes: 0, totalBytes: 1 },
        processes: [],
        queue: [line('x', { failed: 1 })],
        backup: null,
      }),
    ).to.deep.equal(['disk-low', 'no-worker', 'failed', 'no-backup']);
  });

  it('lists what waits by how long it has waited', () => {
    const queue = [
      line('sweep', { queued: 1, oldestQueuedAt: before(1) }),
      line('reindex'),
      line('ingest-file', { queued: 9, oldestQueuedAt: before(30) }),
    ];
    expect(waitingKinds(well({ queue })).map(({ kind }) => kind)).to.deep.equal(['ingest-file', 'sweep']);
  });

  it('counts time as people do, and never from the future', () => {
    const ages: [number, string][] = [
      [-5, 'now 0'],
      [0.5, 'now 0'],
      [1, 'minutes 1'],
      [119, 'minutes 119'],
      [120, 'hours 2'],
      [47 * 60, 'hours 47'],
      [48 * 60, 'days 2'],
      [400 * 24 * 60, 'days 400'],
    ];
    for (const [minutes, expected] of ages) {
      const { unit, count } = ageOf(before(minutes), at);
      expect(`${unit} ${count}`, `${minutes} min`).to.equal(expected);
    }
    expect(usedShare({ freeBytes: 25, totalBytes: 100 })).to.equal(0.75);
    expect(usedShare({ freeBytes: 0, totalBytes: 0 })).to.equal(0);
  });

  it('has words for every kind of job, part and fault', () => {
    const keys = Object.keys({ ...vi, ...viLater });
    const wanted = [
      ...Object.keys(jobTraits).map((kind) => `job.${kind}`),
      ...partNames.map((part) => `part.${part}`),
      ...partFaults.map((fault) => `partFault.${fault}`),
      ...partState.shape.state.options.map((state) => `partState.${state}`),
    ];
    expect(wanted.filter((key) => !keys.includes(key))).to.deep.equal([]);
  });
});

describe('work that is repeated while the page can be seen', () => {
  class Page extends EventTarget {
    visibilityState = 'visible';
    show(state: 'visible' | 'hidden'): void {
      this.visibilityState = state;
      this.dispatchEvent(new Event('visibilitychange'));
    }
  }

  it('goes on by itself, never twice at once', async () => {
    let [runs, together, most] = [0, 0, 0];
    const page = new Page();
    const end = whileVisible(
      5,
      async () => {
        runs++;
        most = Math.max(most, ++together);
        await new Promise((resolve) => setTimeout(resolve, 10));
        page.show('visible');
        together--;
        return true;
      },
      page,
    );
    await until('it has run five times', () => runs >= 5);
    end();
    expect(most).to.equal(1);
  });

  it('rests while hidden, and looks at once when the page is seen again', async () => {
    let runs = 0;
    const page = new Page();
    page.show('hidden');
    const end = whileVisible(10, async () => ++runs > 0, page);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(runs).to.equal(0);
    const shown = performance.now();
    page.show('visible');
    await until('it runs', () => runs > 0);
    expect(performance.now() - shown).to.be.below(1000);
    end();
  });

  it('ends when told to, and when there is nothing more to ask', async () => {
    let runs = 0;
    const page = new Page();
    whileVisible(1, async () => ++runs < 3, page);
    await until('it has run three times', () => runs === 3);
    page.show('visible');
    let later = 0;
    const end = whileVisible(1, async () => ++later > 0, page);
    await until('another has run three times', () => later >= 3);
    end();
    const ended = later;
    page.show('visible');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([runs, later - ended]).to.deep.equal([3, 0]);
  });
});
