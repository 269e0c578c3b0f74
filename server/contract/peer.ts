import { z } from 'zod';
import { id, instant } from './common.ts';
import { scope } from './record.ts';

/** Ed25519, 32 bytes in base64url. */
const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const proof = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Of an installation, without a slash at its end. */
export const peerAddress = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .overwrite((text) => text.replace(/\/+$/, ''));
const name = z.string().trim().min(1).max(200);
/** Letters and digits in groups; how they are written does not matter. */
const code = z.string().max(40);

/** One side of a pairing: who it is, and the proof that it knows the code. */
export const pairingSide = z.object({ id, name, address: peerAddress, key, proof });
export type PairingSide = z.infer<typeof pairingSide>;

const change = z.object({ field: z.string().max(60), before: z.unknown(), after: z.unknown() });
export const proposedChanges = z.array(change).min(1).max(40);

/** What one installation tells another. Ids of records are those of the receiver where it says `yours`, else of the sender. */
export const peerMessage = z.discriminatedUnion('kind', [
  /** Something has changed, and can be fetched. */
  z.object({ id, kind: z.literal('notice') }),
  /** Yours was withdrawn; it is gone here too, and so many copies of files with it. */
  z.object({ id, kind: z.literal('withdrawn'), recordId: id, copies: z.number().int().min(0), at: instant }),
  /** Yours might be corrected so. */
  z.object({ id, kind: z.literal('proposal'), proposalId: id, recordId: id, changes: proposedChanges, note: z.string().max(2000) }),
  /** What became of a proposal of yours. */
  z.object({ id, kind: z.literal('decision'), proposalId: id, state: z.enum(['accepted', 'refused']), answer: z.string().max(2000) }),
  /** The next requests are signed with another key; this one still with the old. */
  z.object({ id, kind: z.literal('key'), key }),
  z.object({ id, kind: z.literal('leave') }),
]);
export type PeerMessage = z.infer<typeof peerMessage>;
/** `Omit` that keeps the kinds apart. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type NewPeerMessage = WithoutId<PeerMessage>;

export const toldMessages = z.object({ messages: z.array(peerMessage).max(100) });
/** `code`: why one was refused; null: it was heard. */
export const heardMessages = z.object({ results: z.array(z.object({ id, code: z.string().nullable() })) });

/** A file of a record, as a peer tells of it. */
export const toldFile = z.object({
  id,
  name: z.string().max(500),
  mediaType: z.string().max(200),
  size: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  pages: z.number().int().min(0),
  /** Whether its licence lets whoever may read it take it away. */
  takes: z.boolean(),
});
export type ToldFile = z.infer<typeof toldFile>;

/** One change, in the words of the national exchange format: which record, its version, what happened, and when. */
export const exchangeChange = z.object({
  id,
  version: z.number().int(),
  event: z.enum(['NEW', 'UPDATE', 'CANCEL']),
  time: instant,
  /** Null of one that is gone. The description is checked by whoever takes it. */
  record: z
    .object({
      description: z.record(z.string(), z.unknown()),
      licence: z.string().max(40),
      scope,
      school: z.object({ code: z.string().max(100), name: z.string().max(300) }),
      page: z.string().max(1000),
      files: z.array(toldFile).max(1000),
    })
    .nullable(),
});
export type ExchangeChange = z.infer<typeof exchangeChange>;
export const exchangePage = z.object({ changes: z.array(exchangeChange), next: z.string().nullable(), total: z.number().int(), time: instant });
/** As it is read: one change that is none of ours is set aside, and does not hold up the rest. */
export const readExchangePage = exchangePage.extend({ changes: z.array(z.unknown()) });
export const exchangeQuery = z.object({
  /** Changes since then, to the second: 2026-11-25T07:00:00Z. */
  from: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/).optional(),
  /** `next` of the page before. */
  after: id.optional(),
  size: z.coerce.number().int().min(1).max(500).default(200),
});

export const invitation = z.object({ code: z.string(), address: z.string(), expiresAt: instant });
export const newPeer = z.object({ address: peerAddress, code });
export const peerState = z.enum(['active', 'left', 'revoked']);
export const peerView = z.object({
  id,
  name: z.string(),
  address: z.string(),
  state: peerState,
  since: instant,
  endedAt: instant.nullable(),
  heardAt: instant.nullable(),
  reachedAt: instant.nullable(),
  /** Of server/errors.ts: why it could not be told something the last time. */
  code: z.string().nullable(),
  retryAt: instant.nullable(),
  /** Messages that wait for it. */
  waiting: z.number().int(),
  /** First letters of its key, to be compared by telephone. */
  fingerprint: z.string(),
  /** Where what was taken from it is looked after; null: nothing is taken. */
  sourceId: id.nullable(),
  held: z.number().int(),
});
export type PeerView = z.infer<typeof peerView>;
export const peerList = z.object({
  self: z.object({ id, name: z.string(), address: z.string(), fingerprint: z.string(), changingKey: z.boolean() }),
  peers: z.array(peerView),
  openProposals: z.number().int(),
});

export const proposalView = z.object({
  id,
  direction: z.enum(['in', 'out']),
  peer: z.string(),
  recordId: id,
  title: z.string(),
  changes: z.array(change),
  note: z.string(),
  state: z.enum(['open', 'accepted', 'refused']),
  answer: z.string(),
  at: instant,
  decidedAt: instant.nullable(),
});
export type ProposalView = z.infer<typeof proposalView>;
export const proposalList = z.object({ proposals: z.array(proposalView) });
export const newProposal = z.object({ description: z.record(z.string(), z.unknown()), note: z.string().trim().max(2000).default('') });
export const proposalDecision = z.object({ accept: z.boolean(), answer: z.string().trim().max(2000).default('') });

/** A file that lies at the peer a record was taken from, and what of it is here. */
export const copyView = z.object({
  remoteId: id,
  name: z.string(),
  mediaType: z.string(),
  size: z.number().int(),
  pages: z.number().int(),
  /** It may be copied here by whoever asks. */
  may: z.boolean(),
  state: z.enum(['there', 'wanted', 'held', 'failed']),
  bytes: z.number().int(),
  fileId: id.nullable(),
  code: z.string().nullable(),
});
export type CopyView = z.infer<typeof copyView>;
export const copyList = z.object({ peer: z.string(), reachable: z.boolean(), copies: z.array(copyView) });
export const copyAsked = z.object({ remoteId: id });

/** What peers answer to a search of a person here; `code`: why one has not. */
export const peerSearch = z.object({
  peers: z.array(
    z.object({
      name: z.string(),
      code: z.string().nullable(),
      /** It has more than these. */
      more: z.boolean(),
      hits: z.array(z.object({ title: z.string(), facts: z.string(), address: z.string() })),
    }),
  ),
});
export const peerSearchQuery = z.object({ q: z.string().trim().min(1).max(500) });
