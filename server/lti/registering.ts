import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { newRegistration, platformForm } from '../contract/lti.ts';
import { Refusal } from '../errors.ts';
import { currentRequestId, type Log } from '../log.ts';
import { allowedHosts } from '../outbound/allowed-hosts.ts';
import { openOutbound, type Outbound, OutboundFault } from '../outbound/guarded-fetch.ts';
import { LaunchFault } from './launch-fault.ts';
import { addPlatform } from './platform-keeping.ts';
import { quickly } from './platform-keys.ts';
import { seeTicket, useTicket } from './tickets.ts';

/**
 * LTI Dynamic Registration 1.0: a platform opens an address that an administrator here has made for it; we read who it is, tell it who we
 * are, and both have all that would be copied by hand. Whoever holds the address may register, so it serves once and for a day.
 */

const endpoint = platformForm.shape.jwksUrl;
/** Section 3.4; what else it says is not needed. */
const configuration = z.object({
  issuer: platformForm.shape.issuer,
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  registration_endpoint: endpoint,
});
type Configuration = z.infer<typeof configuration>;

const toolClaim = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
/** Section 3.6. A deployment that the platform makes later is entered by hand. */
const registered = z.object({
  client_id: platformForm.shape.clientId,
  [toolClaim]: z
    .looseObject({ deployment_id: z.union([z.string().min(1).max(255), z.number().transform(String)]).nullish() })
    .optional(),
});

/** What we ask for: who somebody is and how they are called, and no e-mail address (section 3.5, OpenID Connect Registration section 2). */
const ourRegistration = (publicUrl: string) => ({
  application_type: 'web',
  response_types: ['id_token'],
  grant_types: ['implicit', 'client_credentials'],
  initiate_login_uri: `${publicUrl}/lti/login`,
  redirect_uris: [`${publicUrl}/lti/launch`],
  client_name: 'Tủ Sách',
  'client_name#en': 'Tủ Sách (library)',
  jwks_uri: `${publicUrl}/lti/jwks.json`,
  logo_uri: `${publicUrl}/icon.svg`,
  token_endpoint_auth_method: 'private_key_jwt',
  scope: '',
  [toolClaim]: {
    domain: new URL(publicUrl).host,
    description: 'Thư viện số của trường: chọn sách và học liệu cho lớp học.',
    target_link_uri: `${publicUrl}/`,
    custom_parameters: {},
    claims: ['iss', 'sub', 'name', 'given_name', 'family_name'],
    messages: [
      { type: 'LtiResourceLinkRequest', target_link_uri: `${publicUrl}/`, label: 'Tủ Sách' },
      {
        type: 'LtiDeepLinkingRequest',
        target_link_uri: `${publicUrl}/`,
        label: 'Chọn từ thư viện',
        'label#en': 'Choose from the library',
        placements: ['ContentArea'],
      },
    ],
  },
});

async function asked<T>(schema: z.ZodType<T>, work: () => Promise<{ status: number; body: Buffer }>): Promise<T> {
  try {
    const answer = await work();
    if (answer.status < 200 || answer.status > 299) throw new LaunchFault('registration-failed', String(answer.status));
    return schema.parse(JSON.parse(answer.body.toString('utf8')));
  } catch (error) {
    if (error instanceof LaunchFault) throw error;
    if (error instanceof OutboundFault)
      throw new LaunchFault(
        error.code === 'refused' ? 'keys-unreachable' : 'registration-failed',
        `${error.host} ${error.code}`,
        { cause: error },
      );
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      throw new LaunchFault('registration-failed', 'answer', { cause: error });
    throw error;
  }
}

export interface RegisteringParts {
  metadata: Metadata;
  publicUrl: string;
  log: Log;
}

/** Answers the platform's name here, and its issuer. Throws LaunchFault; the address is spent only by a registration that succeeded. */
export async function registerPlatform(
  { metadata, publicUrl, log }: RegisteringParts,
  secret: string,
  given: URLSearchParams,
): Promise<{ name: string; issuer: string }> {
  const ticket = await seeTicket(metadata, 'registration', secret);
  if (!ticket) throw new LaunchFault('registration-gone');
  const at = given.get('openid_configuration') ?? '';
  const token = given.get('registration_token');
  if (!URL.canParse(at)) throw new LaunchFault('message-incomplete', 'openid_configuration');
  if (token !== null && !/^[\x21-\x7e]{1,8000}$/.test(token))
    throw new LaunchFault('message-incomplete', 'registration_token');

  const outbound = openOutbound({ allowed: await allowedHosts(metadata.queries), limits: quickly });
  try {
    const { schoolId, form } = ticket.holds;
    const found = await asked(configuration, () => outbound.get(at, { headers: { accept: 'application/json' } }));
    // Or one platform could register itself as another (section 3.4).
    if (new URL(found.issuer).host !== new URL(at).host) throw new LaunchFault('registration-failed', 'issuer');
    const told = await tell(outbound, found, publicUrl, token);
    const deployment = told[toolClaim]?.deployment_id;
    if (!(await useTicket(metadata, 'registration', secret))) throw new LaunchFault('registration-gone');
    const platformId = await addPlatform(metadata, schoolId, {
      ...newRegistration.parse(form),
      issuer: found.issuer,
      clientId: told.client_id,
      deployments: deployment ? [deployment] : [],
      authorizationEndpoint: found.authorization_endpoint,
      tokenEndpoint: found.token_endpoint,
      jwksUrl: found.jwks_uri,
      site: null,
    }).catch((error: unknown) => {
      throw error instanceof Refusal ? new LaunchFault('registration-failed', error.code, { cause: error }) : error;
    });
    log.warn(
      {
        requestId: currentRequestId(),
        by: ticket.personId,
        act: 'platform-registered',
        platformId,
        issuer: found.issuer,
      },
      'done by the invitation of an administrator',
    );
    return { name: form.name, issuer: found.issuer };
  } finally {
    outbound.close();
  }
}

const tell = (outbound: Outbound, { registration_endpoint }: Configuration, publicUrl: string, token: string | null) =>
  asked(registered, () =>
    outbound.post(registration_endpoint, JSON.stringify(ourRegistration(publicUrl)), {
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
    }),
  );
