import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';

/** Ed25519 (RFC 8032): the public key in 32 bytes, and the private one, both in base64url as a JWK has them (RFC 8037). */
interface KeyPair {
  public: string;
  private: string;
}

export interface OwnKeys {
  /** Of this installation, for ever; what peers know it by. */
  id: string;
  current: KeyPair;
  /** Those before, the oldest first, while a peer knows one of them: one that is away may miss several changes. */
  former: KeyPair[];
}

const key = 'peer-keys';

function newPair(): KeyPair {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { public: x!, private: d! };
}

/** Made when they are first needed; two processes that ask at the same time get the same. */
export async function ownKeys(metadata: Metadata): Promise<OwnKeys> {
  const known = await setting<OwnKeys>(metadata.queries, key);
  if (known) return known;
  return metadata.transaction(async (queries) => {
    const meanwhile = await setting<OwnKeys>(queries, key);
    if (meanwhile) return meanwhile;
    const made: OwnKeys = { id: uuid(), current: newPair(), former: [] };
    await putSetting(queries, key, made);
    return made;
  });
}

/** A new pair beside those that peers know. MUST run in a transaction, after they were first made. */
export async function replaceKeys(queries: Queries): Promise<OwnKeys> {
  const keys = (await setting<OwnKeys>(queries, key))!;
  const replaced: OwnKeys = { id: keys.id, current: newPair(), former: [...keys.former, keys.current] };
  await putSetting(queries, key, replaced);
  return replaced;
}

/** Former keys that no peer knows any more. MUST run in a transaction. */
export async function dropFormerKeys(queries: Queries, known: ReadonlySet<string>): Promise<void> {
  const keys = (await setting<OwnKeys>(queries, key))!;
  await putSetting(queries, key, { ...keys, former: keys.former.filter((pair) => known.has(pair.public)) });
}

/** The key that came after one; null after the current one. */
export function keyAfter(keys: OwnKeys, known: string): string | null {
  const all = [...keys.former, keys.current];
  return all[all.findIndex((pair) => pair.public === known) + 1]?.public ?? null;
}

/** The private key whose public one a peer knows; the current one where it knows none of ours. */
export const signingKey = (keys: OwnKeys, known: string): KeyObject => {
  const pair = keys.former.find((one) => one.public === known) ?? keys.current;
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: pair.public, d: pair.private }, format: 'jwk' });
};

/** Null: it is none. */
export function publicKey(text: string): KeyObject | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
  } catch {
    return null;
  }
}
