import { v7 as uuid } from 'uuid';
import { addPerson } from '../../../server/accounts/people-keeping.ts';
import { enqueue } from '../../../server/jobs/queue.ts';
import { titleKey } from '../../../search/vietnamese/collation.ts';
import { insertOrganisation } from '../../../storage/metadata/organisations.ts';
import type { Queries } from '../../../storage/metadata/database.ts';
import type { NewRow } from '../../../storage/metadata/tables.ts';
import { type TestApp, testPassword, type Visitor } from '../../support/app.ts';

export const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** A signed-in person of a school of their own, made when needed. */
export async function fromSchool(
  app: TestApp,
  code: string,
  role: 'librarian' | 'teacher' | 'pupil',
  username: string,
): Promise<Visitor> {
  const { metadata } = app.storage;
  const { queries } = metadata;
  let school = await queries.selectFrom('organisations').select('id').where('code', '=', code).executeTakeFirst();
  if (!school) {
    school = { id: uuid() };
    await insertOrganisation(queries, {
      id: school.id,
      kind: 'school',
      code,
      name: `Trường ${code}`,
      accent: '#8a3b12',
      created_at: ago(0),
    });
  }
  await addPerson(metadata, school.id, { username, name: `Người ${username}`, role, password: testPassword });
  const person = app.visitor();
  const answer = await person.signIn(username, testPassword);
  if (answer.status !== 200) throw new Error(`could not sign in as ${username}: ${answer.text}`);
  return person;
}

export const schoolOf = (visitor: Visitor): string => visitor.session!.person!.school.id;
export const idOf = (visitor: Visitor): string => visitor.session!.person!.id;

type Shelved = { school_id: string } & Partial<NewRow<'records'>> & { description?: Record<string, unknown> };

/** A record as it could stand in the library, written past the routes. */
export async function shelve(
  app: TestApp,
  row: Shelved,
  pages: string[] = [],
): Promise<{ id: string; fileId: string }> {
  return app.storage.metadata.transaction((queries) => shelveIn(queries, row, pages));
}

/** The same for many at once. */
export async function stock(
  app: TestApp,
  count: number,
  made: (n: number) => { row: Shelved; pages: string[] },
): Promise<void> {
  await app.storage.metadata.transaction(async (queries) => {
    for (let n = 0; n < count; n++) {
      const { row, pages } = made(n);
      await shelveIn(queries, row, pages);
    }
  });
}

async function shelveIn(queries: Queries, row: Shelved, pages: string[]): Promise<{ id: string; fileId: string }> {
  const id = uuid();
  const fileId = uuid();
  const { description, ...rest } = row;
  const title = rest.title ?? 'Tắt đèn';
  const at = ago(10);
  const state = rest.state ?? 'published';
  await queries
    .insertInto('records')
    .values({
      id,
      title,
      title_key: titleKey(title),
      description_json: JSON.stringify({ title, ...description }),
      licence: 'CC-BY-4.0',
      scope: 'public',
      guessed_json: '[]',
      created_at: at,
      updated_at: at,
      published_at: state === 'draft' ? null : at,
      ...rest,
      state,
    })
    .execute();
  if (pages.length > 0) {
    await queries
      .insertInto('files')
      .values(fileRow(id, fileId, row.school_id, pages.length))
      .execute();
    for (const [place, text] of pages.entries()) {
      await queries
        .insertInto('pages')
        .values({
          file_id: fileId,
          number: place + 1,
          label: `tr. ${place + 1}`,
          width: 1000,
          height: 1500,
          state: 'text',
          image_key: 'derived/x',
          image_type: 'image/jpeg',
          thumb_small_key: 'derived/s',
          thumb_large_key: 'derived/l',
          text,
          text_source: 'ocr',
        })
        .execute();
    }
  }
  await enqueue(queries, { kind: 'index-record', recordId: id });
  return { id, fileId };
}

const fileRow = (record_id: string, id: string, school_id: string, page_count: number): NewRow<'files'> => ({
  id,
  record_id,
  school_id,
  name: 'sach.pdf',
  media_type: 'application/pdf',
  format: 'pdf',
  size: 10,
  sha256: id.replaceAll('-', '').padEnd(64, '0'),
  object_key: `originals/00/00/${id}`,
  position: 1,
  state: 'ready',
  params_json: '{}',
  page_count,
  contents_json: '[]',
  created_at: ago(10),
  updated_at: ago(10),
});

/** Waits until no job of a kind is queued or running: app.work() must be doing them. */
export async function settled(app: TestApp, kinds: string[] = ['index-record', 'reindex']): Promise<void> {
  const { queries } = app.storage.metadata;
  const until = Date.now() + 15_000;
  for (;;) {
    const open = await queries
      .selectFrom('jobs')
      .select(['kind', 'state'])
      .where('kind', 'in', kinds)
      .where('state', 'in', ['queued', 'running'])
      .execute();
    if (open.length === 0) return;
    if (Date.now() > until) throw new Error(`still open: ${JSON.stringify(open)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Statements that one request costs, after a first one has filled the caches. No jobs may be running. */
export async function statementsOf(app: TestApp, ask: () => Promise<unknown>): Promise<number> {
  await ask();
  const before = app.storage.metadata.statements();
  await ask();
  return app.storage.metadata.statements() - before;
}
