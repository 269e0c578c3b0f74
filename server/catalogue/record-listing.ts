import type { z } from 'zod';
import type { Metadata } from '../../storage/metadata/database.ts';
import { countListed, type ListedRecords, listRecords, type Reach } from '../../storage/metadata/record-lists.ts';
import { type Actor, isCataloguer, isStaff, type Person } from '../access/actor.ts';
import { licencesNarrowerThan } from '../access/audience.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import type { recordListQuery, recordLines } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { loadRecordFiles } from './record-covers.ts';
import { recordLine } from './record-view.ts';

/** access/audience.ts said in SQL: the published records that the actor may read. A test holds the two equal. */
export function publishedReach(actor: Actor): Reach[] {
  const reach: Reach[] = [{ scopes: ['public'], exceptLicences: licencesNarrowerThan('public') }];
  if (actor.kind === 'guest') return reach;
  if (isStaff(actor)) reach.push({ scopes: ['sector', 'public'], exceptLicences: licencesNarrowerThan('sector') });
  if (actor.kind === 'peer') return [...reach, ...(actor.formerKey ? [] : [{ scopes: ['sector' as const, 'public' as const], exceptLicences: licencesNarrowerThan('sector') }])];
  reach.push({ schoolId: actor.schoolId, exceptLicences: licencesNarrowerThan('class') });
  reach.push({ createdBy: actor.id, exceptLicences: licencesNarrowerThan('class') });
  if (isCataloguer(actor)) reach.push({ schoolId: actor.schoolId });
  return reach;
}

/** What is not published: one's own, wherever one worked then, and the school's for its cataloguers. */
const ownOrSchool = (person: Person): Reach[] => [
  { createdBy: person.id },
  ...(isCataloguer(person) ? [{ schoolId: person.schoolId }] : []),
];

function listed(actor: Actor, list: z.output<typeof recordListQuery>['list']): Omit<ListedRecords, 'after' | 'limit'> {
  switch (list) {
    case 'recent':
      return { by: 'published_at', state: 'published', deleted: false, reach: publishedReach(actor) };
    case 'drafts':
      authorizeSchool(actor, 'seeDrafts');
      return { by: 'updated_at', state: 'draft', deleted: false, reach: ownOrSchool(actor) };
    case 'withdrawn':
      authorizeSchool(actor, 'publish');
      return { by: 'updated_at', state: 'withdrawn', deleted: false, reach: [{ schoolId: actor.schoolId }] };
    case 'bin':
      authorizeSchool(actor, 'seeBin');
      // What was published before is the library's to bring back; a draft also its maker's.
      if (isCataloguer(actor))
        return { by: 'deleted_at', state: null, deleted: true, reach: [{ schoolId: actor.schoolId }] };
      return { by: 'deleted_at', state: 'draft', deleted: true, reach: ownOrSchool(actor) };
  }
}

/** One keyset page of a list, in four queries whatever its size. Throws not-allowed, not-signed-in, not-valid (the token). */
export async function listedRecords(
  metadata: Metadata,
  actor: Actor,
  query: z.output<typeof recordListQuery>,
): Promise<z.input<typeof recordLines>> {
  const wanted = listed(actor, query.list);
  const [instant, id] = query.after?.split('_') ?? [];
  if (query.after !== undefined && !(instant && id)) throw new Refusal('not-valid', { path: 'after' });
  const rows = await listRecords(metadata.queries, {
    ...wanted,
    after: instant && id ? { instant, id } : null,
    limit: query.size + 1,
  });
  const total = await countListed(metadata.queries, { ...wanted, after: null, limit: 0 });
  const shown = rows.slice(0, query.size);
  const files = await loadRecordFiles(
    metadata,
    shown.map((row) => row.id),
  );
  const last = shown.at(-1);
  return {
    records: shown.map((row) => recordLine(actor, row, files.get(row.id))),
    next: rows.length > query.size && last ? `${last[wanted.by]}_${last.id}` : null,
    total,
  };
}
