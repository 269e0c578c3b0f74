import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { bookRow, pageKeys } from '../../storage/metadata/book-rows.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { changeTicket, type PlatformRow, platformById } from '../../storage/metadata/lti-rows.ts';
import { namedRecord } from '../../storage/metadata/records.ts';
import { type Actor, guest, type Person } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { secretHash } from '../accounts/open-sessions.ts';
import { loadRecordFiles } from '../catalogue/record-covers.ts';
import type { ChosenItem } from '../contract/lti.ts';
import { Refusal } from '../errors.ts';
import { iiifAddresses } from '../reader/iiif-addresses.ts';
import { LaunchFault } from './launch-fault.ts';
import { readPath, recordPath } from './launch-places.ts';
import { claim, linkingClaim } from './lti-claims.ts';
import { signMessage } from './signed-messages.ts';
import { signingKeys } from './signing-keys.ts';
import { type Choice, type Chosen, seeTicket, useTicket } from './tickets.ts';

export interface ChoosingParts {
  metadata: Metadata;
  publicUrl: string;
}

/** The choice that a person has under way. Throws choice-gone, also for one of somebody else. */
export async function ownChoice(
  metadata: Metadata,
  actor: Actor,
  secret: string,
): Promise<{ platform: PlatformRow; choice: Choice }> {
  const ticket = await seeTicket(metadata, 'choice', secret);
  const platform =
    ticket && actor.kind === 'person' && ticket.personId === actor.id
      ? await platformById(metadata.queries, ticket.platformId!)
      : undefined;
  if (!ticket || !platform) throw new Refusal('choice-gone');
  return { platform, choice: ticket.holds };
}

/** Keeps what was chosen for the page that hands it over. Answers the titles that a pupil of the platform could not open. */
export async function choose(
  parts: ChoosingParts,
  actor: Actor,
  secret: string,
  items: readonly ChosenItem[],
): Promise<string[]> {
  const { metadata } = parts;
  const { platform, choice } = await ownChoice(metadata, actor, secret);
  if (items.length > 1 && !choice.multiple) throw new Refusal('not-valid', { path: 'items' });
  const chosen: Chosen[] = [];
  const closed: string[] = [];
  for (const item of items) {
    const one = await look(parts, actor, item, pupilOf(platform));
    chosen.push(one.chosen);
    if (!one.open) closed.push(one.chosen.title);
  }
  await changeTicket(
    metadata.queries,
    secretHash(secret),
    JSON.stringify({ ...choice, items: chosen } satisfies Choice),
  );
  return closed;
}

/** Somebody who comes from the platform and has no rights but those of a pupil of its school. */
const pupilOf = (platform: PlatformRow): Person => ({
  kind: 'person',
  id: '',
  name: '',
  schoolId: platform.school_id,
  role: 'pupil',
  language: null,
  mustChangePassword: false,
  via: 'cookie',
  sessionId: null,
  csrf: null,
});

async function look(
  { metadata, publicUrl }: ChoosingParts,
  actor: Actor,
  { recordId, fileId, page }: ChosenItem,
  pupil: Person,
): Promise<{ chosen: Chosen; open: boolean }> {
  const record = await namedRecord(metadata.queries, recordId);
  if (!record || record.state !== 'published' || record.deleted_at !== null || !mayReach(actor, record))
    throw new Refusal('record-not-found', { id: recordId });
  let title = record.title;
  if (fileId !== null) {
    const book = await bookRow(metadata.queries, fileId);
    if (book?.id !== recordId) throw new Refusal('file-not-found');
    const row = await pageKeys(metadata.queries, fileId, page ?? 1);
    if (!row) throw new Refusal('page-not-found', { page: page ?? 1 });
    title = `${title}, trang ${row.label ?? row.number}`;
  }
  // A platform asks for the picture as nobody in particular, from its own pages: by IIIF, which other sites may show.
  const cover = mayReach(guest(), record) ? (await loadRecordFiles(metadata, [recordId])).get(recordId)?.cover : null;
  const [, coverFile, coverPage] = /^\/api\/files\/([^/]+)\/pages\/(\d+)\//.exec(cover?.large ?? '') ?? [];
  const url = `${iiifAddresses(publicUrl, coverFile ?? '').image(Number(coverPage))}/full/!${cover?.width},${cover?.height}/0/default.jpg`;
  const thumbnail = cover && coverFile ? { url, width: cover.width, height: cover.height } : null;
  return {
    chosen: { recordId, fileId, page: fileId === null ? null : (page ?? 1), title, thumbnail },
    open: mayReach(pupil, record),
  };
}

/**
 * The message that returns a choice (Deep Linking 2.0 section 4.5), signed, and where it goes. It is handed out once.
 * Throws LaunchFault choice-gone.
 */
export async function choiceMessage(
  parts: ChoosingParts,
  actor: Actor,
  secret: string,
): Promise<{ platform: PlatformRow; address: string; message: string }> {
  const { metadata } = parts;
  const seen = await ownChoice(metadata, actor, secret).catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'choice-gone' ? new LaunchFault('choice-gone') : error;
  });
  if (seen.choice.items === null) throw new LaunchFault('choice-gone');
  const [key] = await signingKeys(metadata);
  const taken = await useTicket(metadata, 'choice', secret);
  if (!taken || taken.holds.items === null) throw new LaunchFault('choice-gone');
  const { deployment, data, returnUrl, items } = taken.holds;
  const claims = {
    nonce: randomBytes(16).toString('base64url'),
    jti: uuid(),
    [claim('deployment_id')]: deployment,
    [claim('message_type')]: 'LtiDeepLinkingResponse',
    [claim('version')]: '1.3.0',
    [linkingClaim('content_items')]: items.map((item) => contentItem(parts.publicUrl, item)),
    ...(data === null ? {} : { [linkingClaim('data')]: data }),
  };
  const message = await signMessage(key!, claims, { from: seen.platform.client_id, for: seen.platform.issuer });
  return { platform: seen.platform, address: returnUrl, message };
}

/** Both say where it opens: some platforms keep no custom parameters, others no address but the tool's own. */
function contentItem(publicUrl: string, { recordId, fileId, page, title, thumbnail }: Chosen): object {
  const path = fileId === null || page === null ? recordPath(recordId) : readPath(fileId, page);
  return {
    type: 'ltiResourceLink',
    title,
    url: publicUrl + path,
    custom: { record: recordId, ...(fileId === null || page === null ? {} : { file: fileId, page: String(page) }) },
    ...(thumbnail ? { thumbnail } : {}),
  };
}
