import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import {
  allPlatforms,
  changePlatform,
  insertPlatform,
  ltiKeys,
  peopleOfPlatforms,
  type PlatformRow,
  platformById,
  platformsOfIssuer,
} from '../../storage/metadata/lti-rows.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { LtiView, PlatformForm, PlatformView } from '../contract/lti.ts';
import { Refusal } from '../errors.ts';

const columns = (form: PlatformForm) => ({
  name: form.name.normalize('NFC'),
  issuer: form.issuer,
  client_id: form.clientId,
  deployments_json: JSON.stringify([...new Set(form.deployments)]),
  authorization_endpoint: form.authorizationEndpoint,
  token_endpoint: form.tokenEndpoint,
  jwks_url: form.jwksUrl,
  site: form.site,
  strangers: form.strangers,
  trusts_teachers: form.trustsTeachers ? 1 : 0,
  keeps_names: form.keepsNames ? 1 : 0,
});

const viewOf = (row: PlatformRow, school: { id: string; name: string }, people: number): PlatformView => ({
  id: row.id,
  name: row.name,
  issuer: row.issuer,
  clientId: row.client_id,
  deployments: JSON.parse(row.deployments_json) as string[],
  authorizationEndpoint: row.authorization_endpoint,
  tokenEndpoint: row.token_endpoint,
  jwksUrl: row.jwks_url,
  site: row.site,
  strangers: row.strangers,
  trustsTeachers: row.trusts_teachers === 1,
  keepsNames: row.keeps_names === 1,
  school,
  people,
  createdAt: row.created_at,
});

/** What an administrator sees; platforms are of the installation, each with the school that its people belong to. */
export async function ltiPresented(metadata: Metadata, publicUrl: string): Promise<LtiView> {
  const [rows, people, keys, all] = [
    await allPlatforms(metadata.queries),
    await peopleOfPlatforms(metadata.queries),
    await ltiKeys(metadata.queries),
    await schools(metadata.queries),
  ];
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return {
    platforms: rows.map((row) =>
      viewOf(row, { id: row.school_id, name: names.get(row.school_id) ?? '' }, people.get(row.id) ?? 0),
    ),
    addresses: {
      login: `${publicUrl}/lti/login`,
      launch: `${publicUrl}/lti/launch`,
      keys: `${publicUrl}/lti/jwks.json`,
      site: publicUrl,
    },
    keys: keys.map(({ kid, created_at }) => ({ kid, createdAt: created_at })),
    secure: publicUrl.startsWith('https:'),
  };
}

/** Adds a platform whose people belong to `schoolId`. Throws platform-already-known. */
export async function addPlatform(metadata: Metadata, schoolId: string, form: PlatformForm): Promise<string> {
  const [id, now] = [uuid(), new Date().toISOString()];
  await metadata.transaction(async (queries) => {
    const same = (await platformsOfIssuer(queries, form.issuer)).some(({ client_id }) => client_id === form.clientId);
    if (same) throw new Refusal('platform-already-known');
    await insertPlatform(queries, { id, school_id: schoolId, ...columns(form), created_at: now, updated_at: now });
  });
  return id;
}

/** Throws platform-not-found, platform-already-known, platform-issuer-fixed: what people are called is the issuer's own. */
export async function editPlatform(metadata: Metadata, id: string, form: PlatformForm): Promise<void> {
  await metadata.transaction(async (queries) => {
    const before = await platformById(queries, id);
    if (!before) throw new Refusal('platform-not-found');
    if (before.issuer !== form.issuer && ((await peopleOfPlatforms(queries)).get(id) ?? 0) > 0)
      throw new Refusal('platform-issuer-fixed');
    const same = (await platformsOfIssuer(queries, form.issuer)).some(
      (other) => other.client_id === form.clientId && other.id !== id,
    );
    if (same) throw new Refusal('platform-already-known');
    await changePlatform(queries, id, { ...columns(form), updated_at: new Date().toISOString() });
  });
}
