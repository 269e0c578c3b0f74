import { createHash, createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { dropMessagesFor, insertInvitation, openInvitations, peerById, putPeer, useInvitation } from '../../storage/metadata/peers.ts';
import { countEvent } from '../../storage/metadata/sessions.ts';
import type { Person } from '../access/actor.ts';
import { type PairingSide, pairingSide } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { allowedHosts } from '../outbound/allowed-hosts.ts';
import { openOutbound } from '../outbound/guarded-fetch.ts';
import { takeFromPeer } from './peer-sources.ts';
import { ownKeys, publicKey } from './own-keys.ts';
import { peerLimits, reached, saidProblem } from './peer-requests.ts';

/** Crockford's base 32: no letter looks like a digit or another letter. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 60 bits: too many to be guessed at one try a second within the hour, and still read out by telephone. */
const codeLength = 12;
const livesMs = 3_600_000;
/** Wrong codes for the whole installation in an hour: whoever guesses does so from many addresses. */
const mostWrong = 50;

/** A person may write it in small letters, without the dashes, and with O for 0 and I or L for 1. */
const plainCode = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');

const hashOf = (code: string): string => createHash('sha256').update(`tu-sach pairing ${plainCode(code)}`).digest('hex');

/** Proves that whoever says this knows the code. `turn` keeps a question from being sent back as its own answer. */
const proofOf = (codeHash: string, turn: 'asks' | 'answers', side: Omit<PairingSide, 'proof'>, other: string): string =>
  createHmac('sha256', codeHash)
    .update(JSON.stringify([turn, side.id, side.name, side.address, side.key, other]))
    .digest('base64url');

const same = (one: string, other: string): boolean => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** A code for one installation to pair with this one, within the hour: ABCD-EFGH-JKMN. */
export async function invite(metadata: Metadata, actor: Person, now = new Date()): Promise<{ code: string; expiresAt: string }> {
  const code = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]!).join('');
  const expiresAt = new Date(now.getTime() + livesMs).toISOString();
  await insertInvitation(metadata.queries, { id: uuid(), school_id: actor.schoolId, code_hash: hashOf(code), created_by: actor.id, expires_at: expiresAt, peer_id: null });
  return { code: code.replace(/(.{4})(?=.)/g, '$1-'), expiresAt };
}

/** How this installation introduces itself. */
export interface Self {
  name: string;
  address: string;
}

/**
 * Pairs with the installation at an address, whose administrator has given a code. Throws Refusal peer-code-wrong, peer-is-self,
 * peer-answers-error, source-… where it cannot be reached.
 */
export async function pairWith(metadata: Metadata, actor: Person, self: Self, given: { address: string; code: string }, now = new Date()): Promise<string> {
  const keys = await ownKeys(metadata);
  const codeHash = hashOf(given.code);
  const me = { id: keys.id, name: self.name, address: self.address, key: keys.current.public };
  const outbound = openOutbound({ allowed: await allowedHosts(metadata.queries), limits: peerLimits });
  let answered: PairingSide;
  try {
    const body = Buffer.from(JSON.stringify({ ...me, proof: proofOf(codeHash, 'asks', me, '') }));
    const answer = await reached(() => outbound.post(`${given.address}/api/exchange/pairing`, body, { headers: { 'content-type': 'application/json', accept: 'application/json' } }));
    if (answer.status !== 200) throw saidProblem(answer);
    const read = pairingSide.safeParse(JSON.parse(answer.body.toString('utf8')));
    if (!read.success) throw new Refusal('peer-answers-error', { status: answer.status });
    answered = read.data;
  } catch (error) {
    throw error instanceof SyntaxError ? new Refusal('peer-answers-error', { status: 200 }) : error;
  } finally {
    outbound.close();
  }
  const { proof, ...other } = answered;
  if (!same(proof, proofOf(codeHash, 'answers', other, me.key))) throw new Refusal('peer-code-wrong');
  if (other.id === keys.id) throw new Refusal('peer-is-self');
  // Where it was reached counts, not what it believes to be called.
  await metadata.transaction((queries) => keepPeer(queries, { ...other, address: given.address }, keys.current.public, actor, now));
  return other.id;
}

/** The other side of it: answers an installation that knows a code. Throws Refusal peer-code-refused, peer-is-self. */
export async function answerPairing(metadata: Metadata, self: Self, asked: PairingSide, now = new Date()): Promise<PairingSide> {
  const keys = await ownKeys(metadata);
  const { proof, ...other } = asked;
  const open = await openInvitations(metadata.queries, now.toISOString());
  const found = open.find(({ code_hash, peer_id }) => (peer_id === null || peer_id === other.id) && same(proof, proofOf(code_hash, 'asks', other, '')));
  if (!found || !publicKey(other.key)) {
    const { count, retryAfter } = await countEvent(metadata.queries, 'peer-pairing', 3600, now);
    if (count > mostWrong) throw new Refusal('too-many-requests', { retryAfter });
    throw new Refusal('peer-code-refused');
  }
  if (other.id === keys.id) throw new Refusal('peer-is-self');
  await metadata.transaction(async (queries) => {
    // Its answer may have been lost on the way: the same one may ask again with the same key, and nobody else.
    const known = await peerById(queries, other.id);
    if (found.peer_id !== null && known?.public_key !== other.key) throw new Refusal('peer-code-refused');
    await useInvitation(queries, found.id, other.id);
    if (found.peer_id === null) await keepPeer(queries, other, keys.current.public, { id: found.created_by, schoolId: found.school_id }, now);
  });
  const me = { id: keys.id, name: self.name, address: self.address, key: keys.current.public };
  return { ...me, proof: proofOf(found.code_hash, 'answers', me, other.key) };
}

async function keepPeer(queries: Queries, other: Omit<PairingSide, 'proof'>, knowsKey: string, by: { id: string; schoolId: string }, now: Date): Promise<void> {
  await putPeer(queries, {
    ...{ id: other.id, name: other.name, address: other.address, state: 'active', public_key: other.key, former_key: null, knows_key: knowsKey },
    ...{ heard_at: null, reached_at: null, failures: 0, code: null, retry_at: null, created_by: by.id, created_at: now.toISOString(), ended_at: null },
  });
  await dropMessagesFor(queries, other.id);
  await takeFromPeer(queries, { id: other.id, name: other.name, address: other.address }, by, now);
}
