import { expect } from 'chai';
import fc from 'fast-check';
import { titleKey } from '../../../search/vietnamese/collation.ts';
import { foldText } from '../../../search/vietnamese/fold.ts';
import type { RecordRow } from '../../../storage/metadata/records.ts';
import { type CatalogueTable, dropRecord, newTable, putRow } from '../../../server/sru/catalogue-table.ts';
import { fields } from '../../../server/sru/sru-indexes.ts';
import { findRecords, readQuestion } from '../../../server/sru/sru-search.ts';

interface Shelved {
  id: string;
  title: string;
  creators: string[];
  year: number | null;
  scope: RecordRow['scope'];
}

const words = ['toán', 'toan', 'Toàn', 'lý', 'lyon', 'văn', '6', '7', 'tập', 'một'];
const shelved = fc.record({
  title: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((some) => some.join(' ')),
  creators: fc.array(fc.constantFrom('Nguyễn Du', 'Nguyễn Dữ', 'Du', 'Văn Toàn'), { maxLength: 2 }),
  year: fc.option(fc.integer({ min: 1998, max: 2003 })),
  scope: fc.constantFrom('public' as const, 'sector' as const, 'school' as const),
});

const put = (table: CatalogueTable, { id, title, creators, year, scope }: Shelved, version = 1): void =>
  putRow(
    table,
    { id, version, state: 'published', deleted_at: null, scope, licence: 'CC-BY-4.0', title_key: titleKey(title), created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', published_at: '2026-01-01T00:00:00.000Z' } as RecordRow,
    { year, values: [{ field: fields.title, text: title, code: false }, ...creators.map((text) => ({ field: fields.maker, text, code: false }))] },
  );

/** The same, said in another way: by looking at each record. */
type Oracle = (record: Shelved) => boolean;
const within = (texts: string[], test: (words: string[]) => boolean): boolean => texts.some((text) => test(foldText(text).split(' ')));
const valuesOf = (record: Shelved, index: string): string[] => (index === 'title' ? [record.title] : index === 'creator' ? record.creators : [record.title, ...record.creators]);
const folded = (term: string): string[] => foldText(term).split(' ');

const clause = fc
  .record({ index: fc.constantFrom('title', 'creator', 'anywhere'), relation: fc.constantFrom('all', 'any', 'adj', '==', '<>', 'prefix', 'begins'), term: fc.array(fc.constantFrom(...words, 'nguyen', 'du'), { minLength: 1, maxLength: 3 }) })
  .map(({ index, relation, term }): { query: string; holds: Oracle } => {
    const text = term.join(' ');
    const asked = folded(text);
    const has = (record: Shelved, test: (own: string[]) => boolean): boolean => within(valuesOf(record, index), test);
    const phrase = (own: string[], from: number): boolean => asked.every((word, at) => own[from + at] === word);
    switch (relation) {
      case 'all':
        return { query: `${index} all "${text}"`, holds: (record) => asked.every((word) => has(record, (own) => own.includes(word))) };
      case 'any':
        return { query: `${index} any "${text}"`, holds: (record) => asked.some((word) => has(record, (own) => own.includes(word))) };
      case 'adj':
        return { query: `${index} adj "${text}"`, holds: (record) => has(record, (own) => own.some((_, from) => phrase(own, from))) };
      case 'begins':
        return { query: `${index} adj "^${text}"`, holds: (record) => has(record, (own) => phrase(own, 0)) };
      case 'prefix':
        // `ly*` is also lý, which is folded as lí is.
        return { query: `${index} all "${asked[0]!.slice(0, 2)}*"`, holds: (record) => has(record, (own) => own.some((word) => word.startsWith(asked[0]!.slice(0, 2)) || (asked[0]!.startsWith('ly') && word === 'li'))) };
      default: {
        const equal: Oracle = (record) => has(record, (own) => own.join(' ') === asked.join(' '));
        return { query: `${index} ${relation} "${text}"`, holds: relation === '==' ? equal : (record) => !equal(record) };
      }
    }
  });
const dated = fc.record({ relation: fc.constantFrom('=', '<', '<=', '>', '>=', 'within'), year: fc.integer({ min: 1997, max: 2004 }) }).map(({ relation, year }): { query: string; holds: Oracle } => ({
  query: `dc.date ${relation} "${relation === 'within' ? `${year} ${year + 2}` : year}"`,
  holds: ({ year: own }) =>
    own !== null && (relation === 'within' ? own >= year && own <= year + 2 : relation === '=' ? own === year : relation === '<' ? own < year : relation === '<=' ? own <= year : relation === '>' ? own > year : own >= year),
}));
const { tree } = fc.letrec<{ tree: { query: string; holds: Oracle } }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    clause,
    dated,
    fc.record({ kind: fc.constantFrom('and', 'or', 'not'), left: tie('tree'), right: tie('tree') }).map(({ kind, left, right }) => ({
      query: `(${left.query}) ${kind} (${right.query})`,
      holds: (record: Shelved) => (kind === 'and' ? left.holds(record) && right.holds(record) : kind === 'or' ? left.holds(record) || right.holds(record) : left.holds(record) && !right.holds(record)),
    })),
  ),
}));

const idOf = (at: number): string => `01900000-0000-7000-8000-${String(at).padStart(12, '0')}`;

describe('CQL, as it is answered', () => {
  it('finds what looking at every record finds, whoever asks, page by page, after whatever changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shelved, { minLength: 1, maxLength: 40 }), fc.array(fc.nat(39), { maxLength: 6 }), fc.array(tree, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 7 }), async (shelf, changed, trees, step) => {
        const table = newTable();
        const records = new Map(shelf.map((one, at) => [idOf(at), { ...one, id: idOf(at) }]));
        for (const record of records.values()) put(table, record);
        for (const [turn, at] of changed.entries()) {
          const id = idOf(at);
          const record = records.get(id);
          if (!record) continue;
          if (turn % 2 === 0) {
            dropRecord(table, id);
            records.delete(id);
          } else {
            records.set(id, { ...record, title: 'văn 7', scope: 'public' });
            put(table, records.get(id)!, turn + 2);
          }
        }
        for (const { query, holds } of trees)
          for (const view of ['public', 'sector'] as const) {
            const visible = [...records.values()].filter(({ scope }) => scope === 'public' || (view === 'sector' && scope === 'sector'));
            const expected = visible.filter(holds).map(({ id }) => id);
            const question = readQuestion(query, '');
            const found: string[] = [];
            for (let start = 1; ; start += step) {
              const { total, ids } = await findRecords(table, view, question, start, step);
              expect(total, query).to.equal(expected.length);
              found.push(...ids);
              if (ids.length < step) break;
            }
            expect([...found].sort(), query).to.eql(expected.sort());
          }
      }),
      { numRuns: 200 },
    );
  });

  it('a phrase does not reach from one value into the next', async () => {
    const table = newTable();
    put(table, { id: idOf(1), title: 'Toán', creators: ['Văn Toàn', 'Nguyễn Du'], year: null, scope: 'public' });
    const found = async (query: string) => (await findRecords(table, 'public', readQuestion(query, ''), 1, 10)).total;
    expect(await found('creator adj "toàn nguyễn"')).to.equal(0);
    expect(await found('cql.anywhere adj "toán văn"')).to.equal(0);
    expect(await found('creator adj "nguyễn du"')).to.equal(1);
    expect(await found('creator all "toàn nguyễn"')).to.equal(1);
    expect(await found('creator adj "toàn^"')).to.equal(1);
    expect(await found('creator adj "văn^"')).to.equal(0);
  });

  it('marks as typed come first, or alone where the query says so; ly* is also lý', async () => {
    const table = newTable();
    ['Toan', 'Toàn', 'Toán', 'Lý', 'Lyon'].forEach((title, at) => put(table, { id: idOf(at), title, creators: [], year: null, scope: 'public' }));
    const found = async (query: string) => (await findRecords(table, 'public', readQuestion(query, ''), 1, 10)).ids.map((id) => Number(id.slice(-2)));
    expect(await found('title = toan')).to.eql([0, 1, 2]);
    expect(await found('title = toán')).to.eql([2, 0, 1]);
    expect(await found('title =/respectAccents toán')).to.eql([2]);
    expect(await found('title =/respectAccents toan')).to.eql([0]);
    expect(await found('title = ly*')).to.eql([3, 4]);
    expect(await found('cql.allRecords = 1 not title =/respectAccents toán')).to.eql([0, 1, 3, 4]);
  });

  it('sorts by title as a dictionary does, by year with the undated last, and says what it cannot sort by', async () => {
    const table = newTable();
    const titles: [string, number | null][] = [['Đất', 2001], ['Dế', null], ['Ánh', 1999], ['Bài 10', 2005], ['Bài 2', 2001]];
    titles.forEach(([title, year], at) => put(table, { id: idOf(at), title, creators: [], year, scope: 'public' }));
    const found = async (query: string, keys = '') => (await findRecords(table, 'public', readQuestion(query, keys), 1, 10)).ids.map((id) => titles[Number(id.slice(-2))]![0]);
    expect(await found('cql.allRecords=1 sortby title')).to.eql(['Ánh', 'Bài 2', 'Bài 10', 'Dế', 'Đất']);
    expect(await found('cql.allRecords=1 sortby dc.title/sort.descending')).to.eql(['Đất', 'Dế', 'Bài 10', 'Bài 2', 'Ánh']);
    expect(await found('cql.allRecords=1 sortby date title')).to.eql(['Ánh', 'Bài 2', 'Đất', 'Bài 10', 'Dế']);
    expect(await found('cql.allRecords=1 sortby date/descending')).to.eql(['Bài 10', 'Đất', 'Bài 2', 'Ánh', 'Dế']);
    expect(await found('cql.allRecords=1', 'title/sort.descending')).to.eql(['Đất', 'Dế', 'Bài 10', 'Bài 2', 'Ánh']);
    expect(() => readQuestion('a sortby creator', '')).to.throw(/^80 /);
    expect(() => readQuestion('a sortby nothing', '')).to.throw(/^16 /);
    expect(() => readQuestion('a sortby title/sort.locale=vi', '')).to.throw(/^80 /);
  });
});
