import type { Metadata } from '../../storage/metadata/database.ts';
import { insertLtiKey, type LtiKeyRow, ltiKeys } from '../../storage/metadata/lti-rows.ts';
import { makeSigningKey, type SigningKey } from './signed-messages.ts';

const read = ({ kid, private_json }: LtiKeyRow): SigningKey => ({
  kid,
  jwk: JSON.parse(private_json) as SigningKey['jwk'],
});
const rowOf = ({ kid, jwk }: SigningKey, now: Date): LtiKeyRow => ({
  kid,
  private_json: JSON.stringify(jwk),
  created_at: now.toISOString(),
});

/** Our keys, newest first; the first is made when there is none. */
export async function signingKeys(metadata: Metadata): Promise<SigningKey[]> {
  const held = await ltiKeys(metadata.queries);
  if (held.length > 0) return held.map(read);
  const made = rowOf(await makeSigningKey(), new Date());
  // Of two processes that ask first at the same time, one makes it.
  const rows = await metadata.transaction(async (queries) => {
    const meanwhile = await ltiKeys(queries);
    if (meanwhile.length > 0) return meanwhile;
    await insertLtiKey(queries, made);
    return [made];
  });
  return rows.map(read);
}

/** A new key signs from now on; the one before it stays published, so that what was signed a moment ago is still believed. */
export async function rotateKeys(metadata: Metadata): Promise<void> {
  const made = rowOf(await makeSigningKey(), new Date());
  await metadata.transaction((queries) => insertLtiKey(queries, made));
}
