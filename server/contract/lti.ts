import { z } from 'zod';
import { id, instant } from './common.ts';

/** An endpoint of a platform; addresses inside the school's network are allowed apart, see server/outbound. */
const endpoint = z.url({ protocol: /^https?$/ }).max(1000);
const plain = (most: number) => z.string().trim().min(1).max(most);

const platformFields = {
  name: plain(100),
  /** `iss` of its messages, compared letter by letter. */
  issuer: z.url({ protocol: /^https?$/ }).max(1000),
  clientId: plain(255),
  deployments: z.array(plain(255)).min(1).max(50),
  authorizationEndpoint: endpoint,
  tokenEndpoint: endpoint,
  jwksUrl: endpoint,
  /** Where people see its pages, when that is another origin than those above. */
  site: endpoint.nullable().default(null),
  /** Whom nobody knows yet: gets an account at once, or signs in once to be linked to their own. */
  strangers: z.enum(['make', 'link']).default('make'),
  /** Whether its instructors are teachers here. */
  trustsTeachers: z.boolean().default(true),
  /** Whether accounts of pupils bear their names. */
  keepsNames: z.boolean().default(false),
};

/** PUT replaces all of it. */
export const platformForm = z.object(platformFields);
export type PlatformForm = z.output<typeof platformForm>;

export const platformView = z.object({
  ...platformFields,
  /** Empty: it has registered itself without telling one, and nobody can come from it yet. */
  deployments: z.array(z.string()),
  id,
  school: z.object({ id, name: z.string() }),
  /** People of it that are somebody here. */
  people: z.number().int(),
  createdAt: instant,
});
export type PlatformView = z.infer<typeof platformView>;

/** GET /api/lti: platforms of the installation, and what to paste into one. */
export const ltiView = z.object({
  platforms: z.array(platformView),
  addresses: z.object({ login: z.string(), launch: z.string(), keys: z.string(), site: z.string() }),
  /** Ours to sign with, newest first; empty before the first use. */
  keys: z.array(z.object({ kid: z.string(), createdAt: instant })),
  /** False: browsers keep no cookie of ours inside a frame of another site, so everything opens in a window of its own. */
  secure: z.boolean(),
});
export type LtiView = z.infer<typeof ltiView>;

/** POST /api/lti/keys-check: whether the keys of a platform can be read from here. */
export const keysAsked = z.object({ jwksUrl: endpoint });
export const keysFound = z.object({ keys: z.number().int() });

/** POST /api/lti/registrations: an address that a platform opens once, within a day, to register itself. */
export const newRegistration = platformForm.pick({
  name: true,
  strangers: true,
  trustsTeachers: true,
  keepsNames: true,
});
export const registrationAddress = z.object({ address: z.string(), expiresAt: instant });

/** What a teacher is choosing for: GET /api/lti/choices/:ticket. */
export const choiceView = z.object({
  platform: z.string(),
  multiple: z.boolean(),
});
export type ChoiceView = z.infer<typeof choiceView>;

/** A record, or with `fileId` and `page` (from 1) that page of a book. */
export const chosenItem = z.object({
  recordId: id,
  fileId: id.nullable().default(null),
  page: z.number().int().min(1).max(100_000).nullable().default(null),
});
export type ChosenItem = z.infer<typeof chosenItem>;
/** An empty list takes the platform back with nothing chosen. */
export const choiceMade = z.object({ items: z.array(chosenItem).max(50) });
/** Where to go on: the page there hands the choice over to the platform. */
export const choiceNext = z.object({
  address: z.string(),
  /** Titles among them that a pupil who comes from the platform could not open. */
  closed: z.array(z.string()),
});

export const ticketParam = z.object({ ticket: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
