import type { Language, PersonRole } from '../contract/person.ts';

/** Who asks. A guest has no account; `via` says how a person proved themself (a cookie needs the CSRF token on unsafe requests). */
export type Actor = Guest | Person | PeerActor;

export interface Guest {
  kind: 'guest';
  language: Language | null;
}

/** Another installation, by its signature. It reads what the sharing group shares, and does nothing in a person's stead. */
export interface PeerActor {
  kind: 'peer';
  id: string;
  name: string;
  /** It has signed with a key that it has replaced since: good for telling of that once more, and for nothing else. */
  formerKey: boolean;
  language: null;
}

export interface Person {
  kind: 'person';
  id: string;
  name: string;
  schoolId: string;
  role: PersonRole;
  language: Language | null;
  mustChangePassword: boolean;
  via: 'cookie' | 'token';
  /** Hash that names the session; null for an access token. */
  sessionId: string | null;
  csrf: string | null;
}

export const guest = (language: Language | null = null): Guest => ({ kind: 'guest', language });

/** People who work at a school, as against pupils and guests. */
const staffRoles: readonly PersonRole[] = ['teacher', 'group-head', 'head', 'librarian', 'administrator'];
const cataloguerRoles: readonly PersonRole[] = ['librarian', 'administrator'];

export const isStaff = (actor: Actor): actor is Person => actor.kind === 'person' && staffRoles.includes(actor.role);
/** Librarians and administrators catalogue and publish for their school. */
export const isCataloguer = (actor: Actor): actor is Person => actor.kind === 'person' && cataloguerRoles.includes(actor.role);
