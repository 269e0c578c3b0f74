import type { Request, Response } from 'express';
import { allPlatforms } from '../../storage/metadata/lti-rows.ts';
import { Refusal } from '../errors.ts';
import { ticketParam } from '../contract/lti.ts';
import { formBody } from '../http/form-body.ts';
import { route, type Route } from '../http/route.ts';
import { currentRequestId } from '../log.ts';
import { choiceMessage } from './choosing.ts';
import { LaunchFault } from './launch-fault.ts';
import { faultPage, pageScripts, registeredPage, returnPage, sendPage } from './launch-pages.ts';
import { originsOf } from './launch-places.ts';
import { beginLogin, FramedFault, finishLaunch, type LaunchParts, linkAccount } from './launching.ts';
import { registerPlatform, type RegisteringParts } from './registering.ts';
import { publicKeyOf } from './signed-messages.ts';
import { signingKeys } from './signing-keys.ts';

/** A message may carry a picture of its course in its claims; none is longer than this. */
const mostFormBytes = 256 * 1024;

/** /lti: what platforms and their people's browsers ask for. Whatever is refused is told as a page, since a person sees it. */
export function launchRoutes(parts: LaunchParts & RegisteringParts): Route[] {
  const { metadata, publicUrl, log } = parts;

  const told = async (response: Response, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const fault = error instanceof FramedFault ? error.fault : error;
      if (!(fault instanceof LaunchFault)) throw error;
      // Whose page lies around is not known: of those who may, whoever it is may show that it did not work.
      const frames =
        error instanceof FramedFault ? error.frames : (await allPlatforms(metadata.queries)).flatMap(originsOf);
      log.info({ requestId: currentRequestId(), code: fault.code, detail: fault.detail }, 'launch refused');
      sendPage(response, faultPage(fault, [...new Set(frames)]));
    }
  };
  const form = async (request: Request): Promise<URLSearchParams> => {
    try {
      return await formBody(request, mostFormBytes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new LaunchFault(error.code === 'body-too-large' ? 'message-too-large' : 'message-incomplete', '', {
        cause: error,
      });
    }
  };
  const queryOf = (request: Request): URLSearchParams => new URL(request.originalUrl, publicUrl).searchParams;
  // Who the asker is here has no part in it: a session of theirs must not let the message of a platform through, or stop it.
  const open = { tag: 'lti', answers: 'bytes', always: true, anonymous: true } as const;

  return [
    route({
      ...{ ...open, method: 'get', path: '/lti/login' },
      summary: 'Begin a launch (third-party initiated login)',
      handle: ({ request, response }) => told(response, () => beginLogin(parts, request, response, queryOf(request))),
    }),
    route({
      ...{ ...open, method: 'post', path: '/lti/login' },
      summary: 'Begin a launch (third-party initiated login), by a form',
      handle: ({ request, response }) =>
        told(response, async () => beginLogin(parts, request, response, await form(request))),
    }),
    route({
      ...{ ...open, method: 'post', path: '/lti/launch' },
      summary: 'Take the signed message of a platform: open a record, or let a teacher choose some',
      handle: ({ request, response }) =>
        told(response, async () => finishLaunch(parts, request, response, await form(request))),
    }),
    route({
      ...{ ...open, method: 'post', path: '/lti/link' },
      summary: 'Sign in once to be known when coming from a platform',
      handle: ({ request, response }) =>
        told(response, async () => linkAccount(parts, request, response, await form(request))),
    }),
    route({
      ...{ method: 'get', path: '/lti/return/:ticket', tag: 'lti' },
      summary: 'Hand a choice over to the platform',
      params: ticketParam,
      answers: 'bytes',
      handle: ({ actor, params, response }) =>
        told(response, async () => {
          const { platform, address, message } = await choiceMessage(parts, actor, params.ticket);
          sendPage(response, returnPage({ address, message, platform: platform.name, frames: originsOf(platform) }));
        }),
    }),
    route({
      ...{ ...open, method: 'get', path: '/lti/register/:ticket' },
      summary:
        'Let a platform register itself (Dynamic Registration 1.0), by an address that an administrator has made',
      params: ticketParam,
      handle: async ({ params, request, response }) => {
        const given = queryOf(request);
        // Whoever opens it with a ticket of ours shows the answer inside its own page.
        const at = given.get('openid_configuration') ?? '';
        const frames = URL.canParse(at) && /^https?:/.test(at) ? [new URL(at).origin] : [];
        return told(response, async () => {
          try {
            const { name } = await registerPlatform(parts, params.ticket, given);
            sendPage(response, registeredPage(name, frames));
          } catch (error) {
            throw error instanceof LaunchFault ? new FramedFault(error, frames) : error;
          }
        });
      },
    }),
    route({
      ...{ ...open, method: 'get', path: '/lti/jwks.json' },
      summary: 'Public keys with which our messages are signed',
      handle: async ({ response }) => {
        const keys = (await signingKeys(metadata)).map(publicKeyOf);
        response.set({
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'public, max-age=300',
          'access-control-allow-origin': '*',
        });
        response.end(JSON.stringify({ keys }));
      },
    }),
    ...Object.entries(pageScripts).map(([name, text]) =>
      route({
        ...{ ...open, method: 'get', path: `/lti/${name}` },
        summary: `Script of the pages under /lti: ${name.replace('.js', '')}`,
        handle: async ({ response }) => {
          response.set({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=3600' });
          response.end(text);
        },
      }),
    ),
  ];
}
