import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { titleKey } from '../../search/vietnamese/collation.ts';
import { addPerson } from '../../server/accounts/people-keeping.ts';
import { noteHarvestItem } from '../../server/catalogue/harvest-noting.ts';
import type { Description } from '../../server/contract/record.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { NewRow } from '../../storage/metadata/tables.ts';
import { type Fleet, librarianPassword, type Member, openFleet } from '../support/fleet.ts';
import { until } from '../support/temporary.ts';
import { openVisitor, type Visitor } from '../support/visitor.ts';

/** One school's own installation: a web process and a worker on a folder of their own, at an address that stays when they die. */
export interface Installation {
  fleet: Fleet;
  url: string;
  host: string;
  librarian: Visitor;
  administrator: Visitor;
  start(): Promise<void>;
  /** Both processes die as by a power failure. */
  kill(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function openInstallation(school: { name: string; code: string }): Promise<Installation> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const fleet = await openFleet({ school, environment: { PORT: String(port), PUBLIC_URL: url, LOG_LEVEL: 'error', TU_SACH_HIDE_TOOLS: '1' } });
  const { metadata } = fleet.storage;
  const [own] = await schools(metadata.queries);
  await addPerson(metadata, own!.id, { username: 'administrator', name: 'Người quản trị', role: 'administrator', password: librarianPassword });
  const members: Member[] = [];
  const one: Installation = {
    fleet,
    url,
    host: new URL(url).host,
    librarian: openVisitor(url),
    administrator: openVisitor(url),
    async start() {
      members.push(...(await Promise.all([fleet.start('web'), fleet.start('worker')])));
    },
    async kill() {
      await Promise.all(members.splice(0).map((member) => member.killNow()));
      // As thirty seconds later: what the dead had in hand is free.
      await metadata.queries.updateTable('jobs').set({ lease_until: new Date(0).toISOString() }).where('state', '=', 'running').execute();
    },
  };
  await one.start();
  for (const [visitor, username] of [[one.librarian, 'librarian'], [one.administrator, 'administrator']] as const) {
    const answer = await visitor.signIn(username, librarianPassword);
    expect(answer.status, answer.text).to.equal(200);
  }
  return one;
}

/** Public records of its own, published in this moment, as rows: so many at once would take requests a minute. Answers their ids, in order. */
export async function stockUp({ fleet }: Installation, records: number): Promise<string[]> {
  const { metadata } = fleet.storage;
  const [school] = await schools(metadata.queries);
  const ids: string[] = [];
  while (ids.length < records)
    await metadata.transaction(async (queries) => {
      const now = new Date();
      const at = now.toISOString();
      const made = Array.from({ length: Math.min(300, records - ids.length) }, (_, place) => {
        const title = `Bài số ${ids.length + place}`;
        const description: Description = { title, agents: [{ name: 'Nguyễn Văn An', role: 'aut' }], subjects: ['TOAN'], grades: ['6'], languages: ['vi'], keywords: [], identifiers: [], aiGenerated: 'none' };
        const row: NewRow<'records'> = {
          ...{ id: uuid(), school_id: school!.id, state: 'published', version: 1, title, title_key: titleKey(title), description_json: JSON.stringify(description), licence: 'CC-BY-4.0', scope: 'public' },
          ...{ guessed_json: '[]', created_by: null, created_at: at, updated_at: at, published_at: at },
        };
        return { row, description };
      });
      const inserted = await queries.insertInto('records').values(made.map(({ row }) => row)).returningAll().execute();
      const byId = new Map(inserted.map((row) => [row.id, row]));
      for (const { row, description } of made) await noteHarvestItem(queries, byId.get(row.id)!, description, now);
      ids.push(...made.map(({ row }) => row.id));
    });
  return ids;
}

/** One gives a code, the other pairs with it. */
export async function pair(from: Installation, to: Installation): Promise<void> {
  const { body } = await to.administrator.post('/api/peers/invitations');
  const paired = await from.administrator.post('/api/peers', { address: to.url, code: body.code });
  expect(paired.status, paired.text).to.equal(201);
}

export async function publish({ librarian }: Installation, title: string, more: Record<string, unknown> = {}): Promise<{ id: string; version: number }> {
  const made = await librarian.post('/api/records', { title, licence: 'CC-BY-4.0', scope: 'public', ...more });
  expect(made.status, made.text).to.equal(201);
  const shown = await librarian.post(`/api/records/${made.body.id}/publish`, { version: made.body.version });
  expect(shown.status, shown.text).to.equal(200);
  return { id: made.body.id, version: shown.body.version };
}

export async function withdraw({ librarian }: Installation, id: string, reason: string): Promise<void> {
  const { body } = await librarian.get(`/api/records/${id}`);
  const answer = await librarian.post(`/api/records/${id}/withdraw`, { version: body.version, reason });
  expect(answer.status, answer.text).to.equal(200);
}

export interface Held {
  id: string;
  identifier: string;
  title: string;
  state: string;
}

/** What one holds of a record, or of all records, of another. */
export const heldOf = ({ fleet }: Installation, other: Installation) =>
  fleet.storage.metadata.queries
    .selectFrom('harvested_records')
    .innerJoin('records', 'records.id', 'harvested_records.record_id')
    .innerJoin('harvest_sources', 'harvest_sources.id', 'harvested_records.source_id')
    .select(['records.id', 'harvested_records.identifier', 'records.title', 'records.state'])
    .where('harvest_sources.address', '=', other.url);

export const held = (at: Installation, other: Installation, identifier: string): Promise<Held | undefined> => heldOf(at, other).where('identifier', '=', identifier).executeTakeFirst();

export const arrives = (at: Installation, other: Installation, identifier: string, state = 'published'): Promise<Held> =>
  until(`${identifier} is ${state}`, async () => {
    const row = await held(at, other, identifier);
    return row?.state === state && row;
  }, 60);

/** Ids of the records that a guest finds. */
export const found = async ({ url }: Installation, words: string): Promise<string[]> =>
  (await openVisitor(url).get(`/api/search?q=${encodeURIComponent(words)}`)).body.records.map(({ id }: { id: string }) => id);

export const finds = (at: Installation, words: string, id: string): Promise<true> => until(`${words} is found`, async () => (await found(at, words)).includes(id), 60);
