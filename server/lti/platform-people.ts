import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { insertLink, linkOf, noteMadeAs, type PlatformRow } from '../../storage/metadata/lti-rows.ts';
import { insertPerson, type PersonWithSchool, personById, updatePerson } from '../../storage/metadata/people.ts';
import type { PersonRole } from '../contract/person.ts';
import { LaunchFault } from './launch-fault.ts';
import { isInstructor, type Message } from './lti-claims.ts';

/** Whom a platform may speak for. Whoever keeps the library, or heads a school, proves themself with a password and nothing else. */
const openable: readonly PersonRole[] = ['pupil', 'teacher', 'group-head'];

type Comer = Pick<Message, 'subject' | 'name' | 'roles'> & { subject: string };

/** Throws LaunchFault for an account that is switched off, or that no platform may open. */
export function mayOpen(person: PersonWithSchool): PersonWithSchool {
  if (person.disabled === 1 || person.school_disabled === 1) throw new LaunchFault('account-disabled');
  if (!openable.includes(person.role as PersonRole)) throw new LaunchFault('account-needs-password');
  return person;
}

/**
 * Who somebody of a platform is here: whoever was linked to platform and `sub` before, and nobody by name or e-mail address, which a
 * platform can say of anyone. Whom nobody knows gets an account of the platform's school, without password and e-mail address, as a pupil
 * or as a teacher; or null, where they are to sign in once. Throws LaunchFault.
 */
export function personOfPlatform(
  metadata: Metadata,
  platform: PlatformRow,
  comer: Comer,
): Promise<PersonWithSchool | null> {
  const role = platform.trusts_teachers === 1 && isInstructor(comer.roles) ? 'teacher' : 'pupil';
  return metadata.transaction(async (queries) => {
    const link = await linkOf(queries, platform.id, comer.subject);
    if (link) {
      const person = mayOpen((await personById(queries, link.person_id))!);
      // Made at a launch from a course in which they learn, and never changed by hand since.
      const rises = link.made_as === 'pupil' && person.role === 'pupil' && role === 'teacher';
      if (
        !rises ||
        !(await updatePerson(queries, person.id, person.version, { role, name: shownName(platform, comer, role) }))
      )
        return person;
      await noteMadeAs(queries, platform.id, comer.subject, role);
      return (await personById(queries, person.id))!;
    }
    return platform.strangers === 'link' ? null : makePerson(queries, platform, comer, role);
  });
}

async function makePerson(
  queries: Queries,
  platform: PlatformRow,
  comer: Comer,
  role: 'pupil' | 'teacher',
): Promise<PersonWithSchool> {
  const now = new Date().toISOString();
  const id = uuid();
  await insertPerson(queries, {
    id,
    school_id: platform.school_id,
    username: `lms-${randomBytes(6).toString('hex')}`,
    name: shownName(platform, comer, role),
    email: null,
    role,
    password_hash: null,
    must_change_password: 0,
    language: null,
    created_at: now,
    updated_at: now,
  });
  await insertLink(queries, {
    platform_id: platform.id,
    subject: comer.subject,
    person_id: id,
    made_as: role,
    created_at: now,
  });
  return mayOpen((await personById(queries, id))!);
}

/** A teacher's work is seen by colleagues, who need to know whose it is; a pupil's name is kept only where the school has said so. */
function shownName(platform: PlatformRow, comer: Comer, role: 'pupil' | 'teacher'): string {
  if (comer.name && (role === 'teacher' || platform.keeps_names === 1)) return comer.name;
  return `${role === 'teacher' ? 'Giáo viên' : 'Học sinh'} · ${platform.name}`;
}

/** Links somebody of a platform to the account whose password they gave. Throws LaunchFault. */
export async function linkPerson(
  metadata: Metadata,
  platform: PlatformRow,
  subject: string,
  person: PersonWithSchool,
): Promise<void> {
  mayOpen(person);
  await metadata.transaction((queries) =>
    insertLink(queries, {
      platform_id: platform.id,
      subject,
      person_id: person.id,
      made_as: null,
      created_at: new Date().toISOString(),
    }),
  );
}
