import type { Row } from '../../storage/metadata/tables.ts';
import { type Actor, isCataloguer, isStaff } from './actor.ts';

/**
 * Who may read what, in one place. A record has tokens, an actor has tokens, and reading is allowed when they share one.
 * The search index filters by the same tokens, so hits, counts and snippets hold nothing more than loading allows.
 *
 * public            everybody
 * sector            staff of any school (the sharing group)
 * school:<id>       people of that school
 * person:<id>       that person: a contributor sees their own drafts
 * staff:<school id> cataloguers of that school: drafts, and licences that only the library may open
 */
export type AudienceToken = string;

type Described = Pick<Row<'records'>, 'school_id' | 'state' | 'scope' | 'licence' | 'created_by' | 'deleted_at'>;

/** The widest scope each licence allows; licences not named here allow any (domain.md §1.6). */
const widestScope: Record<string, Described['scope'] | 'library'> = {
  NGANH: 'sector',
  NOI_BO: 'school',
  ARR: 'school',
  'VN-25-GD': 'class',
  // One reader for each copy held: until copies are recorded the library holds none, so only its cataloguers may open it.
  'VN-25-TV': 'library',
};

const order = ['library', 'class', 'school', 'sector', 'public'] as const;

/** The scope that holds: what was chosen, or what the licence allows where that is narrower. */
export function effectiveScope(record: Pick<Described, 'scope' | 'licence'>): (typeof order)[number] {
  const widest = (Object.hasOwn(widestScope, record.licence) ? widestScope[record.licence] : undefined) ?? 'public';
  return order[Math.min(order.indexOf(widest), order.indexOf(record.scope))]!;
}

/** Who outside the school may know of a record: everybody, and with them the sharing group, or the group alone; nobody. */
export function viewsOf(record: Pick<Described, 'state' | 'deleted_at' | 'scope' | 'licence'>): ('public' | 'sector')[] {
  if (record.state !== 'published' || record.deleted_at !== null) return [];
  const scope = effectiveScope(record);
  return scope === 'public' ? ['public', 'sector'] : scope === 'sector' ? ['sector'] : [];
}

/** Licences under which a record does not reach `scope` whatever was chosen; lists filter by them in SQL. */
export function licencesNarrowerThan(scope: Described['scope']): string[] {
  return Object.keys(widestScope).filter((licence) => order.indexOf(widestScope[licence]!) < order.indexOf(scope));
}

export function audienceOfRecord(record: Described): AudienceToken[] {
  const always = [`staff:${record.school_id}`];
  // A contributor finds their own draft in the bin as well; what was published before goes to the library alone.
  if (record.state === 'draft') return record.created_by ? [...always, `person:${record.created_by}`] : always;
  if (record.deleted_at !== null) return always;
  if (record.state === 'withdrawn') return always;
  const own = record.created_by ? [`person:${record.created_by}`] : [];
  switch (effectiveScope(record)) {
    case 'public':
      return [...always, ...own, 'public'];
    case 'sector':
      return [...always, ...own, 'sector', `school:${record.school_id}`];
    case 'school':
    case 'class':
      return [...always, ...own, `school:${record.school_id}`];
    case 'library':
      return always;
  }
}

export function audienceOfActor(actor: Actor): AudienceToken[] {
  if (actor.kind === 'guest') return ['public'];
  if (actor.kind === 'peer') return actor.formerKey ? ['public'] : ['public', 'sector'];
  const tokens = ['public', `school:${actor.schoolId}`, `person:${actor.id}`];
  if (isStaff(actor)) tokens.push('sector');
  if (isCataloguer(actor)) tokens.push(`staff:${actor.schoolId}`);
  return tokens;
}

export function mayReach(actor: Actor, record: Described): boolean {
  const tokens = new Set(audienceOfActor(actor));
  return audienceOfRecord(record).some((token) => tokens.has(token));
}
