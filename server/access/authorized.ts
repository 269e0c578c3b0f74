import { Refusal, type RefusalCode } from '../errors.ts';
import type { Actor } from './actor.ts';

declare const proof: unique symbol;

/** A subject together with the proof that the actor may do `Ability` to it. Only authorize() makes one, so forgetting the check does not compile. */
export type Authorized<Subject, Ability extends string> = Subject & { readonly [proof]: Ability };

/**
 * A noun's rights: small predicates by ability. `see` decides between "not there" and "not allowed", so that nobody learns
 * from an error that something hidden exists.
 */
export type Policy<Subject, Ability extends string> = Record<Ability | 'see', (actor: Actor, subject: Subject) => boolean>;

export function authorize<Subject, Ability extends string>(
  policy: Policy<NoInfer<Subject>, Ability>,
  missing: RefusalCode,
  actor: Actor,
  ability: Ability | 'see',
  subject: Subject | undefined | null,
): Authorized<Subject, Ability> {
  if (subject === undefined || subject === null || !policy.see(actor, subject)) throw new Refusal(missing);
  if (!policy[ability](actor, subject)) throw new Refusal(actor.kind === 'guest' ? 'not-signed-in' : 'not-allowed');
  return subject as Authorized<Subject, Ability>;
}
