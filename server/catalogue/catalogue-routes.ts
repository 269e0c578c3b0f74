import { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { changesOfRecord, recordById } from '../../storage/metadata/records.ts';
import { type Actor, isStaff, type Person } from '../access/actor.ts';
import { authorize, type Authorized } from '../access/authorized.ts';
import { type RecordAbility, recordPolicy, type RecordRow } from '../access/record-policy.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { id } from '../contract/common.ts';
import {
  newRecord,
  publication,
  recordChanges,
  recordHistory,
  recordLines,
  recordListQuery,
  type RecordView,
  recordView as recordViewSchema,
  undo,
  withdrawal,
} from '../contract/record.ts';
import { term, termChanges, vocabularies, vocabularyName } from '../contract/vocabulary.ts';
import { Refusal } from '../errors.ts';
import { route, type Route } from '../http/route.ts';
import { createRecord, editRecord, undoRecord } from './record-editing.ts';
import { listedRecords } from './record-listing.ts';
import { deleteRecord, publishRecord, restoreRecord, unpublishRecord, withdrawRecord } from './record-states.ts';
import { recordView } from './record-view.ts';
import { StaleVersion } from './record-writing.ts';
import { loadVocabularies, saveVocabularyTerm } from './vocabularies.ts';

const one = z.object({ id });

/** Records, their states and history, and the vocabularies they are described with. */
export function catalogueRoutes(parts: { metadata: Metadata; clock?: () => Date }): Route[] {
  const { metadata, clock = () => new Date() } = parts;

  /** `version`: what the asker read. Where somebody's newer change is why they may not, that is what they are told. */
  async function load<A extends RecordAbility>(
    actor: Actor,
    recordId: string,
    ability: A,
    version?: number,
  ): Promise<{ record: Authorized<RecordRow, A>; person: Person }> {
    const record = await recordById(metadata.queries, recordId);
    const overtaken = record !== undefined && version !== undefined && version < record.version;
    if (overtaken && isStaff(actor) && recordPolicy.see(actor, record) && !recordPolicy[ability](actor, record))
      throw new Refusal('version-conflict', { current: await recordView(metadata, actor, recordId) });
    const authorized = authorize<RecordRow, A>(recordPolicy as never, 'record-not-found', actor, ability, record);
    return { record: authorized, person: actor as Person };
  }

  /** Acts, and answers the record as it is then; a conflict answers with it too, so that both sides can be shown. */
  async function act(actor: Actor, recordId: string, work: () => Promise<unknown>): Promise<RecordView> {
    try {
      await work();
    } catch (error) {
      if (error instanceof StaleVersion)
        throw new Refusal('version-conflict', { current: await recordView(metadata, actor, recordId) });
      throw error;
    }
    return recordView(metadata, actor, recordId);
  }

  const transitions = [
    { name: 'publish', summary: 'Show a draft to its scope', change: publishRecord },
    { name: 'unpublish', summary: 'Make a published record a draft again', change: unpublishRecord },
    { name: 'delete', summary: 'Put a record into the bin', change: deleteRecord },
    { name: 'restore', summary: 'Take a record out of the bin', change: restoreRecord },
  ] as const;

  return [
    route({
      method: 'get',
      path: '/api/records',
      summary: 'Lists: recent, drafts, bin, withdrawn',
      tag: 'records',
      query: recordListQuery,
      answers: recordLines,
      handle: ({ actor, query }) => listedRecords(metadata, actor, query),
    }),
    route({
      method: 'post',
      path: '/api/records',
      summary: 'Describe something as a draft',
      tag: 'records',
      body: newRecord,
      answers: recordViewSchema,
      status: 201,
      handle: async ({ actor, body }) => {
        authorizeSchool(actor, 'upload');
        const record = await createRecord(metadata, { schoolId: actor.schoolId, personId: actor.id }, body, clock());
        return recordView(metadata, actor, record.id);
      },
    }),
    route({
      method: 'get',
      path: '/api/records/:id',
      summary: 'A record; a withdrawn one answers 410 with its tombstone',
      tag: 'records',
      params: one,
      answers: recordViewSchema,
      handle: ({ actor, params }) => recordView(metadata, actor, params.id),
    }),
    route({
      method: 'patch',
      path: '/api/records/:id',
      summary: 'Change a record; a newer version answers 409 with the record as it is',
      tag: 'records',
      params: one,
      body: recordChanges,
      answers: recordViewSchema,
      handle: async ({ actor, params, body }) => {
        const { record, person } = await load(actor, params.id, 'edit', body.version);
        return act(actor, params.id, () => editRecord(metadata, person.id, record, body, clock()));
      },
    }),
    ...transitions.map(({ name, summary, change }) =>
      route({
        method: 'post',
        path: `/api/records/:id/${name}`,
        summary,
        tag: 'records',
        params: one,
        body: publication,
        answers: recordViewSchema,
        handle: async ({ actor, params, body }) => {
          const { record, person } = await load(actor, params.id, name, body.version);
          return act(actor, params.id, () =>
            change(metadata, record as never, { personId: person.id, version: body.version, now: clock() }),
          );
        },
      }),
    ),
    route({
      method: 'post',
      path: '/api/records/:id/withdraw',
      summary: 'Withdraw a published record and leave a tombstone',
      tag: 'records',
      params: one,
      body: withdrawal,
      answers: recordViewSchema,
      handle: async ({ actor, params, body }) => {
        const { record, person } = await load(actor, params.id, 'withdraw', body.version);
        return act(actor, params.id, () =>
          withdrawRecord(metadata, record, {
            personId: person.id,
            version: body.version,
            reason: body.reason,
            now: clock(),
          }),
        );
      },
    }),
    route({
      method: 'post',
      path: '/api/records/:id/undo',
      summary: 'Bring the description back as it was at a version, as a new version',
      tag: 'records',
      params: one,
      body: undo,
      answers: recordViewSchema,
      handle: async ({ actor, params, body }) => {
        const { record, person } = await load(actor, params.id, 'edit', body.version);
        return act(actor, params.id, () => undoRecord(metadata, person.id, record, body, clock()));
      },
    }),
    route({
      method: 'get',
      path: '/api/records/:id/history',
      summary: 'Every change: who, when, what',
      tag: 'records',
      params: one,
      answers: recordHistory,
      handle: async ({ actor, params }) => {
        const { record } = await load(actor, params.id, 'seeHistory');
        const rows = await changesOfRecord(metadata.queries, record.id);
        return {
          history: rows.map((row) => ({
            version: row.version,
            at: row.at,
            by: row.person_id ? { id: row.person_id, name: row.person_name ?? '' } : null,
            action: row.action,
            changes: JSON.parse(row.changes_json) as { field: string; before: unknown; after: unknown }[],
          })),
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/vocabularies',
      summary: 'The lists that pick lists and facets come from',
      tag: 'vocabularies',
      answers: vocabularies,
      always: true,
      handle: async ({ response }) => {
        const loaded = await loadVocabularies(metadata);
        response.setHeader('etag', `W/"vocabularies-${loaded.version}"`);
        response.setHeader('cache-control', 'no-cache');
        return { vocabularies: loaded.lists };
      },
    }),
    route({
      method: 'put',
      path: '/api/vocabularies/:name/:code',
      summary: 'Add a term or change one',
      tag: 'vocabularies',
      params: z.object({ name: vocabularyName, code: term.shape.code }),
      body: termChanges,
      answers: term,
      handle: ({ actor, params, body }) => saveVocabularyTerm(metadata, actor, params.name, params.code, body),
    }),
  ];
}
