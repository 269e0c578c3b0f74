import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { PersonWithSchool } from '../../storage/metadata/people.ts';
import { deleteSession, insertSession, sessionWithPerson, tokenWithPerson, touchSession, touchToken } from '../../storage/metadata/sessions.ts';
import { type Actor, guest, type Person } from '../access/actor.ts';
import type { Language, PersonRole } from '../contract/person.ts';
import { Refusal } from '../errors.ts';

/**
 * One mechanism for cookies and access tokens: a random 256-bit secret at the asker, its SHA-256 in the database.
 * Nothing is signed, so nothing needs a server secret, every process can check, and deleting the row revokes.
 */
export const cookieName = 'tusach';
/**
 * Of a session inside a frame of a learning platform. A cookie of its own, so that whoever is signed in at the top stays who they are:
 * partitioned by the site around it, it is sent nowhere else. The guard against forged requests is the same.
 */
const framedCookieName = 'tusach-trong-khung';
const lifetimeMs = 30 * 86_400_000;
/** From a learning platform: often at a computer that many share, and the next launch opens another. */
const platformLifetimeMs = 12 * 3_600_000;
const lifetimeOf = (platformId: string | null): number => (platformId === null ? lifetimeMs : platformLifetimeMs);
/** A session's "seen" is written at most this often: each write is an fsync. */
const touchMs = 10 * 60_000;

export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');
export const newSecret = (): string => randomBytes(32).toString('base64url');

const tokenPattern = /^Bearer (.*)$/;
const secretPattern = /^tus_[A-Za-z0-9_-]{43}$/;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A cookie of ours that holds a secret. */
export function secretCookie(request: IncomingMessage, wanted: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === wanted && value && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}

const cookieOf = (request: IncomingMessage): string | null => secretCookie(request, cookieName) ?? secretCookie(request, framedCookieName);

/** Names the session that a request comes with, which may be over. */
export function sessionIdOf(request: IncomingMessage): string | null {
  const secret = cookieOf(request);
  return secret === null ? null : secretHash(secret);
}

function personFrom(row: PersonWithSchool, rest: Pick<Person, 'via' | 'sessionId' | 'csrf'>): Person {
  return {
    kind: 'person',
    id: row.id,
    name: row.name,
    schoolId: row.school_id,
    role: row.role as PersonRole,
    language: row.language as Language | null,
    mustChangePassword: row.must_change_password === 1,
    ...rest,
  };
}

/** The actor that a person is when work is done in their name and nobody is asking over HTTP (command line, sample). */
export const inNameOf = (row: PersonWithSchool): Person => personFrom(row, { via: 'token', sessionId: null, csrf: null });

export const barred = (row: PersonWithSchool): boolean => row.disabled === 1 || row.school_disabled === 1;

/** Whether it has the form of an access token. */
export const isAccessToken = (text: string): boolean => secretPattern.test(text);

/** The person whose access token this is. Throws not-signed-in for one that is unknown, expired, or of somebody who may not sign in. */
export async function actorByToken(metadata: Metadata, secret: string, now = new Date()): Promise<Actor> {
  const instant = now.toISOString();
  const row = isAccessToken(secret) ? await tokenWithPerson(metadata.queries, secretHash(secret), instant) : undefined;
  if (!row || barred(row)) throw new Refusal('not-signed-in');
  if (!row.used_at || now.getTime() - Date.parse(row.used_at) > touchMs) await touchToken(metadata.queries, row.token_id, instant);
  return personFrom(row, { via: 'token', sessionId: null, csrf: null });
}

/**
 * Who asks. A cookie on an unsafe method must come with the session's token in x-csrf-token; a bad or expired access token
 * is refused rather than taken for a guest, so that a script learns of it.
 */
export async function actorOf(metadata: Metadata, request: IncomingMessage, now = new Date()): Promise<Actor> {
  const instant = now.toISOString();
  const authorization = request.headers.authorization;
  if (authorization) return actorByToken(metadata, tokenPattern.exec(authorization)?.[1] ?? '', now);
  const secret = cookieOf(request);
  if (!secret) return guest();
  const row = await sessionWithPerson(metadata.queries, secretHash(secret), instant);
  if (!row || barred(row)) return guest();
  if (!safeMethods.has(request.method!) && request.headers['x-csrf-token'] !== row.csrf) throw new Refusal('csrf-mismatch');
  if (now.getTime() - Date.parse(row.seen_at) > touchMs)
    await touchSession(metadata.queries, row.session_id, instant, new Date(now.getTime() + lifetimeOf(row.session_platform)).toISOString());
  return personFrom(row, { via: 'cookie', sessionId: row.session_id, csrf: row.csrf });
}

const cookieAttributes = (secure: boolean, age: number): string => `Path=/; HttpOnly; SameSite=Lax; Max-Age=${age}${secure ? '; Secure' : ''}`;
/** Of a cookie inside a frame of another site; browsers keep none there without Secure. */
export const framedAttributes = (age: number, path = '/'): string => `Path=${path}; HttpOnly; SameSite=None; Secure; Partitioned; Max-Age=${age}`;

/** "Chrome trên Android": enough to recognise a device, nothing to track one. */
function deviceOf(request: Request): string {
  const agent = request.headers['user-agent'] ?? '';
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrom(e|ium)\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : '';
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Windows/.test(agent) ? 'Windows' : /Mac OS/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : '';
  return [browser, system].filter(Boolean).join(' · ');
}

/**
 * Opens a session for a person who has proved themself and sets the cookie. A session that was open in this browser is closed first.
 * `from`: the learning platform that says who it is, and whether its page lies around ours.
 */
export async function openSessionFor(
  metadata: Metadata,
  person: PersonWithSchool,
  request: Request,
  response: Response,
  from: { platformId: string; framed: boolean } | null = null,
): Promise<Actor> {
  const old = cookieOf(request);
  if (old) await deleteSession(metadata.queries, person.id, secretHash(old));
  const secret = newSecret();
  const now = new Date();
  const csrf = newSecret();
  const id = secretHash(secret);
  const platformId = from?.platformId ?? null;
  await insertSession(metadata.queries, {
    id,
    person_id: person.id,
    csrf,
    device: deviceOf(request),
    created_at: now.toISOString(),
    seen_at: now.toISOString(),
    expires_at: new Date(now.getTime() + lifetimeOf(platformId)).toISOString(),
    platform_id: platformId,
  });
  const age = lifetimeOf(platformId) / 1000;
  response.append('set-cookie', from?.framed ? `${framedCookieName}=${secret}; ${framedAttributes(age)}` : `${cookieName}=${secret}; ${cookieAttributes(request.secure, age)}`);
  return personFrom(person, { via: 'cookie', sessionId: id, csrf });
}

export function clearCookie(request: Request, response: Response): void {
  response.append('set-cookie', `${cookieName}=; ${cookieAttributes(request.secure, 0)}`);
  if (secretCookie(request, framedCookieName)) response.append('set-cookie', `${framedCookieName}=; ${framedAttributes(0)}`);
}
