import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { activePeople, peopleOfSchool, type PersonWithSchool } from '../../storage/metadata/people.ts';
import { authorizeAccount } from '../access/account-policy.ts';
import type { Actor, Person } from '../access/actor.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id } from '../contract/common.ts';
import { newPerson, people, personChanges, type PersonRole, personView as personViewSchema, personWithPassword } from '../contract/person.ts';
import { route, type Route } from '../http/route.ts';
import { addPerson, changePerson, personOfSchool, resetPassword } from './people-keeping.ts';
import { personView } from './person-view.ts';

/** Accounts of the school, for those who keep them. */
export function peopleRoutes({ metadata }: { metadata: Metadata }): Route[] {
  const administratorsOf = (actor: Person): Promise<number> => activePeople(metadata.queries, actor.schoolId, ['administrator']);

  /** An account of the actor's school that they may keep. */
  const kept = async (actor: Actor, personId: string, role?: PersonRole): Promise<PersonWithSchool> => {
    authorizeSchool(actor, 'managePeople');
    const person = await personOfSchool(metadata, actor.schoolId, personId);
    authorizeAccount(actor, [person.role as PersonRole, role], await administratorsOf(actor));
    return person;
  };

  return [
    route({
      method: 'get',
      path: '/api/people',
      summary: 'Accounts of the school',
      tag: 'people',
      answers: people,
      handle: async ({ actor }) => {
        authorizeSchool(actor, 'managePeople');
        return { people: (await peopleOfSchool(metadata.queries, actor.schoolId)).map(personView) };
      },
    }),
    route({
      method: 'post',
      path: '/api/people',
      summary: 'Make an account; a made-up password is shown once',
      tag: 'people',
      body: newPerson,
      answers: personWithPassword,
      status: 201,
      handle: async ({ actor, body }) => {
        authorizeSchool(actor, 'managePeople');
        authorizeAccount(actor, [body.role], await administratorsOf(actor));
        const made = await addPerson(metadata, actor.schoolId, body);
        return { person: personView(made.person), password: made.password };
      },
    }),
    route({
      method: 'patch',
      path: '/api/people/:id',
      summary: 'Change an account or switch it off',
      tag: 'people',
      params: z.object({ id }),
      body: personChanges,
      answers: personViewSchema,
      handle: async ({ actor, params, body }) => personView(await changePerson(metadata, await kept(actor, params.id, body.role), body)),
    }),
    route({
      method: 'post',
      path: '/api/people/:id/password-reset',
      summary: 'Give a person a new made-up password, shown once; they are signed out everywhere',
      tag: 'people',
      params: z.object({ id }),
      answers: personWithPassword,
      handle: async ({ actor, params }) => {
        const made = await resetPassword(metadata, await kept(actor, params.id));
        return { person: personView(made.person), password: made.password };
      },
    }),
  ];
}
