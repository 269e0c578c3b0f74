import { expect } from 'chai';
import { putAllowedHosts } from '../../../server/outbound/allowed-hosts.ts';
import { messageClaims as lti } from '../../support/learning-platform.ts';
import { type LtiLibrary, openLtiLibrary, publicUrl } from './lti-library.ts';

describe('a platform registers itself (LTI Dynamic Registration 1.0)', () => {
  let library: LtiLibrary;
  const toolClaim = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
  before(async () => {
    library = await openLtiLibrary();
  });
  after(() => library.close());
  beforeEach(() => {
    library.platform.configured = {};
    library.platform.answersRegistration = { client_id: 'by-registration', [toolClaim]: { deployment_id: 42 } };
  });

  const invite = async (form: object = {}): Promise<string> => {
    const made = await library.administrator.post('/api/lti/registrations', { name: 'Moodle tự nối', ...form });
    expect(made.status, made.text).to.equal(201);
    return made.body.address as string;
  };
  const open = (address: string, query: Record<string, string> = {}) =>
    library
      .browser()
      .get(
        `${address}?${new URLSearchParams({ openid_configuration: `${library.platform.url}/configuration`, registration_token: 'mot-lan', ...query })}`,
      );
  const platforms = async () =>
    (await library.administrator.get('/api/lti')).body.platforms as {
      name: string;
      clientId: string;
      deployments: string[];
      id: string;
    }[];

  it('by one address: both sides know each other, and a pupil comes', async () => {
    const address = await invite({ keepsNames: true });
    const page = await open(address);
    expect(page.status, page.text).to.equal(200);
    expect(page.text).to.contain('/lti/close.js');
    expect([
      page.headers.get('content-security-policy')!.includes(`frame-ancestors 'self' ${library.platform.url}`),
      page.headers.get('cross-origin-opener-policy'),
    ]).to.eql([true, null]);
    const { authorization, tool } = library.platform.registrations.at(-1)!;
    expect(authorization).to.equal('Bearer mot-lan');
    expect(tool).to.deep.include({
      response_types: ['id_token'],
      grant_types: ['implicit', 'client_credentials'],
      initiate_login_uri: `${publicUrl}/lti/login`,
      redirect_uris: [`${publicUrl}/lti/launch`],
      jwks_uri: `${publicUrl}/lti/jwks.json`,
      token_endpoint_auth_method: 'private_key_jwt',
    });
    const said = tool[toolClaim] as { domain: string; claims: string[]; messages: { type: string }[] };
    expect(said.domain).to.equal('thuvien.example');
    expect(said.claims).to.not.include('email');
    expect(said.messages.map(({ type }) => type)).to.eql(['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']);
    expect((await platforms()).find(({ clientId }) => clientId === 'by-registration')).to.deep.include({
      name: 'Moodle tự nối',
      issuer: library.platform.url,
      deployments: ['42'],
      authorizationEndpoint: `${library.platform.url}/auth`,
      jwksUrl: `${library.platform.url}/jwks`,
      keepsNames: true,
    });

    const browser = library.browser();
    library.platform.says = (asked) =>
      library.resource(asked, { aud: 'by-registration', azp: 'by-registration', [lti('deployment_id')]: '42' });
    const fields = await library.begin(browser, undefined, { client_id: 'by-registration' });
    expect((await browser.post('/lti/launch', fields)).status).to.equal(303);

    const again = await open(address);
    expect([again.status, again.text.includes('registration-gone')]).to.eql([410, true]);
  });

  it('what fails leaves nothing behind, and the address can be tried again', async () => {
    const address = await invite();
    const before = (await platforms()).length;
    const code = async (query: Record<string, string> = {}): Promise<string | undefined> =>
      /<p class="en">([a-z-]+)/.exec((await open(address, query)).text)?.[1];
    library.platform.configured = { issuer: 'https://another.example' };
    expect(await code()).to.equal('registration-failed');
    library.platform.configured = { jwks_uri: 'file:///etc/passwd' };
    expect(await code()).to.equal('registration-failed');
    library.platform.configured = {};
    library.platform.answersRegistration = null;
    expect(await code()).to.equal('registration-failed');
    library.platform.answersRegistration = { error: 'invalid_client_metadata' };
    expect(await code()).to.equal('registration-failed');
    expect(await code({ openid_configuration: 'javascript:alert(1)' })).to.match(
      /registration-failed|keys-unreachable/,
    );
    expect(await code({ openid_configuration: '' })).to.equal('message-incomplete');
    expect(await code({ registration_token: 'a\r\nX-Evil: 1' })).to.equal('message-incomplete');
    expect(await code({ openid_configuration: `${library.platform.url}/nowhere` })).to.equal('registration-failed');
    await putAllowedHosts(library.app.storage.metadata.queries, []);
    expect(await code()).to.equal('keys-unreachable');
    await putAllowedHosts(library.app.storage.metadata.queries, [library.platform.host]);
    expect((await platforms()).length).to.equal(before);

    // A platform that makes its deployments later: nobody comes before one is entered.
    library.platform.answersRegistration = { client_id: 'later' };
    expect((await open(address)).status).to.equal(200);
    expect((await platforms()).find(({ clientId }) => clientId === 'later')!.deployments).to.eql([]);
  });

  it('nobody registers without an address from an administrator', async () => {
    const asked = library.platform.registrations.length;
    expect((await open(`${publicUrl}/lti/register/${'x'.repeat(43)}`)).status).to.equal(410);
    expect((await library.browser().get('/lti/register/short')).status).to.equal(400);
    expect((await library.browser().get('/lti/register')).status).to.equal(404);
    const address = await invite();
    await library.app.storage.metadata.queries
      .updateTable('lti_tickets')
      .set({ expires_at: '2020-01-01T00:00:00.000Z' })
      .execute();
    expect((await open(address)).status).to.equal(410);
    expect(library.platform.registrations.length).to.equal(asked);
  });
});
