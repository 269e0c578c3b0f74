import { Refusal } from '../errors.ts';
import type { Person } from './actor.ts';

/**
 * Who may make, change or reset which account of their school; the actor may manage people already. Whoever can reset an administrator's
 * password, or their e-mail address, can become them: that, and making one, is for administrators. A school without an active one
 * (set-up makes a librarian) takes its first from a librarian. `roles`: what the account is and what it is to become. Throws not-allowed.
 */
export function authorizeAccount(actor: Person, roles: readonly (Person['role'] | undefined)[], administrators: number): void {
  if (!roles.includes('administrator') || actor.role === 'administrator' || administrators === 0) return;
  throw new Refusal('not-allowed');
}
