import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { LaunchFault } from './launch-fault.ts';

/** LTI 1.3 has RS256 as the algorithm that both sides must know (1EdTech Security Framework 1.0 section 5.1.2); none other is taken. */
const algorithm = 'RS256';
/** How far the clock of a platform may differ from ours, in seconds. */
const skewSeconds = 60;
/** A message is opened at once; one that was signed longer ago than this was kept by somebody. */
const mostAgeSeconds = 600;

export type KeySet = JSONWebKeySet;
export type Claims = JWTPayload;

/** Throws where `value` is no key set with a key in it. */
export function readKeySet(value: unknown): KeySet {
  createLocalJWKSet(value as KeySet);
  return value as KeySet;
}

/**
 * Claims of an id_token, after its signature and all that OpenID Connect says of it (Security Framework section 5.1.3) but the nonce.
 * `keys(true)` answers the keys as the platform has them now. Throws LaunchFault.
 */
export async function verifyIdToken(
  token: string,
  expected: { issuer: string; clientId: string },
  keys: (fresh: boolean) => Promise<KeySet>,
  now = new Date(),
): Promise<Claims> {
  const verify = async (fresh: boolean): Promise<Claims> => {
    const { payload } = await jwtVerify(token, createLocalJWKSet(await keys(fresh)), {
      algorithms: [algorithm],
      issuer: expected.issuer,
      audience: expected.clientId,
      clockTolerance: skewSeconds,
      maxTokenAge: mostAgeSeconds,
      requiredClaims: ['exp', 'iat', 'nonce'],
      currentDate: now,
    });
    return payload;
  };
  let claims: Claims;
  try {
    claims = await verify(false).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey) return verify(true);
      throw error;
    });
  } catch (error) {
    throw asFault(error);
  }
  // More than one audience must name the one it is meant for, and that one must be us.
  const several = Array.isArray(claims.aud) && claims.aud.length > 1;
  if ((several || claims['azp'] !== undefined) && claims['azp'] !== expected.clientId)
    throw new LaunchFault('message-not-for-us', 'azp');
  return claims;
}

function asFault(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new LaunchFault('message-expired', error.claim, { cause: error });
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss' || error.claim === 'aud')
      return new LaunchFault('message-not-for-us', error.claim, { cause: error });
    if (['iat', 'nbf', 'exp'].includes(error.claim) && error.reason === 'check_failed')
      return new LaunchFault('message-expired', error.claim, { cause: error });
    return new LaunchFault('message-incomplete', error.claim, { cause: error });
  }
  if (error instanceof errors.JOSEError) return new LaunchFault('message-untrusted', error.code, { cause: error });
  return error;
}

export interface SigningKey {
  kid: string;
  /** With the private parts. */
  jwk: JWK;
}

export async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(algorithm, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { kid: await calculateJwkThumbprint(jwk), jwk };
}

/** What platforms may know of a key: the public parts, picked one by one. */
export function publicKeyOf({ kid, jwk }: SigningKey): JWK {
  const { kty, n, e } = jwk;
  return { kty: kty!, n: n!, e: e!, kid, alg: algorithm, use: 'sig' };
}

/** Signs a message of ours that holds for five minutes. */
export async function signMessage(key: SigningKey, claims: Claims, to: { from: string; for: string }): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(to.from)
    .setAudience([to.for])
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(await importJWK(key.jwk, algorithm));
}
