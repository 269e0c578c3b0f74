import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { Actor, Person } from '../access/actor.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id, okay } from '../contract/common.ts';
import { entryDecisions, entryQuestions, entrySplit, newDecision } from '../contract/entry.ts';
import { done, route, type Route } from '../http/route.ts';
import { decide, decisionsOf, openQuestions, split, undo } from './deciding.ts';

/** /api/entries: which records are one, for those who catalogue. */
export function entryRoutes({ metadata }: { metadata: Metadata }): Route[] {
  const tag = 'sharing';
  const cataloguer = (actor: Actor): Person => {
    authorizeSchool(actor, 'harvest');
    return actor;
  };
  return [
    route({
      ...{ method: 'get', path: '/api/entries/questions', tag },
      summary: 'Records that may be one entry, two at a time, the likeliest first',
      answers: entryQuestions,
      handle: ({ actor }) => openQuestions(metadata, cataloguer(actor)),
    }),
    route({
      ...{ method: 'get', path: '/api/entries/decisions', tag },
      summary: 'What the school has decided lately',
      answers: entryDecisions,
      handle: async ({ actor }) => ({ decisions: await decisionsOf(metadata, cataloguer(actor)) }),
    }),
    route({
      ...{ method: 'post', path: '/api/entries/decisions', tag },
      summary: 'Two records are one entry, or are not; their descriptions stay as they are',
      body: newDecision,
      answers: entryDecisions,
      handle: async ({ actor, body }) => {
        const person = cataloguer(actor);
        await decide(metadata, person, body);
        return { decisions: await decisionsOf(metadata, person) };
      },
    }),
    route({
      ...{ method: 'post', path: '/api/entries/splits', tag },
      summary: 'Take a record out of its entry',
      body: entrySplit,
      answers: okay,
      handle: async ({ actor, body }) => {
        await split(metadata, cataloguer(actor), body.recordId);
        return done;
      },
    }),
    route({
      ...{ method: 'delete', path: '/api/entries/decisions/:id', tag },
      summary: 'Undo a decision, as if it had not been made',
      params: z.object({ id }),
      answers: entryDecisions,
      handle: async ({ actor, params }) => {
        const person = cataloguer(actor);
        await undo(metadata, person, params.id);
        return { decisions: await decisionsOf(metadata, person) };
      },
    }),
  ];
}
