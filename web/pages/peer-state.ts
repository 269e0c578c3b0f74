import type { PeerView, ProposalView } from '../../server/contract/peer.ts';
import type { PeerList } from '../api/shapes.ts';
import { address } from '../router.ts';

/** Between two looks at what waits for another library. */
export const refreshMs = 5_000;
/** What a new peer has is taken in meanwhile. */
const settlesMs = 5 * 60_000;

/** Which part of the page its address asks for; only who `mayPair` is shown how. */
export type PeersPart = 'libraries' | 'proposals' | 'pair';
export const readPart = (query: URLSearchParams, mayPair: boolean): PeersPart =>
  mayPair && query.has('pair') ? 'pair' : query.get('show') === 'proposals' ? 'proposals' : 'libraries';
export const partAddress = (part: PeersPart): string =>
  address('/peers', { show: part === 'proposals' ? part : null, pair: part === 'pair' ? 1 : null });

export const activeOf = ({ peers }: Pick<PeerList, 'peers'>): PeerView[] =>
  peers.filter(({ state }) => state === 'active');

/** Something will change on the list without anybody here doing anything. */
export const somethingWaits = (list: PeerList, now = Date.now()): boolean =>
  list.peers.some(
    ({ state, waiting, since }) => waiting > 0 || (state === 'active' && now - Date.parse(since) < settlesMs),
  );

/** While the key changes: who may not know the new one yet. */
export const notToldYet = (list: PeerList): PeerView[] =>
  list.self.changingKey ? activeOf(list).filter(({ waiting }) => waiting > 0) : [];

/** The peer that was not among the active ones before. */
export const newcomer = (before: ReadonlySet<string>, list: PeerList): PeerView | null =>
  activeOf(list).find(({ id }) => !before.has(id)) ?? null;

export const hostOf = (text: string): string => (URL.canParse(text) ? new URL(text).host : text);
/** What somebody typed, as the server wants it. */
export const typedAddress = (text: string): string => {
  const typed = text.trim();
  return /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
};

export type ProposalGroups = Record<'waiting' | 'answered' | 'sent', ProposalView[]>;
/** In the order of the server: open ones first, the newest first. */
export const grouped = (proposals: readonly ProposalView[]): ProposalGroups => ({
  waiting: proposals.filter(({ direction, state }) => direction === 'in' && state === 'open'),
  answered: proposals.filter(({ direction, state }) => direction === 'in' && state !== 'open'),
  sent: proposals.filter(({ direction }) => direction === 'out'),
});
