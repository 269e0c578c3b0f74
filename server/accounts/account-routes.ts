import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { personById, personByUsername, setLanguage } from '../../storage/metadata/people.ts';
import { countEvent, deleteSession, deleteToken, insertReset, insertToken, sessionsOfPerson, tokensOfPerson } from '../../storage/metadata/sessions.ts';
import type { Actor, Person } from '../access/actor.ts';
import { schoolAbilities } from '../access/school-policy.ts';
import { id, okay } from '../contract/common.ts';
import {
  accessTokens,
  accessTokenWithSecret,
  forgottenPassword,
  languageChange,
  newAccessToken,
  openSessions,
  passwordChange,
  passwordReset,
  type SessionView,
  sessionView,
  setUp,
  signIn as signInBody,
} from '../contract/person.ts';
import { Refusal } from '../errors.ts';
import { done, route, type Route } from '../http/route.ts';
import { setUpLibrary } from './set-up.ts';
import type { Mail } from './mail.ts';
import { passwordMatches } from './passwords.ts';
import { choosePassword, choosePasswordByReset } from './people-keeping.ts';
import { personView } from './person-view.ts';
import { clearCookie, newSecret, openSessionFor, secretHash } from './open-sessions.ts';
import { networkKey, signIn } from './sign-in.ts';

export interface AccountParts {
  metadata: Metadata;
  mail: Mail | null;
  publicUrl: string;
}

function signedIn(actor: Actor): asserts actor is Person {
  if (actor.kind !== 'person') throw new Refusal('not-signed-in');
}

/** Sign-in, the person's own account, set-up. */
export function accountRoutes({ metadata, mail, publicUrl }: AccountParts): Route[] {
  const viewFor = async (actor: Actor): Promise<SessionView> => {
    const person = actor.kind === 'person' ? await personById(metadata.queries, actor.id) : undefined;
    const first = person ? undefined : (await schools(metadata.queries))[0];
    return {
      person: person ? personView(person) : null,
      csrf: actor.kind === 'person' ? actor.csrf : null,
      language: actor.language,
      abilities: schoolAbilities(actor),
      needsSetUp: !person && !first,
      school: person
        ? { id: person.school_id, code: person.school_code, name: person.school_name, accent: person.school_accent }
        : first
          ? { id: first.id, code: first.code, name: first.name, accent: first.accent }
          : null,
      mail: mail !== null,
    };
  };

  /** A mailbox is not filled by strangers; whoever asks is told nothing of it. */
  const mayMail = async (personId: string): Promise<boolean> => (await countEvent(metadata.queries, `reset-mail:${personId}`, 3600, new Date())).count <= 5;

  const own = async (actor: Actor) => {
    signedIn(actor);
    return (await personById(metadata.queries, actor.id))!;
  };

  return [
    route({
      method: 'get',
      path: '/api/session',
      summary: 'Who is asking, what they may do, and whether the library is set up',
      tag: 'account',
      answers: sessionView,
      always: true,
      handle: ({ actor }) => viewFor(actor),
    }),
    route({
      method: 'post',
      path: '/api/session',
      summary: 'Sign in; sets the session cookie',
      tag: 'account',
      body: signInBody,
      answers: sessionView,
      always: true,
      handle: async ({ body, request, response }) => {
        const person = await signIn(metadata, body, request.ip ?? '');
        return viewFor(await openSessionFor(metadata, person, request, response));
      },
    }),
    route({
      method: 'delete',
      path: '/api/session',
      summary: 'Sign out',
      tag: 'account',
      answers: okay,
      always: true,
      handle: async ({ actor, request, response }) => {
        if (actor.kind === 'person' && actor.sessionId) await deleteSession(metadata.queries, actor.id, actor.sessionId);
        clearCookie(request, response);
        return done;
      },
    }),
    route({
      method: 'put',
      path: '/api/session/language',
      summary: 'Remember the language of the pages',
      tag: 'account',
      body: languageChange,
      answers: okay,
      always: true,
      handle: async ({ actor, body }) => {
        signedIn(actor);
        await setLanguage(metadata.queries, actor.id, body.language);
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/session/password',
      summary: 'Choose a new password; every other session ends',
      tag: 'account',
      body: passwordChange,
      answers: sessionView,
      always: true,
      handle: async ({ actor, body }) => {
        const person = await own(actor);
        const { count, retryAfter } = await countEvent(metadata.queries, `password:${person.id}`, 900, new Date());
        if (count > 10) throw new Refusal('sign-in-throttled', { retryAfter });
        if (!(await passwordMatches(body.current, person.password_hash))) throw new Refusal('password-wrong');
        await choosePassword(metadata, person, body.next, (actor as Person).sessionId);
        return viewFor(actor);
      },
    }),
    route({
      method: 'get',
      path: '/api/session/sessions',
      summary: 'Devices on which the person is signed in',
      tag: 'account',
      answers: openSessions,
      handle: async ({ actor }) => {
        signedIn(actor);
        const rows = await sessionsOfPerson(metadata.queries, actor.id, new Date().toISOString());
        return {
          sessions: rows.map((row) => ({ id: row.id, createdAt: row.created_at, seenAt: row.seen_at, device: row.device, current: row.id === actor.sessionId })),
        };
      },
    }),
    route({
      method: 'delete',
      path: '/api/session/sessions/:id',
      summary: 'Sign a device out',
      tag: 'account',
      params: z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) }),
      answers: okay,
      handle: async ({ actor, params }) => {
        signedIn(actor);
        if (!(await deleteSession(metadata.queries, actor.id, params.id))) throw new Refusal('not-found');
        return done;
      },
    }),
    route({
      method: 'get',
      path: '/api/session/tokens',
      summary: 'Access tokens of the person',
      tag: 'account',
      answers: accessTokens,
      handle: async ({ actor }) => {
        signedIn(actor);
        const rows = await tokensOfPerson(metadata.queries, actor.id);
        return { tokens: rows.map((row) => ({ id: row.id, name: row.name, createdAt: row.created_at, expiresAt: row.expires_at, usedAt: row.used_at })) };
      },
    }),
    route({
      method: 'post',
      path: '/api/session/tokens',
      summary: 'Make an access token; its secret is shown once',
      tag: 'account',
      body: newAccessToken,
      answers: accessTokenWithSecret,
      status: 201,
      handle: async ({ actor, body }) => {
        signedIn(actor);
        const secret = `tus_${newSecret()}`;
        const now = new Date();
        const row = {
          id: uuid(),
          person_id: actor.id,
          name: body.name,
          secret_hash: secretHash(secret),
          created_at: now.toISOString(),
          expires_at: new Date(now.getTime() + body.days * 86_400_000).toISOString(),
          used_at: null,
        };
        await insertToken(metadata.queries, row);
        return { id: row.id, name: row.name, createdAt: row.created_at, expiresAt: row.expires_at, usedAt: null, secret };
      },
    }),
    route({
      method: 'delete',
      path: '/api/session/tokens/:id',
      summary: 'Revoke an access token',
      tag: 'account',
      params: z.object({ id }),
      answers: okay,
      handle: async ({ actor, params }) => {
        signedIn(actor);
        if (!(await deleteToken(metadata.queries, actor.id, params.id))) throw new Refusal('not-found');
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/password-resets',
      summary: 'Mail a reset address to the person, if there is one with an e-mail address; the answer does not tell',
      tag: 'account',
      body: forgottenPassword,
      answers: okay,
      always: true,
      handle: async ({ body, request }) => {
        if (!mail) throw new Refusal('mail-not-configured');
        const { count, retryAfter } = await countEvent(metadata.queries, `reset:${networkKey(request.ip ?? '')}`, 3600, new Date());
        if (count > 20) throw new Refusal('too-many-requests', { retryAfter });
        const person = await personByUsername(metadata.queries, body.username.trim().toLowerCase());
        if (person?.email && person.disabled === 0 && (await mayMail(person.id))) {
          const secret = newSecret();
          const now = new Date();
          const expires = new Date(now.getTime() + 3600_000);
          await insertReset(metadata.queries, { token_hash: secretHash(secret), person_id: person.id, created_at: now.toISOString(), expires_at: expires.toISOString() });
          // Not awaited: how long the mail server takes would tell whether the account exists.
          void mail.send(resetMessage(person.email, person.school_name, `${publicUrl}/reset?token=${secret}`, person.language));
        }
        return done;
      },
    }),
    route({
      method: 'put',
      path: '/api/password-resets',
      summary: 'Choose a new password with the token from the mail',
      tag: 'account',
      body: passwordReset,
      answers: okay,
      always: true,
      handle: async ({ body }) => {
        await choosePasswordByReset(metadata, secretHash(body.token), body.password);
        return done;
      },
    }),
    route({
      method: 'post',
      path: '/api/set-up',
      summary: 'Create the school and its first librarian; only once',
      tag: 'account',
      body: setUp,
      answers: sessionView,
      status: 201,
      always: true,
      handle: async ({ body, request, response }) => {
        const person = await setUpLibrary(metadata, body);
        return viewFor(await openSessionFor(metadata, person, request, response));
      },
    }),
  ];
}

function resetMessage(to: string, school: string, address: string, language: string | null): { to: string; subject: string; text: string } {
  if (language === 'en')
    return { to, subject: `${school}: choose a new password`, text: `To choose a new password for Tủ Sách, open this address within an hour:\n\n${address}\n\nIf you did not ask for this, nothing needs doing.\n` };
  return { to, subject: `${school}: đặt lại mật khẩu`, text: `Để đặt lại mật khẩu Tủ Sách, mở địa chỉ sau trong vòng một giờ:\n\n${address}\n\nNếu không phải anh/chị yêu cầu thì không cần làm gì.\n` };
}
