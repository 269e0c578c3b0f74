import type { z } from 'zod';
import type { globalAbilities } from '../contract/person.ts';
import { type Actor, isCataloguer, isStaff, type Person } from './actor.ts';
import { Refusal } from '../errors.ts';

export type SchoolAbility = keyof z.infer<typeof globalAbilities>;

const hasRole = (actor: Actor, ...roles: Person['role'][]): boolean => actor.kind === 'person' && roles.includes(actor.role);

/** What a person may do within their own school. */
const may: Record<SchoolAbility, (actor: Actor) => boolean> = {
  upload: isStaff,
  publish: isCataloguer,
  seeDrafts: isStaff,
  seeBin: isStaff,
  managePeople: (actor) => hasRole(actor, 'librarian', 'administrator'),
  manageVocabularies: isCataloguer,
  harvest: isCataloguer,
  seeHealth: (actor) => hasRole(actor, 'librarian', 'administrator', 'head'),
  // Queue, index, processes and metrics of the whole installation, whichever school the administrator is of.
  operate: (actor) => hasRole(actor, 'administrator'),
};

export function schoolAbilities(actor: Actor): z.infer<typeof globalAbilities> {
  const entries = Object.entries(may).map(([ability, predicate]) => [ability, predicate(actor)]);
  return Object.fromEntries(entries) as z.infer<typeof globalAbilities>;
}

/** Narrows the actor to a person who may; refuses otherwise. */
export function authorizeSchool(actor: Actor, ability: SchoolAbility): asserts actor is Person {
  if (actor.kind !== 'person') throw new Refusal('not-signed-in');
  if (!may[ability](actor)) throw new Refusal('not-allowed');
}
