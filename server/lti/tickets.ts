import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { insertTicket, takeTicket, ticketById, type TicketRow } from '../../storage/metadata/lti-rows.ts';
import { newSecret, secretHash } from '../accounts/open-sessions.ts';
import { newRegistration } from '../contract/lti.ts';
import { id } from '../contract/common.ts';

/**
 * What is under way between a platform and us is a row that only the holder of a random secret can name, like a session: nothing is signed,
 * any process can go on with it, and taking it deletes it, so that it serves once.
 */

const chosen = z.object({
  recordId: id,
  fileId: id.nullable(),
  page: z.number().nullable(),
  title: z.string(),
  thumbnail: z.object({ url: z.string(), width: z.number(), height: z.number() }).nullable(),
});
export type Chosen = z.infer<typeof chosen>;

/** What a deep linking request asked for (LTI Deep Linking 2.0 section 4.4.1). */
const choice = z.object({
  deployment: z.string(),
  returnUrl: z.string(),
  /** Goes back as it came. */
  data: z.string().nullable(),
  multiple: z.boolean(),
  /** Null: nothing has been decided yet. */
  items: z.array(chosen).nullable(),
});
export type Choice = z.infer<typeof choice>;

/** Where somebody arrives. */
const destination = z.union([z.object({ path: z.string() }), z.object({ choice })]);
export type Destination = z.infer<typeof destination>;

const shapes = {
  /** A launch that was begun: `state` is its secret. */
  login: z.object({ nonce: z.string(), browser: z.string(), framed: z.boolean() }),
  /** Somebody whom the platform knows has still to say who they are here. */
  link: z.object({
    subject: z.string(),
    name: z.string().nullable(),
    browser: z.string(),
    framed: z.boolean(),
    destination,
  }),
  choice,
  /** A platform may register itself. */
  registration: z.object({ schoolId: id, form: newRegistration }),
};
export type Held<K extends TicketRow['kind']> = z.infer<(typeof shapes)[K]>;
export interface Ticket<K extends TicketRow['kind']> {
  platformId: string | null;
  personId: string | null;
  holds: Held<K>;
}

const lifetimeMs: Record<TicketRow['kind'], number> = {
  login: 5 * 60_000,
  link: 15 * 60_000,
  choice: 2 * 3_600_000,
  registration: 24 * 3_600_000,
};

const read = <K extends TicketRow['kind']>(kind: K, row: TicketRow | undefined): Ticket<K> | null =>
  row
    ? {
        platformId: row.platform_id,
        personId: row.person_id,
        holds: shapes[kind].parse(JSON.parse(row.holds_json)) as Held<K>,
      }
    : null;

const secretPattern = /^[A-Za-z0-9_-]{43}$/;

/** Answers the secret that names it, and its end. */
export async function makeTicket<K extends TicketRow['kind']>(
  metadata: Metadata,
  kind: K,
  of: { platformId?: string; personId?: string; holds: Held<K> },
  secret = newSecret(),
): Promise<{ secret: string; expiresAt: string }> {
  const expiresAt = new Date(Date.now() + lifetimeMs[kind]).toISOString();
  await insertTicket(metadata.queries, {
    id: secretHash(secret),
    kind,
    platform_id: of.platformId ?? null,
    person_id: of.personId ?? null,
    holds_json: JSON.stringify(of.holds),
    expires_at: expiresAt,
  });
  return { secret, expiresAt };
}

/** Null: there is none, it was taken, or its time is over. */
export async function useTicket<K extends TicketRow['kind']>(
  metadata: Metadata,
  kind: K,
  secret: string,
): Promise<Ticket<K> | null> {
  if (!secretPattern.test(secret)) return null;
  return read(kind, await takeTicket(metadata.queries, secretHash(secret), kind, new Date().toISOString()));
}

/** Without taking it. */
export async function seeTicket<K extends TicketRow['kind']>(
  metadata: Metadata,
  kind: K,
  secret: string,
): Promise<Ticket<K> | null> {
  if (!secretPattern.test(secret)) return null;
  return read(kind, await ticketById(metadata.queries, secretHash(secret), kind, new Date().toISOString()));
}
