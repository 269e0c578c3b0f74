import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { platformById, removePlatform } from '../../storage/metadata/lti-rows.ts';
import type { Actor, Person } from '../access/actor.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id, okay } from '../contract/common.ts';
import {
  choiceMade,
  choiceNext,
  choiceView,
  keysAsked,
  keysFound,
  ltiView,
  newRegistration,
  platformForm,
  registrationAddress,
  ticketParam,
} from '../contract/lti.ts';
import { Refusal } from '../errors.ts';
import { done, route, type Route } from '../http/route.ts';
import { currentRequestId, type Log } from '../log.ts';
import { choose, ownChoice } from './choosing.ts';
import { addPlatform, editPlatform, ltiPresented } from './platform-keeping.ts';
import { KeysUnread, readPlatformKeys } from './platform-keys.ts';
import { rotateKeys } from './signing-keys.ts';
import { makeTicket } from './tickets.ts';

/** /api/lti: platforms, for administrators, and what a teacher is choosing for one. */
export function platformRoutes({
  metadata,
  publicUrl,
  log,
}: {
  metadata: Metadata;
  publicUrl: string;
  log: Log;
}): Route[] {
  const administrator = (actor: Actor): Person => {
    authorizeSchool(actor, 'operate');
    return actor;
  };
  const audit = (actor: Person, act: string, of: object): void =>
    log.warn({ requestId: currentRequestId(), by: actor.id, act, ...of }, 'done by an administrator');
  const present = () => ltiPresented(metadata, publicUrl);
  const tag = 'lti';
  return [
    route({
      ...{ method: 'get', path: '/api/lti', tag },
      summary: 'Learning platforms that open records by LTI 1.3, and the addresses to enter there',
      answers: ltiView,
      handle: async ({ actor }) => {
        administrator(actor);
        return present();
      },
    }),
    route({
      ...{ method: 'post', path: '/api/lti/platforms', tag },
      summary: 'Add a learning platform; its people belong to the school of whoever adds it',
      body: platformForm,
      answers: ltiView,
      status: 201,
      handle: async ({ actor, body }) => {
        const person = administrator(actor);
        audit(person, 'add-platform', {
          platformId: await addPlatform(metadata, person.schoolId, body),
          issuer: body.issuer,
        });
        return present();
      },
    }),
    route({
      ...{ method: 'put', path: '/api/lti/platforms/:id', tag },
      summary: 'Change a learning platform',
      params: z.object({ id }),
      body: platformForm,
      answers: ltiView,
      handle: async ({ actor, params, body }) => {
        const person = administrator(actor);
        await editPlatform(metadata, params.id, body);
        audit(person, 'change-platform', { platformId: params.id, issuer: body.issuer });
        return present();
      },
    }),
    route({
      ...{ method: 'delete', path: '/api/lti/platforms/:id', tag },
      summary: 'Remove a learning platform; the sessions it opened and the accounts it made end',
      params: z.object({ id }),
      answers: ltiView,
      handle: async ({ actor, params }) => {
        const person = administrator(actor);
        if (!(await platformById(metadata.queries, params.id))) throw new Refusal('platform-not-found');
        await metadata.transaction((queries) => removePlatform(queries, params.id));
        audit(person, 'remove-platform', { platformId: params.id });
        return present();
      },
    }),
    route({
      ...{ method: 'post', path: '/api/lti/keys-check', tag },
      summary: 'Try to read the keys of a learning platform from here',
      body: keysAsked,
      answers: keysFound,
      handle: async ({ actor, body }) => {
        administrator(actor);
        try {
          return { keys: (await readPlatformKeys(metadata, body.jwksUrl)).keys.length };
        } catch (error) {
          if (!(error instanceof KeysUnread)) throw error;
          throw new Refusal(
            error.why === 'refused' ? 'platform-keys-refused' : 'platform-keys-unread',
            { host: error.host },
            { cause: error },
          );
        }
      },
    }),
    route({
      ...{ method: 'post', path: '/api/lti/keys', tag },
      summary: 'Sign with a new key from now on; the last one stays published',
      answers: okay,
      handle: async ({ actor }) => {
        const person = administrator(actor);
        await rotateKeys(metadata);
        audit(person, 'rotate-lti-key', {});
        return done;
      },
    }),
    route({
      ...{ method: 'post', path: '/api/lti/registrations', tag },
      summary: 'Make an address that a learning platform opens once, within a day, to register itself',
      body: newRegistration,
      answers: registrationAddress,
      status: 201,
      handle: async ({ actor, body }) => {
        const person = administrator(actor);
        const { secret, expiresAt } = await makeTicket(metadata, 'registration', {
          personId: person.id,
          holds: { schoolId: person.schoolId, form: body },
        });
        audit(person, 'invite-platform', {});
        return { address: `${publicUrl}/lti/register/${secret}`, expiresAt };
      },
    }),
    route({
      ...{ method: 'get', path: '/api/lti/choices/:ticket', tag },
      summary: 'What the asker is choosing for',
      params: ticketParam,
      answers: choiceView,
      handle: async ({ actor, params }) => {
        const { platform, choice } = await ownChoice(metadata, actor, params.ticket);
        return { platform: platform.name, multiple: choice.multiple };
      },
    }),
    route({
      ...{ method: 'post', path: '/api/lti/choices/:ticket', tag },
      summary: 'Keep what was chosen; the page at the address that is answered hands it over',
      params: ticketParam,
      body: choiceMade,
      answers: choiceNext,
      handle: async ({ actor, params, body }) => {
        const closed = await choose({ metadata, publicUrl }, actor, params.ticket, body.items);
        return { address: `/lti/return/${params.ticket}`, closed };
      },
    }),
  ];
}
