import type { Request, Response } from 'express';
import type { Metadata } from '../../storage/metadata/database.ts';
import { type PlatformRow, platformById, platformsOfIssuer } from '../../storage/metadata/lti-rows.ts';
import type { PersonWithSchool } from '../../storage/metadata/people.ts';
import { framedAttributes, newSecret, openSessionFor, secretCookie, secretHash } from '../accounts/open-sessions.ts';
import { signIn } from '../accounts/sign-in.ts';
import { Refusal } from '../errors.ts';
import { LaunchFault } from './launch-fault.ts';
import { linkPage, ownWindowPage, sendPage } from './launch-pages.ts';
import { originsOf, pathOfLaunch, pathOfTarget, returnAddress } from './launch-places.ts';
import { type Message, readMessage } from './lti-claims.ts';
import { KeysUnread, type PlatformKeys } from './platform-keys.ts';
import { linkPerson, personOfPlatform } from './platform-people.ts';
import { verifyIdToken } from './signed-messages.ts';
import { type Destination, makeTicket, seeTicket, type Ticket, useTicket } from './tickets.ts';

/**
 * A launch is a round: the platform sends the browser to us (login), we send it back with a state and a nonce, the platform sends it here
 * with a signed message (launch). The browser that ends it must be the one that began it, or anybody could sign a reader in as somebody
 * else; what says so is a cookie of each login.
 *
 * Inside a frame of another site many browsers keep no cookie. The way of the specification around it (a store that the platform holds,
 * asked by messages between windows) would keep the state and nothing else, and reading needs a session: so a frame first shows that it
 * keeps a cookie, and otherwise offers the same login in a window of its own, before anything of it is spent at the platform.
 */
export interface LaunchParts {
  metadata: Metadata;
  publicUrl: string;
  keys: PlatformKeys;
}

const loginSeconds = 300;
const linkSeconds = 900;
const probeCookie = 'tusach-lti-thu';
const stateCookie = (state: string): string => `tusach-lti-${state.slice(0, 16)}`;

/** Whether the page of another site lies around what is asked for. Browsers without these headers are taken for windows. */
const framedElsewhere = ({ headers }: Request): boolean =>
  ['iframe', 'frame', 'embed', 'object'].includes(String(headers['sec-fetch-dest'])) &&
  headers['sec-fetch-site'] === 'cross-site';

/**
 * A cookie that comes back with a form of another site. Without TLS browsers take no SameSite=None; one without the attribute comes back in
 * a window for two minutes, which is enough for a school's own network.
 */
const shortCookie = (request: Request, framed: boolean, seconds: number): string =>
  framed
    ? framedAttributes(seconds, '/lti')
    : `Path=/lti; HttpOnly; Max-Age=${seconds}${request.secure ? '; SameSite=None; Secure' : ''}`;

const ofBrowser = (request: Request, secret: string, hash: string): boolean => {
  const held = secretCookie(request, stateCookie(secret));
  return held !== null && secretHash(held) === hash;
};

/** The platform that a message is from. Throws LaunchFault platform-unknown. */
async function platformOf(metadata: Metadata, given: URLSearchParams): Promise<PlatformRow> {
  const [clientId, deployment] = [given.get('client_id'), given.get('lti_deployment_id')];
  let found = await platformsOfIssuer(metadata.queries, given.get('iss') ?? '');
  if (clientId !== null) found = found.filter(({ client_id }) => client_id === clientId);
  else if (found.length > 1)
    found = found.filter(({ deployments_json }) =>
      (JSON.parse(deployments_json) as string[]).includes(deployment ?? ''),
    );
  const [platform] = found;
  if (!platform || found.length > 1) throw new LaunchFault('platform-unknown', (given.get('iss') ?? '').slice(0, 200));
  return platform;
}

/** Throws the fault with the origins under which it may be shown. */
export class FramedFault extends Error {
  constructor(
    readonly fault: LaunchFault,
    readonly frames: readonly string[],
  ) {
    super(fault.message, { cause: fault });
    this.name = 'FramedFault';
  }
}

async function within<T>(platform: PlatformRow, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LaunchFault ? new FramedFault(error, originsOf(platform)) : error;
  }
}

/** Third-party initiated login (Security Framework section 5.1.1). Throws LaunchFault, FramedFault. */
export async function beginLogin(
  { metadata, publicUrl }: LaunchParts,
  request: Request,
  response: Response,
  given: URLSearchParams,
): Promise<void> {
  const platform = await platformOf(metadata, given);
  await within(platform, async () => {
    const [hint, target] = [given.get('login_hint'), given.get('target_link_uri')];
    if (!hint) throw new LaunchFault('message-incomplete', 'login_hint');
    if (!target) throw new LaunchFault('message-incomplete', 'target_link_uri');
    pathOfTarget(publicUrl, target);
    const framed = framedElsewhere(request);
    if (framed && !request.headers.cookie?.includes(`${probeCookie}=1`)) {
      const again = new URLSearchParams([...given].filter(([name]) => name !== 'probed'));
      if (given.has('probed')) return sendPage(response, ownWindowPage(`/lti/login?${again}`, originsOf(platform)));
      response.append('set-cookie', `${probeCookie}=1; ${framedAttributes(loginSeconds, '/lti')}`);
      return response.redirect(303, `/lti/login?${again}&probed=1`);
    }
    const [nonce, browser] = [newSecret(), newSecret()];
    const { secret: state } = await makeTicket(metadata, 'login', {
      platformId: platform.id,
      holds: { nonce, browser: secretHash(browser), framed },
    });
    response.append('set-cookie', `${stateCookie(state)}=${browser}; ${shortCookie(request, framed, loginSeconds)}`);
    const to = new URL(platform.authorization_endpoint);
    const asked = {
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: platform.client_id,
      redirect_uri: `${publicUrl}/lti/launch`,
      login_hint: hint,
      state,
      nonce,
    };
    for (const [name, value] of Object.entries(asked)) to.searchParams.set(name, value);
    const messageHint = given.get('lti_message_hint');
    if (messageHint !== null) to.searchParams.set('lti_message_hint', messageHint);
    response.setHeader('cache-control', 'no-store');
    response.redirect(302, to.href);
  });
}

/** The message itself. Throws LaunchFault, FramedFault. */
export async function finishLaunch(
  parts: LaunchParts,
  request: Request,
  response: Response,
  given: URLSearchParams,
): Promise<void> {
  const { metadata, publicUrl } = parts;
  const state = given.get('state') ?? '';
  const login = await useTicket(metadata, 'login', state);
  if (!login) throw new LaunchFault('state-unknown');
  const platform = (await platformById(metadata.queries, login.platformId!))!;
  await within(platform, async () => {
    if (!ofBrowser(request, state, login.holds.browser)) throw new LaunchFault('browser-other');
    response.append('set-cookie', `${stateCookie(state)}=; ${shortCookie(request, login.holds.framed, 0)}`);
    if (given.has('error')) throw new LaunchFault('platform-refused', (given.get('error') ?? '').slice(0, 100));
    const message = await messageOf(parts, platform, given.get('id_token') ?? '', login.holds.nonce);
    const destination = destinationOf(publicUrl, platform, message);
    if (message.subject === null) {
      if (!('path' in destination)) throw new LaunchFault('person-missing');
      return response.redirect(303, destination.path);
    }
    const { framed } = login.holds;
    const person = await personOfPlatform(metadata, platform, { ...message, subject: message.subject });
    if (person) return arrive(parts, request, response, { platform, person, framed, destination });

    const browser = newSecret();
    const { secret } = await makeTicket(metadata, 'link', {
      platformId: platform.id,
      holds: { subject: message.subject, name: message.name, browser: secretHash(browser), framed, destination },
    });
    response.append('set-cookie', `${stateCookie(secret)}=${browser}; ${shortCookie(request, framed, linkSeconds)}`);
    sendPage(
      response,
      linkPage({
        platform: platform.name,
        name: message.name,
        ticket: secret,
        frames: originsOf(platform),
        trouble: null,
      }),
    );
  });
}

async function messageOf({ keys }: LaunchParts, platform: PlatformRow, token: string, nonce: string): Promise<Message> {
  if (token === '') throw new LaunchFault('message-incomplete', 'id_token');
  const claims = await verifyIdToken(token, { issuer: platform.issuer, clientId: platform.client_id }, (fresh) =>
    keys.keysAt(platform.jwks_url, fresh),
  ).catch((error: unknown) => {
    throw error instanceof KeysUnread
      ? new LaunchFault('keys-unreachable', `${error.host} ${error.why}`, { cause: error })
      : error;
  });
  const message = readMessage(claims);
  if (message.nonce !== nonce) throw new LaunchFault('nonce-wrong');
  if (!(JSON.parse(platform.deployments_json) as string[]).includes(message.deployment))
    throw new LaunchFault('deployment-unknown', message.deployment.slice(0, 100));
  return message;
}

function destinationOf(publicUrl: string, platform: PlatformRow, { asks, deployment }: Message): Destination {
  if (asks.kind === 'resource') return { path: pathOfLaunch(publicUrl, asks.target, asks.custom) };
  const returnUrl = returnAddress(platform, asks.returnUrl);
  if (!asks.types.includes('ltiResourceLink')) throw new LaunchFault('message-kind', 'accept_types');
  return { choice: { deployment, returnUrl, data: asks.data, multiple: asks.multiple, items: null } };
}

interface Arrival {
  platform: PlatformRow;
  person: PersonWithSchool;
  framed: boolean;
  destination: Destination;
}

async function arrive(
  { metadata }: LaunchParts,
  request: Request,
  response: Response,
  { platform, person, framed, destination }: Arrival,
): Promise<void> {
  await openSessionFor(metadata, person, request, response, { platformId: platform.id, framed });
  response.setHeader('cache-control', 'no-store');
  if ('path' in destination) return response.redirect(303, destination.path);
  const { secret } = await makeTicket(metadata, 'choice', {
    platformId: platform.id,
    personId: person.id,
    holds: destination.choice,
  });
  response.redirect(303, `/search?choose=${secret}`);
}

/**
 * The name and password that somebody of a platform gives to be linked to their account. They are given on the page that ended the launch,
 * in the same browser: a link of this kind that could be sent to others would link their account to the sender. Throws LaunchFault, FramedFault.
 */
export async function linkAccount(
  parts: LaunchParts,
  request: Request,
  response: Response,
  given: URLSearchParams,
): Promise<void> {
  const { metadata } = parts;
  const secret = given.get('ticket') ?? '';
  const ticket: Ticket<'link'> | null = await seeTicket(metadata, 'link', secret);
  if (!ticket) throw new LaunchFault('state-unknown');
  const platform = (await platformById(metadata.queries, ticket.platformId!))!;
  const { subject, name, browser, framed, destination } = ticket.holds;
  await within(platform, async () => {
    if (!ofBrowser(request, secret, browser)) throw new LaunchFault('browser-other');
    const username = (given.get('username') ?? '').slice(0, 200);
    let person: PersonWithSchool;
    try {
      person = await signIn(
        metadata,
        { username, password: (given.get('password') ?? '').slice(0, 200) },
        request.ip ?? '',
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return sendPage(
        response,
        linkPage({
          platform: platform.name,
          name,
          ticket: secret,
          frames: originsOf(platform),
          username,
          trouble: { status: error.status, ...signInTrouble(error) },
        }),
      );
    }
    await linkPerson(metadata, platform, subject, person);
    // Taken last: whoever mistypes tries again.
    if (!(await useTicket(metadata, 'link', secret))) throw new LaunchFault('state-unknown');
    response.append('set-cookie', `${stateCookie(secret)}=; ${shortCookie(request, framed, 0)}`);
    await arrive(parts, request, response, { platform, person, framed, destination });
  });
}

function signInTrouble({ code, params }: Refusal): { vi: string; en: string } {
  if (code === 'account-disabled') return { vi: 'Tài khoản này đang bị khoá.', en: 'This account is switched off.' };
  if (code !== 'sign-in-throttled')
    return { vi: 'Tên đăng nhập hoặc mật khẩu chưa đúng.', en: 'Username or password is wrong.' };
  const minutes = Math.ceil(Number(params['retryAfter'] ?? 900) / 60);
  return {
    vi: `Thử sai nhiều lần quá. Chờ ${minutes} phút rồi thử lại.`,
    en: `Too many attempts. Try again in ${minutes} minutes.`,
  };
}
