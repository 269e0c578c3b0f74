import { expect } from 'chai';
import type { PeerView, ProposalView } from '../../server/contract/peer.ts';
import {
  grouped,
  hostOf,
  newcomer,
  notToldYet,
  partAddress,
  readPart,
  somethingWaits,
  typedAddress,
} from '../../web/pages/peer-state.ts';

const now = Date.parse('2026-11-26T08:00:00Z');
const peer = (id: string, more: Partial<PeerView> = {}): PeerView => ({
  ...{ id, name: `Trường ${id}`, address: `https://${id}.example.vn`, state: 'active', fingerprint: 'ABCD EFGH JKMN' },
  ...{ since: '2026-11-01T08:00:00.000Z', endedAt: null, heardAt: null, reachedAt: null, code: null, retryAt: null },
  ...{ waiting: 0, sourceId: null, held: 0, ...more },
});
const listOf = (peers: PeerView[], changingKey = false) => ({
  self: { id: 'self', name: 'Trường này', address: 'https://day.example.vn', fingerprint: 'ABCD', changingKey },
  peers,
  openProposals: 0,
});

describe('libraries that are exchanged with', () => {
  it('the part that is shown is in the address, both ways', () => {
    for (const part of ['libraries', 'proposals', 'pair'] as const)
      expect(readPart(new URL(partAddress(part), 'http://x').searchParams, true), part).to.equal(part);
    expect(partAddress('libraries')).to.equal('/peers');
    expect(readPart(new URLSearchParams('show=gi-do'), true)).to.equal('libraries');
    expect(readPart(new URLSearchParams('pair=1'), false), 'of an administrator').to.equal('libraries');
  });

  it('is looked at again while something waits or a new one settles in, and not for ever', () => {
    const waits = (more: Partial<PeerView>): boolean => somethingWaits(listOf([peer('a'), peer('b', more)]), now);
    expect(waits({})).to.equal(false);
    expect(waits({ waiting: 2 })).to.equal(true);
    expect(waits({ state: 'left', waiting: 1 }), 'that it leaves has to be told').to.equal(true);
    expect(waits({ since: '2026-11-26T07:58:00.000Z' })).to.equal(true);
    expect(waits({ since: '2026-11-26T07:58:00.000Z', state: 'revoked' })).to.equal(false);
  });

  it('one that comes back is a newcomer as one that was never here', () => {
    const before = new Set(['a']);
    expect(newcomer(before, listOf([peer('a'), peer('b', { state: 'left' })]))).to.equal(null);
    expect(newcomer(before, listOf([peer('a'), peer('b')]))?.id).to.equal('b');
  });

  it('while the key changes, those are named whom it was not told to', () => {
    const peers = [peer('a', { waiting: 1 }), peer('b'), peer('c', { waiting: 1, state: 'left' })];
    expect(notToldYet(listOf(peers, true)).map(({ id }) => id)).to.deep.equal(['a']);
    expect(notToldYet(listOf(peers))).to.deep.equal([]);
  });

  it('an address may be typed without its beginning, and one that is none stays as it is', () => {
    expect(typedAddress(' thuvien.example.vn ')).to.equal('https://thuvien.example.vn');
    expect(typedAddress('HTTP://10.0.0.7:8080')).to.equal('HTTP://10.0.0.7:8080');
    expect(hostOf('http://10.0.0.7:8080/')).to.equal('10.0.0.7:8080');
    expect(hostOf('https://')).to.equal('https://');
  });

  it('proposals stand where somebody has to do something, in the order they came in', () => {
    const proposal = (id: string, direction: 'in' | 'out', state: ProposalView['state']): ProposalView => ({
      ...{ id, direction, state, peer: 'Trường B', recordId: 'r', title: 'Sách', changes: [], note: '', answer: '' },
      ...{ at: '2026-11-26T07:00:00.000Z', decidedAt: null },
    });
    const groups = grouped([
      proposal('1', 'in', 'open'),
      proposal('2', 'out', 'open'),
      proposal('3', 'in', 'refused'),
      proposal('4', 'in', 'open'),
      proposal('5', 'out', 'accepted'),
    ]);
    expect(Object.values(groups).map((group) => group.map(({ id }) => id))).to.deep.equal([
      ['1', '4'],
      ['3'],
      ['2', '5'],
    ]);
  });
});
