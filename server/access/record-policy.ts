import type { Row } from '../../storage/metadata/tables.ts';
import type { recordAbilities } from '../contract/record.ts';
import type { z } from 'zod';
import { type Actor, isCataloguer, isStaff } from './actor.ts';
import { mayReach } from './audience.ts';
import type { Policy } from './authorized.ts';

export type RecordRow = Row<'records'>;
/** What decides about a record. */
type Standing = Pick<RecordRow, 'school_id' | 'state' | 'scope' | 'licence' | 'created_by' | 'deleted_at' | 'source_id' | 'withdrawn_by'>;
export type RecordAbility = keyof z.infer<typeof recordAbilities> | 'readFiles' | 'download';

const ours = (actor: Actor, record: Standing): boolean => isCataloguer(actor) && actor.schoolId === record.school_id;
const mine = (actor: Actor, record: Standing): boolean => isStaff(actor) && actor.id === record.created_by;
/** Another catalogue's record: what it says is changed there. Here it may be hidden, and shown again by whoever hid it. */
const harvested = (record: Standing): boolean => record.source_id !== null;
const standing = (record: Standing): boolean => record.deleted_at === null;

/** Licences under which the original may be taken away by whoever may read it (domain.md §1.6). */
const takeAway = /^(CC0-1\.0|CC-BY.*|PD-VN-.*|NGANH|NOI_BO)$/;

export const recordPolicy: Policy<Standing, RecordAbility> = {
  see: (actor, record) => mayReach(actor, record) || ours(actor, record),
  readFiles: (actor, record) => standing(record) && mayReach(actor, record),
  download: (actor, record) =>
    standing(record) && mayReach(actor, record) && (takeAway.test(record.licence) || ours(actor, record) || mine(actor, record)),
  edit: (actor, record) => standing(record) && !harvested(record) && record.state !== 'withdrawn' && (ours(actor, record) || (record.state === 'draft' && mine(actor, record))),
  publish: (actor, record) => standing(record) && record.state !== 'published' && (!harvested(record) || record.withdrawn_by !== null) && ours(actor, record),
  unpublish: (actor, record) => standing(record) && !harvested(record) && record.state === 'published' && ours(actor, record),
  withdraw: (actor, record) => standing(record) && record.state === 'published' && ours(actor, record),
  delete: (actor, record) => standing(record) && !harvested(record) && record.state !== 'published' && (ours(actor, record) || (record.state === 'draft' && mine(actor, record))),
  restore: (actor, record) => !standing(record) && (ours(actor, record) || mine(actor, record)),
  addFile: (actor, record) => standing(record) && !harvested(record) && record.state !== 'withdrawn' && (ours(actor, record) || (record.state === 'draft' && mine(actor, record))),
  seeHistory: (actor, record) => ours(actor, record) || mine(actor, record),
};

/** The abilities that travel with a record's view, so that a page hides a button for the same reason the server would refuse. */
export function abilitiesOn(actor: Actor, record: Standing): z.infer<typeof recordAbilities> {
  const can = (ability: RecordAbility): boolean => recordPolicy[ability](actor, record);
  return {
    edit: can('edit'),
    publish: can('publish'),
    unpublish: can('unpublish'),
    withdraw: can('withdraw'),
    delete: can('delete'),
    restore: can('restore'),
    addFile: can('addFile'),
    seeHistory: can('seeHistory'),
  };
}
