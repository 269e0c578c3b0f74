import type { JWTPayload } from 'jose';
import { putAllowedHosts } from '../../../server/outbound/allowed-hosts.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import {
  formOf,
  type HandBrowser,
  inWindow,
  type LearningPlatform,
  linkingClaims,
  messageClaims,
  openHandBrowser,
  openLearningPlatform,
  type Seen,
} from '../../support/learning-platform.ts';
import { deepLinkingRequest, resourceLinkRequest } from './spec-messages.ts';

const standIn = 'https://thuvien.example';
export { standIn as publicUrl };
export const now = (): number => Math.floor(Date.now() / 1000);
const membership = (role: string): string => `http://purl.imsglobal.org/vocab/lis/v2/membership#${role}`;
export const learner = [membership('Learner')];
export const instructor = [membership('Instructor')];

/** A library and a platform that know each other, and one public record. */
export interface LtiLibrary {
  app: TestApp;
  platform: LearningPlatform;
  administrator: Visitor;
  recordId: string;
  platformId: string;
  browser(): HandBrowser;
  /** What an administrator enters for a platform. */
  form(of: LearningPlatform, more?: object): object;
  /** Claims of the specification's example, made to fit this round. */
  resource(asked: URLSearchParams, changes?: JWTPayload): JWTPayload;
  linking(asked: URLSearchParams, changes?: JWTPayload): JWTPayload;
  /** Login and authorization; the form with which the platform sends the browser back. */
  begin(
    browser: HandBrowser,
    headers?: Record<string, string>,
    changes?: Record<string, string>,
  ): Promise<{ id_token: string; state: string }>;
  /** The whole round; what the library answers in the end. */
  launch(
    browser: HandBrowser,
    says: (asked: URLSearchParams) => JWTPayload,
    headers?: Record<string, string>,
  ): Promise<Seen>;
  publish(fields: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** `port`: the library is at http://localhost:<port> for browsers, as against 127.0.0.1 of the platform. */
export async function openLtiLibrary(options: { dist?: string; port?: number } = {}): Promise<LtiLibrary> {
  const publicUrl = options.port ? `http://localhost:${options.port}` : standIn;
  const app = await openTestApp({ environment: { PUBLIC_URL: publicUrl }, ...options });
  const administrator = await app.as('administrator');
  const librarian = await app.as('librarian');
  const platform = await openLearningPlatform(app.url);
  await putAllowedHosts(app.storage.metadata.queries, [platform.host]);
  const publish = async (fields: Record<string, unknown>): Promise<string> => {
    const { id } = (await librarian.post('/api/records', { licence: 'CC-BY-4.0', scope: 'public', ...fields })).body;
    await librarian.post(`/api/records/${id}/publish`, { version: 1 });
    return id as string;
  };
  const form = (of: LearningPlatform, more: object = {}): object => ({
    name: 'Moodle Hoa Sen',
    issuer: of.url,
    clientId: of.clientId,
    deployments: [of.deployment],
    authorizationEndpoint: `${of.url}/auth`,
    tokenEndpoint: `${of.url}/token`,
    jwksUrl: `${of.url}/jwks`,
    ...more,
  });
  const made = await administrator.post('/api/lti/platforms', form(platform));
  if (made.status !== 201) throw new Error(made.text);
  const recordId = await publish({ title: 'Truyện Kiều' });
  const round = (asked: URLSearchParams): JWTPayload => ({
    iss: platform.url,
    aud: [platform.clientId],
    azp: platform.clientId,
    iat: now(),
    exp: now() + 300,
    nonce: asked.get('nonce')!,
    [messageClaims('deployment_id')]: platform.deployment,
  });

  const library: LtiLibrary = {
    app,
    platform,
    administrator,
    recordId,
    platformId: made.body.platforms[0].id as string,
    browser: () => openHandBrowser(app.url, publicUrl),
    form,
    publish,
    resource: (asked, changes = {}) => ({
      ...resourceLinkRequest,
      ...round(asked),
      [messageClaims('target_link_uri')]: `${publicUrl}/record/${recordId}`,
      ...changes,
    }),
    linking: (asked, changes = {}) => ({
      ...deepLinkingRequest,
      ...round(asked),
      [linkingClaims('deep_linking_settings')]: {
        ...(deepLinkingRequest[linkingClaims('deep_linking_settings')] as object),
        deep_link_return_url: `${platform.url}/return`,
      },
      ...changes,
    }),
    async begin(browser, headers = inWindow, changes = {}) {
      const query = new URLSearchParams({
        iss: platform.url,
        client_id: platform.clientId,
        login_hint: 'moodle-2',
        lti_message_hint: '{"cmid":7}',
        target_link_uri: `${publicUrl}/record/${recordId}`,
        ...changes,
      });
      let answer = await browser.get(`/lti/login?${query}`, headers);
      while (answer.status === 303) answer = await browser.get(answer.headers.get('location')!, headers);
      if (answer.status !== 302)
        throw new Error(`login answered ${answer.status}: ${answer.text.replace(/^.*<main>/s, '')}`);
      const { fields } = formOf((await browser.get(answer.headers.get('location')!)).text);
      return fields as { id_token: string; state: string };
    },
    async launch(browser, says, headers = inWindow) {
      platform.says = says;
      return browser.post('/lti/launch', await library.begin(browser, headers), headers);
    },
    async close() {
      await app.close();
      await platform.close();
    },
  };
  return library;
}
