import { z } from 'zod';
import { id, instant } from './common.ts';

/** Roles of a person within their school; a guest has no account. */
export const personRoles = ['pupil', 'teacher', 'group-head', 'head', 'librarian', 'administrator'] as const;
export const personRole = z.enum(personRoles);
export type PersonRole = z.infer<typeof personRole>;

export const language = z.enum(['vi', 'en']);
export type Language = z.infer<typeof language>;

export const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/);
/** At least 8 characters; at most 200, since argon2id reads them all. */
export const password = z.string().min(8).max(200);

export const personView = z.object({
  id,
  username,
  name: z.string(),
  email: z.string().nullable(),
  role: personRole,
  school: z.object({ id, code: z.string(), name: z.string() }),
  language: language.nullable(),
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  createdAt: instant,
  version: z.number().int(),
});
export type PersonView = z.infer<typeof personView>;

/** What the asking person may do anywhere, computed by the same policies that guard the routes. */
export const globalAbilities = z.object({
  upload: z.boolean(),
  publish: z.boolean(),
  seeDrafts: z.boolean(),
  seeBin: z.boolean(),
  managePeople: z.boolean(),
  manageVocabularies: z.boolean(),
  harvest: z.boolean(),
  seeHealth: z.boolean(),
  operate: z.boolean(),
});

/** GET /api/session: who is asking; `person` is null for a guest. `csrf` goes into header x-csrf-token of every unsafe request. */
export const sessionView = z.object({
  person: personView.nullable(),
  csrf: z.string().nullable(),
  language: language.nullable(),
  abilities: globalAbilities,
  /** True until a school exists: the web shows set-up and nothing else. */
  needsSetUp: z.boolean(),
  school: z.object({ id, code: z.string(), name: z.string(), accent: z.string() }).nullable(),
  mail: z.boolean(),
});
export type SessionView = z.infer<typeof sessionView>;

export const signIn = z.object({ username: z.string().max(200), password: z.string().max(200) });
export const passwordChange = z.object({ current: z.string().max(200), next: password });
export const languageChange = z.object({ language });

export const setUp = z.object({
  school: z.object({ name: z.string().trim().min(1).max(200), code: z.string().trim().regex(/^[A-Za-z0-9_-]{1,20}$/) }),
  librarian: z.object({ name: z.string().trim().min(1).max(200), username, password }),
  sample: z.boolean().default(false),
});
export type SetUp = z.infer<typeof setUp>;

export const newPerson = z.object({
  name: z.string().trim().min(1).max(200),
  username,
  email: z.email().nullish(),
  role: personRole,
  password: password.optional(),
});
export const personChanges = z.object({
  version: z.number().int(),
  name: z.string().trim().min(1).max(200).optional(),
  email: z.email().nullish(),
  role: personRole.optional(),
  disabled: z.boolean().optional(),
});
/** A password the system chose, shown once to whoever made or reset the account. */
export const personWithPassword = z.object({ person: personView, password: z.string().nullable() });
export const people = z.object({ people: z.array(personView) });

export const forgottenPassword = z.object({ username: z.string().max(200) });
export const passwordReset = z.object({ token: z.string().max(200), password });

export const openSession = z.object({
  id: z.string(),
  createdAt: instant,
  seenAt: instant,
  device: z.string(),
  current: z.boolean(),
});
export const openSessions = z.object({ sessions: z.array(openSession) });

export const newAccessToken = z.object({ name: z.string().trim().min(1).max(100), days: z.number().int().min(1).max(366).default(90) });
export const accessToken = z.object({ id, name: z.string(), createdAt: instant, expiresAt: instant, usedAt: instant.nullable() });
export const accessTokens = z.object({ tokens: z.array(accessToken) });
/** `secret` is shown once; only its SHA-256 is kept. Used as `Authorization: Bearer <secret>`. */
export const accessTokenWithSecret = accessToken.extend({ secret: z.string() });
