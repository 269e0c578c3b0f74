import { createReadStream } from 'node:fs';
import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import { insertOrganisation, schools } from '../../storage/metadata/organisations.ts';
import { peopleOfSchool, personByUsername } from '../../storage/metadata/people.ts';
import { recordById } from '../../storage/metadata/records.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { addPerson } from '../accounts/people-keeping.ts';
import { inNameOf } from '../accounts/open-sessions.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { createRecord } from '../catalogue/record-editing.ts';
import { fileArrivals } from '../catalogue/file-arrivals.ts';
import { publishRecord } from '../catalogue/record-states.ts';
import { receive } from '../files/receiving.ts';
import { enqueue } from '../jobs/queue.ts';
import { defaultAccent } from '../accounts/set-up.ts';
import { type SampleAccount, sampleAccounts, sampleSchools } from './sample-accounts.ts';
import { type RawSampleRecord, sampleDescription, sampleLicence, sampleRecords, sampleScope } from './sample-descriptions.ts';
import { sampleFiles } from './sample-files.ts';

/** A record of the sample has the same id in every library, so that loading twice, or again after a crash, adds nothing twice. */
const sampleId = (schoolId: string, rawId: string): string => `${schoolId.slice(0, 24)}${rawId.replace(/\D/g, '').padStart(12, '0')}`;

/**
 * Prepares an empty library as the sample: its school, an account per role, and the job that loads the stock.
 * A library that is somebody's already is left alone: answers null.
 */
export async function prepareSample(metadata: Metadata): Promise<readonly SampleAccount[] | null> {
  const [sample] = sampleSchools;
  const existing = await schools(metadata.queries);
  if (existing.length > 0 && !existing.some((school) => school.code === sample.code)) return null;
  let school = existing.find((one) => one.code === sample.code);
  if (!school) {
    const row = { id: uuid(), kind: 'school' as const, code: sample.code, name: sample.name, accent: defaultAccent, disabled: 0, created_at: new Date().toISOString() };
    await metadata.transaction((queries) => insertOrganisation(queries, row));
    school = row;
  }
  for (const { username, name, role, password } of sampleAccounts) {
    if (!(await personByUsername(metadata.queries, username))) await addPerson(metadata, school.id, { username, name, role, password });
  }
  await metadata.transaction((queries) => enqueue(queries, { kind: 'load-sample' }));
  return sampleAccounts;
}

/** Loads the forty records and their files into the first school, published by its first librarian. What is there stays as it is. */
export async function loadSample(parts: { metadata: Metadata; objects: ObjectStore }, signal: AbortSignal): Promise<void> {
  const { metadata } = parts;
  const [school] = await schools(metadata.queries);
  const librarian = school && (await peopleOfSchool(metadata.queries, school.id)).find((person) => person.role === 'librarian');
  if (!school || !librarian) throw new Error('the sample needs a school with a librarian');
  for (const raw of sampleRecords()) {
    signal.throwIfAborted();
    await loadRecord(parts, inNameOf(librarian), raw);
  }
}

async function loadRecord(parts: { metadata: Metadata; objects: ObjectStore }, librarian: ReturnType<typeof inNameOf>, raw: RawSampleRecord): Promise<void> {
  const { metadata } = parts;
  const id = sampleId(librarian.schoolId, raw.id);
  const before = await recordById(metadata.queries, id);
  // Whatever a person has done with it since, publishing it again would undo.
  if (before && before.state !== 'draft') return;
  const record =
    before ??
    (await createRecord(
      metadata,
      { schoolId: librarian.schoolId, personId: librarian.id },
      { ...sampleDescription(raw), licence: sampleLicence(raw), scope: sampleScope(raw) },
      new Date(),
      { id },
    ));
  for (const sample of sampleFiles.filter((one) => one.recordId === raw.id)) {
    const current = authorize(recordPolicy, 'record-not-found', librarian, 'addFile', (await recordById(metadata.queries, id)) ?? record);
    const body = createReadStream(new URL(`files/${sample.file}`, import.meta.url));
    await receive({ ...parts, ...fileArrivals(metadata) }, body, { name: sample.name }, { kind: 'record', record: current, personId: librarian.id });
  }
  const current = authorize(recordPolicy, 'record-not-found', librarian, 'publish', await recordById(metadata.queries, id));
  await publishRecord(metadata, current, { personId: librarian.id, version: current.version, now: new Date() });
}
