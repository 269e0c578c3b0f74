import { z } from 'zod';
import { LaunchFault } from './launch-fault.ts';
import type { Claims } from './signed-messages.ts';

/** Names of claims: LTI Core 1.3 section 5.4, Deep Linking 2.0 section 3. */
export const claim = <Name extends string>(name: Name) => `https://purl.imsglobal.org/spec/lti/claim/${name}` as const;
export const linkingClaim = <Name extends string>(name: Name) =>
  `https://purl.imsglobal.org/spec/lti-dl/claim/${name}` as const;

const text = (most: number) => z.string().min(1).max(most);
const named = z.string().max(1000).nullish();

/** What we read of a message; platforms add claims of their own. */
const message = z.object({
  sub: text(255).optional(),
  nonce: text(512),
  name: named,
  given_name: named,
  family_name: named,
  [claim('version')]: z.literal('1.3.0'),
  [claim('message_type')]: z.enum(['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']),
  [claim('deployment_id')]: text(255),
  [claim('roles')]: z.array(z.string().max(1000)).max(200).nullish(),
});
const toResource = z.object({
  [claim('target_link_uri')]: text(4000),
  [claim('resource_link')]: z.looseObject({ id: text(255) }),
  [claim('custom')]: z.record(z.string(), z.unknown()).nullish(),
});
const toLinking = z.object({
  [linkingClaim('deep_linking_settings')]: z.object({
    deep_link_return_url: z.string().max(4000),
    accept_types: z.array(z.string()).max(50),
    accept_multiple: z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]).nullish(),
    data: z.string().nullish(),
  }),
});

export interface Message {
  nonce: string;
  deployment: string;
  /** Null: whoever it is, the platform does not say. */
  subject: string | null;
  name: string | null;
  roles: string[];
  asks:
    | { kind: 'resource'; target: string; custom: Record<string, unknown> }
    | { kind: 'linking'; returnUrl: string; types: string[]; multiple: boolean; data: string | null };
}

/** Reads the claims of a message whose signature holds. Throws LaunchFault. */
export function readMessage(claims: Claims): Message {
  const read = <T>(schema: z.ZodType<T>): T => {
    const result = schema.safeParse(claims);
    if (result.success) return result.data;
    const at = String(result.error.issues[0]?.path[0] ?? '');
    const kind = at === claim('version') || at === claim('message_type');
    throw new LaunchFault(kind ? 'message-kind' : 'message-incomplete', at, { cause: result.error });
  };
  const given = read(message);
  const name = given.name ?? [given.family_name, given.given_name].filter(Boolean).join(' ');
  const common = {
    nonce: given.nonce,
    deployment: given[claim('deployment_id')],
    subject: given.sub ?? null,
    name: name.normalize('NFC').replaceAll(/\p{C}/gu, '').trim().slice(0, 200) || null,
    roles: given[claim('roles')] ?? [],
  };
  if (given[claim('message_type')] === 'LtiResourceLinkRequest') {
    const asked = read(toResource);
    return {
      ...common,
      asks: { kind: 'resource', target: asked[claim('target_link_uri')], custom: asked[claim('custom')] ?? {} },
    };
  }
  const settings = read(toLinking)[linkingClaim('deep_linking_settings')];
  return {
    ...common,
    asks: {
      kind: 'linking',
      returnUrl: settings.deep_link_return_url,
      types: settings.accept_types,
      multiple: settings.accept_multiple === true,
      data: settings.data ?? null,
    },
  };
}

const membership = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor';
const assistant = 'http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant';
const learns =
  /^http:\/\/purl\.imsglobal\.org\/vocab\/lis\/v2\/institution\/person#(Student|Learner|ProspectiveStudent)$/;

/**
 * Whether whoever comes teaches this course: has the role Instructor itself (LTI Core 1.3 appendix A.2.3; the bare word is the older way to
 * write it). Not an assistant, who may be a pupil, nor a pupil of the school whom a teacher lets try things. Administrators of a platform
 * are nobody in particular here.
 */
export function isInstructor(roles: readonly string[]): boolean {
  if (roles.some((role) => learns.test(role) || role.startsWith(assistant))) return false;
  return roles.includes(membership) || roles.includes('Instructor');
}
