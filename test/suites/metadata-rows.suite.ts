import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { addToCounters, counterValues } from '../../storage/metadata/counters.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { endJob, giveBackLater, insertJob, takeJob } from '../../storage/metadata/jobs.ts';
import { insertOrganisation, putSetting, setting } from '../../storage/metadata/organisations.ts';
import { activePeople, insertPerson } from '../../storage/metadata/people.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import { saveTerm } from '../../storage/metadata/terms.ts';
import { lockInProcess } from '../support/in-process.ts';
import { until } from '../support/temporary.ts';
import type { OpenedMetadata } from './metadata.suite.ts';

const term = (code: string, vi = '') => ({
  vocabulary: 'v',
  code,
  vi,
  en: null,
  parent: null,
  aliases_json: '[]',
  position: 0,
  active: 1,
  extra_json: '{}',
});

/** What every database driver must give beyond the queries: order, numbers, transactions among each other, snapshots, locks. */
export function metadataRowsSuite(name: string, open: () => Promise<OpenedMetadata>): void {
  describe(`metadata, rows and transactions: ${name}`, () => {
    let one: Metadata;
    let two: Metadata;
    let together: [Metadata, Metadata];
    let opened: OpenedMetadata;
    beforeEach(async () => {
      opened = await open();
      ({ one, two, together } = opened);
    });
    afterEach(() => opened.close());

    it('text sorts and compares by its bytes, in every language', async () => {
      const codes = [
        'a',
        'B',
        'b',
        'A',
        'á',
        'Á',
        'ă',
        'â',
        'đ',
        'Đ',
        'd',
        'e',
        'z',
        'Z',
        '_',
        '-',
        '10',
        '9',
        'a b',
        'ab',
        'Ánh trăng',
        'anh',
        'ý',
        '\uFFFD',
        '😀',
        'ﬁ',
      ];
      for (const code of codes) await saveTerm(one.queries, term(code));
      const byBytes = [...codes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const sorted = await two.queries
        .selectFrom('terms')
        .select('code')
        .where('vocabulary', '=', 'v')
        .orderBy('code')
        .execute();
      expect(sorted.map((row) => row.code)).to.deep.equal(byBytes);
      const after = await two.queries
        .selectFrom('terms')
        .select('code')
        .where('vocabulary', '=', 'v')
        .where('code', '>', 'a')
        .orderBy('code')
        .execute();
      expect(after.map((row) => row.code)).to.deep.equal(byBytes.slice(byBytes.indexOf('a') + 1));
      const ends = await two.queries
        .selectFrom('terms')
        .select(({ fn }) => [fn.min('code').as('first'), fn.max('code').as('last')])
        .executeTakeFirstOrThrow();
      expect(ends).to.deep.equal({ first: byBytes[0], last: byBytes.at(-1) });
    });

    it('text comes back as it was, but for U+0000, which one of the databases cannot hold', async () => {
      const text = [
        'Tiếng Việt',
        'Tie\u0302\u0301ng',
        '\t\n\r\u001F',
        '😀',
        "'; drop table terms; --",
        '\\',
        '{"a":1}',
        '%_',
      ].join('|');
      await saveTerm(one.queries, term('a', text));
      await saveTerm(one.queries, term('b', 'trước\0sau'));
      const rows = await two.queries
        .selectFrom('terms')
        .select('vi')
        .where('vocabulary', '=', 'v')
        .orderBy('code')
        .execute();
      expect(rows.map((row) => row.vi)).to.deep.equal([text, 'trước\uFFFDsau']);
      expect(
        await two.queries.selectFrom('terms').select('code').where('vi', '=', 'trước\0sau').execute(),
      ).to.deep.equal([{ code: 'b' }]);
    });

    it('large numbers, sums and counts come back as numbers', async () => {
      await addToCounters(one.queries, { 'ingest-pages': 2 ** 40 });
      await addToCounters(two.queries, { 'ingest-pages': 5 });
      expect(await counterValues(one.queries)).to.deep.equal({ 'ingest-pages': 2 ** 40 + 5 });
      const { row, sum } = await one.queries
        .selectFrom('counters')
        .select(({ fn }) => ['value as row', fn.sum<number>('value').as('sum')])
        .groupBy('value')
        .executeTakeFirstOrThrow();
      expect([row, sum]).to.deep.equal([2 ** 40 + 5, 2 ** 40 + 5]);
      await one.queries.insertInto('throttles').values({ key: 'k', window_start: '', count: 3_000_000_000 }).execute();
      expect(await one.queries.selectFrom('throttles').select('count').executeTakeFirst()).to.deep.equal({
        count: 3_000_000_000,
      });
    });

    it('lists of any length are looked for, and nothing is in the empty one', async () => {
      await putSetting(one.queries, 'there', 1);
      const many = [...Array.from({ length: 70_000 }, (_, index) => `key ${index}`), 'there', `quoted " ' \\ {}, null`];
      const keys = (list: string[]) =>
        one.queries.selectFrom('settings').select('key').where('key', 'in', list).execute();
      expect(await keys(many)).to.deep.equal([{ key: 'there' }]);
      expect(await keys([])).to.deep.equal([]);
      const others = (list: string[]) =>
        one.queries.selectFrom('settings').select('key').where('key', 'not in', list).execute();
      expect(await others(many)).to.deep.equal([]);
      expect(await others(many.filter((key) => key !== 'there'))).to.deep.equal([{ key: 'there' }]);
      expect(await others([])).to.deep.equal([{ key: 'there' }]);
      await one.queries.insertInto('throttles').values({ key: 'k', window_start: '', count: 7 }).execute();
      const numbers = Array.from({ length: 40_000 }, (_, index) => index);
      expect(
        await one.queries.selectFrom('throttles').select('key').where('count', 'in', numbers).execute(),
      ).to.deep.equal([{ key: 'k' }]);
      expect(await recordsByIds(one.queries, many)).to.deep.equal([]);
      expect(await activePeople(one.queries, 'nobody', [])).to.equal(0);
    });

    it('of transactions that read a row and then write it, none loses what another wrote', async () => {
      await putSetting(one.queries, 'sum', 0);
      let asked = 0;
      const add = async (handle: Metadata): Promise<void> => {
        for (let round = 0; round < 10; round++)
          await handle.transaction(async (queries) => {
            asked++;
            await putSetting(queries, 'sum', (await setting<number>(queries, 'sum'))! + 1);
          });
      };
      await Promise.all([add(together[0]), add(together[1]), add(together[0]), add(together[1])]);
      expect(await setting(one.queries, 'sum')).to.equal(40);
      expect(asked).to.be.at.least(40);
    });

    it('two transactions that each leave one librarian do not leave none together', async () => {
      const now = new Date().toISOString();
      await insertOrganisation(one.queries, {
        id: 'school',
        kind: 'school',
        code: 'S',
        name: 'Trường',
        accent: '#000000',
        created_at: now,
      });
      for (const id of ['a', 'b'])
        await insertPerson(one.queries, {
          id,
          school_id: 'school',
          username: id,
          name: id,
          email: null,
          role: 'librarian',
          password_hash: null,
          language: null,
          created_at: now,
          updated_at: now,
        });
      const leave = (handle: Metadata, id: string) =>
        handle.transaction(async (queries) => {
          if ((await activePeople(queries, 'school', ['librarian'])) <= 1) return;
          await queries.updateTable('people').set({ disabled: 1 }).where('id', '=', id).execute();
        });
      await Promise.all([leave(together[0], 'a'), leave(together[1], 'b')]);
      expect(await activePeople(one.queries, 'school', ['librarian'])).to.equal(1);
    });

    it('a job that is given back while the same one is queued leaves one of them, and nobody is told of the other', async function () {
      this.timeout(30_000);
      const [first, second] = together;
      for (let round = 0; round < 40; round++) {
        const request = { kind: 'index-record', key: `index-record:${round}`, group: null, payload: {}, priority: 5 };
        await insertJob(first.queries, request);
        const taken = await first.transaction((queries) => takeJob(queries, 'worker', ['index-record']));
        const later = new Date(Date.now() + 60_000);
        await Promise.all([
          first.transaction((queries) => giveBackLater(queries, 'worker', taken!.id, later)),
          insertJob(second.queries, { ...request, after: later }),
          second.transaction((queries) => insertJob(queries, { ...request, after: later })),
        ]);
        const left = await second.queries
          .selectFrom('jobs')
          .select('state')
          .where('key', '=', request.key)
          .where('state', 'in', ['queued', 'running'])
          .execute();
        expect(left).to.deep.equal([{ state: 'queued' }]);
      }
    });

    it('a snapshot reads one moment while others write, and writes nothing itself', async () => {
      await putSetting(one.queries, 'n', 1);
      const seen = await one.snapshot(async (queries) => {
        const before = await setting(queries, 'n');
        await two.transaction((writing) => putSetting(writing, 'n', 2));
        await putSetting(one.queries, 'n', 3);
        return [before, await setting(queries, 'n'), await setting(one.queries, 'n')];
      });
      expect(seen).to.deep.equal([1, 1, 3]);
      const refused = await one
        .snapshot((queries) => putSetting(queries, 'n', 4))
        .then(
          () => false,
          () => true,
        );
      expect(refused).to.equal(true);
      expect(await setting(two.queries, 'n')).to.equal(3);
    });

    it('a lock has one holder, others wait, another name does not, and the death of its holder frees it', async function () {
      this.timeout(30_000);
      const process = (lock: string, keep: boolean) => lockInProcess({ ...opened.config, name: lock, keep });
      const holder = process('a', true);
      const waiting: ReturnType<typeof process>[] = [];
      try {
        await until('the first holds it', () => holder.lines.includes('held'));
        waiting.push(process('a', false), process('a', false));
        await until('the others wait', () => waiting.every(({ lines }) => lines.includes('waiting')));
        expect(await process('b', false).ended).to.equal(0);
        expect(waiting.map(({ lines }) => lines)).to.deep.equal([['waiting'], ['waiting']]);
        holder.child.kill('SIGKILL');
        expect(await Promise.all(waiting.map(({ ended }) => ended))).to.deep.equal([0, 0]);
        await (
          await one.lock('a')
        )();
      } finally {
        for (const { child } of [holder, ...waiting]) child.kill('SIGKILL');
      }
    });

    it('eight takers run every job once, and no two of a group or a key at the same moment', async function () {
      this.timeout(30_000);
      const jobs = 48;
      for (let number = 0; number < jobs; number++) {
        const key = number % 6 === 0 ? `key ${number}` : `one ${number}`;
        await insertJob(one.queries, {
          kind: 'ingest-file',
          key,
          group: number % 3 === 0 ? `group ${number % 2}` : null,
          payload: { number },
          priority: number % 5,
        });
      }
      const running = new Set<string>();
      const done: number[] = [];
      const take = async (handle: Metadata, worker: string): Promise<void> => {
        while (done.length < jobs) {
          const job = await handle.transaction((queries) => takeJob(queries, worker, ['ingest-file']));
          // Others of its group run; the loop of a worker would pause.
          if (!job) {
            await new Promise((resolve) => setImmediate(resolve));
            continue;
          }
          const { number } = job.payload as { number: number };
          const group = number % 3 === 0 ? `group ${number % 2}` : `alone ${number}`;
          expect(running.has(group), `two of ${group}`).to.equal(false);
          running.add(group);
          await setting(handle.queries, 'some work');
          running.delete(group);
          expect(await handle.transaction((queries) => endJob(queries, worker, job.id, { state: 'done' }))).to.equal(
            true,
          );
          done.push(number);
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, index) => take(together[index % 2]!, uuid())));
      expect([...done].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: jobs }, (_, index) => index));
    });

    it('statements are counted alike on either database: a transaction is two, its beginning and its end', async () => {
      const before = one.statements();
      await setting(one.queries, 'a');
      expect(one.statements() - before).to.equal(1);
      await one.transaction(async (queries) => {
        await setting(queries, 'a');
        await putSetting(queries, 'a', 1);
      });
      expect(one.statements() - before).to.equal(5);
    });
  });
}
