import { expect } from 'chai';
import fc from 'fast-check';
import { blockingKeys, blockLimit, keyLevels } from '../../../server/merging/blocking-keys.ts';
import { candidatePairs, candidatesOf, type KeyRow } from '../../../server/merging/candidate-pairs.ts';
import { cluster, type ClusterInput, type Clusters, type ComparedPair, type Decision } from '../../../server/merging/cluster-pairs.ts';
import { formsBy, seededWords } from './forms.ts';

const same = (one: string, other: string, score = 0.95): ComparedPair => ({ one, other, score, verdict: 'same', relation: 'work', firm: false });
const ask = (one: string, other: string, score = 0.7): ComparedPair => ({ ...same(one, other, score), verdict: 'ask' });
const decided = (one: string, decision: Decision['decision'], other: string, at = '2026-11-25T08:00:00Z'): Decision => ({ one, other, decision, at });
const ids = 'abcdefghij'.split('');

/** No two of these go together. */
const never =
  (...pairs: string[]): ClusterInput['apartness'] =>
  (one, other) =>
    pairs.includes(one + other) || pairs.includes(other + one) ? 'contradiction' : 'none';
const clustered = (given: Partial<ClusterInput>): Clusters => cluster({ ids, pairs: [], decisions: [], apartness: () => 'none', ...given });
const shown = ({ groups }: Clusters): string => groups.filter(({ length }) => length > 1).map((group) => group.join('')).join(' ');

describe('groups of records', () => {
  it('a chain joins, and not across a contradiction', () => {
    expect(shown(clustered({ pairs: [same('a', 'b'), same('b', 'c')] }))).to.equal('abc');
    const held = clustered({ pairs: [same('a', 'b', 0.97), same('b', 'c', 0.93)], apartness: never('ac') });
    expect(shown(held)).to.equal('ab');
    expect(held.questions).to.deep.equal([{ one: 'b', other: 'c', score: 0.93, why: 'contradiction' }]);
  });

  it('one doubtful record joins no two groups, and keeps none apart', () => {
    const unlike: ClusterInput['apartness'] = (one, other) => ('abc'.includes(one) && 'def'.includes(other)) || ('def'.includes(one) && 'abc'.includes(other)) ? 'unlike' : 'none';
    const pairs = [same('a', 'b', 0.99), same('b', 'c', 0.99), same('d', 'e', 0.99), same('e', 'f', 0.99), same('c', 'g', 0.95), same('g', 'd', 0.94)];
    expect(shown(clustered({ pairs, apartness: unlike }))).to.equal('abcg def');
    const odd: ClusterInput['apartness'] = (one, other) => ([one, other].includes('c') && [one, other].some((id) => 'de'.includes(id)) ? 'missing' : 'none');
    expect(shown(clustered({ pairs: [...pairs, same('a', 'd', 0.96)], apartness: odd }))).to.equal('abcdefg');
  });

  it('people decide: different parts what is the same, same joins what contradicts', () => {
    const pairs = [same('a', 'b'), same('b', 'c'), same('a', 'c')];
    expect(shown(clustered({ pairs, decisions: [decided('a', 'different', 'b')] }))).to.equal('ac');
    expect(shown(clustered({ pairs: [ask('a', 'b')], decisions: [decided('b', 'same', 'a')], apartness: never('ab') }))).to.equal('ab');
    // Neither by way of others, however sure the pairs are.
    const around = clustered({ ids: [...ids, 'x', 'y'], pairs: [same('a', 'x', 0.99), same('x', 'y', 0.99), same('y', 'b', 0.99)], decisions: [decided('a', 'different', 'b')] });
    expect(around.groups.find((group) => group.includes('a'))).not.to.include('b');
    expect(around.questions, 'decided, so nobody is asked').to.deep.equal([]);
  });

  it('of decisions that cannot hold together, different holds, then the newer; the other is named', () => {
    const decisions = [decided('a', 'same', 'b', '2026-11-01T00:00:00Z'), decided('b', 'same', 'c', '2026-11-02T00:00:00Z'), decided('a', 'different', 'c', '2026-10-01T00:00:00Z')];
    const found = clustered({ decisions });
    expect(shown(found)).to.equal('bc');
    expect(found.contested.map(({ one, other }) => one + other)).to.deep.equal(['ab']);
    expect(found.questions).to.deep.equal([{ one: 'a', other: 'b', score: 1, why: 'decision-contested' }]);
    // One pair decided twice: the later decision.
    expect(shown(clustered({ decisions: [decided('a', 'different', 'b', '2026-11-01T00:00:00Z'), decided('b', 'same', 'a', '2026-11-02T00:00:00Z')] }))).to.equal('ab');
  });

  it('a decision on an older description holds and is named', () => {
    const decisions: Decision[] = [{ ...decided('b', 'same', 'a'), forms: ['form of b', 'form of a'] }];
    const now = (changed: string) => (id: string) => (id === changed ? 'new form' : `form of ${id}`);
    expect(clustered({ decisions, fingerprint: now('c') }).stale).to.deep.equal([]);
    const found = clustered({ decisions, fingerprint: now('a') });
    expect(shown(found)).to.equal('ab');
    expect(found.stale.map(({ one, other }) => one + other)).to.deep.equal(['ab']);
  });

  it('a record that has gone leaves nothing behind', () => {
    const found = clustered({ ids: ['a', 'b'], pairs: [same('a', 'gone'), same('gone', 'b')], decisions: [decided('a', 'same', 'gone'), decided('gone', 'same', 'b')] });
    expect(found).to.deep.equal({ groups: [['a'], ['b']], editions: [[['a']], [['b']]], questions: [], contested: [], stale: [] });
  });

  it('one question for two groups, the likeliest, and none inside one', () => {
    const found = clustered({ pairs: [same('a', 'b'), same('c', 'd'), ask('a', 'c', 0.6), ask('b', 'd', 0.8), ask('a', 'b', 0.7)] });
    expect(found.questions).to.deep.equal([{ one: 'b', other: 'd', score: 0.8, why: 'ask' }]);
  });

  it('printings are told apart within a group', () => {
    const edition = (one: string, other: string): ComparedPair => ({ ...same(one, other), relation: 'edition' });
    const found = clustered({ pairs: [edition('a', 'b'), same('b', 'c'), edition('c', 'd'), edition('e', 'f')] });
    expect(found.editions.filter((printings) => printings.length > 1)).to.deep.equal([[['a', 'b'], ['c', 'd']]]);
    expect(found.editions.flat().filter((printing) => printing.length > 1).map((printing) => printing.join(''))).to.deep.equal(['ab', 'cd', 'ef']);
  });

  const pairOf = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)).filter(([one, other]) => one !== other);
  const comparedPairs = fc.uniqueArray(fc.tuple(pairOf, fc.constantFrom(0.6, 0.92, 0.95, 0.95, 0.99), fc.boolean()), { maxLength: 25, selector: ([[one, other]]) => [one, other].sort().join('') }).map((list) => list.map(([[one, other], score, firm]): ComparedPair => ({ one, other, score, verdict: score >= 0.9 ? 'same' : 'ask', relation: firm ? 'edition' : 'work', firm })));
  const decisions = fc.array(fc.tuple(pairOf, fc.constantFrom('same' as const, 'different' as const), fc.integer({ min: 1, max: 9 })), { maxLength: 8 }).map((list) => list.map(([[one, other], decision, day]) => decided(one, decision, other, `2026-11-0${day}T00:00:00Z`)));
  const apart = fc.array(pairOf, { maxLength: 6 }).map((list) => never(...list.map((pair) => pair.join(''))));

  it('in any order the same, and undoing a decision gives the state before', () => {
    fc.assert(
      fc.property(comparedPairs, decisions, apart, fc.integer(), pairOf, (pairs, made, apartness, seed, [one, other]) => {
        const found = clustered({ pairs, decisions: made, apartness });
        const order = <T>(list: readonly T[]): T[] => list.map((item, at) => ({ item, at: Math.imul(at + 1, seed | 1) % 97 })).sort((a, b) => a.at - b.at).map(({ item }) => item);
        const turned = order(pairs).map((pair, at) => (at % 2 ? { ...pair, one: pair.other, other: pair.one } : pair));
        expect(clustered({ ids: order(ids), pairs: turned, decisions: order(made), apartness })).to.deep.equal(found);
        const more = [...made, decided(one, 'different', other, '2026-12-01T00:00:00Z')];
        expect(clustered({ pairs, decisions: more, apartness }).groups.some((group) => group.includes(one) && group.includes(other))).to.equal(false);
        expect(clustered({ pairs, decisions: more.slice(0, -1), apartness })).to.deep.equal(found);
      }),
      { numRuns: 400, seed: 3 },
    );
  });

  it('what is decided different is never together, nor what contradicts and nobody joined', () => {
    fc.assert(
      fc.property(comparedPairs, decisions, apart, (pairs, made, apartness) => {
        const { groups } = clustered({ pairs, decisions: made, apartness });
        expect(groups.flat().sort()).to.deep.equal(ids);
        const newest = new Map<string, Decision>();
        for (const one of made) {
          const key = [one.one, one.other].sort().join('');
          const known = newest.get(key);
          if (!known || one.at > known.at || (one.at === known.at && one.decision === 'different')) newest.set(key, one);
        }
        const joins = [...newest.values()].some(({ decision }) => decision === 'same');
        for (const group of groups)
          for (const one of group)
            for (const other of group) {
              expect(newest.get([one, other].sort().join(''))?.decision).not.to.equal('different');
              if (!joins && one !== other) expect(apartness(one, other)).not.to.equal('contradiction');
            }
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it('a connected part may be computed alone', () => {
    const left = { pairs: [same('a', 'b'), ask('b', 'c')], decisions: [decided('a', 'different', 'c')] };
    const right = { pairs: [same('f', 'g'), same('g', 'h', 0.91)], decisions: [decided('f', 'same', 'i')] };
    const whole = clustered({ pairs: [...left.pairs, ...right.pairs], decisions: [...left.decisions, ...right.decisions] });
    const part = cluster({ ids: ['f', 'g', 'h', 'i'], ...right, apartness: () => 'none' });
    expect(whole.groups.filter(([first]) => first! >= 'f' && first! < 'j')).to.deep.equal(part.groups);
  });
});

describe('keys that records are found by', () => {
  let book: ReturnType<typeof formsBy>;
  before(async () => (book = formsBy(await seededWords())));

  it('are few, short and the same for the same record', () => {
    const form = book('Những tấm lòng cao cả và nhiều chuyện khác của trẻ em: tập truyện', { by: ['Edmondo De Amicis', 'Hoàng Thiếu Sơn'], identifiers: [{ scheme: 'isbn', value: '0306406152' }] });
    const keys = blockingKeys(form);
    expect(keys.length).to.be.within(5, 20);
    expect(keys.filter((key) => !/^[itwpsfn]:[\x21-\x7e]{1,78}$/.test(key))).to.deep.equal([]);
    expect(blockingKeys(structuredClone(form))).to.deep.equal(keys);
    expect(keys.some((key) => key.startsWith('i:9780306406157/'))).to.equal(true);
    expect(blockingKeys(book(''))).to.deep.equal([]);
    const odd = { subjects: ['MÔN/LẠ '.repeat(5)], grades: ['a/b'.repeat(12)], resourceType: 'SGK', textbookSet: '//'.repeat(20), identifiers: Array.from({ length: 20 }, (_, at) => ({ scheme: 'document-number' as const, value: `${at}/TT` })), files: [{ sha256: 'ab'.repeat(32) }] };
    const oddKeys = blockingKeys(book('日本語 の 本 и кириллица', { ...odd, by: ['村上春樹'] }));
    expect(oddKeys.filter((key) => !/^[itwpsfn]:[\x21-\x7e]{1,78}$/.test(key))).to.deep.equal([]);
    expect(new Set(oddKeys.map((key) => `${key[0]}${key.split('/').length}`)).size, 'as many levels for all of a kind').to.equal(new Set(oddKeys.map((key) => key[0])).size);
  });

  it('are shared by records with slips, subtitles left out, words glued and other people first', () => {
    const shares = (a: string, b: string, by: string[] = [], other = by): boolean => {
      const keys = new Set(blockingKeys(book(a, { by })).map((key) => key.split('/')[0]));
      return blockingKeys(book(b, { by: other })).some((key) => keys.has(key.split('/')[0]));
    };
    expect(shares('Dế Mèn phiêu lưu kí', 'Dế Mèm phiêu lưu ký')).to.equal(true);
    expect(shares('Dế Mèn phiêu lưu kí: truyện đồng thoại', 'De men phieu luu ky')).to.equal(true);
    expect(shares('Tắt đèn', 'Tắt dèm', ['Ngô Tất Tố'], ['N. T. Tố'])).to.equal(true);
    expect(shares('Sách giáo khoa Toán 6, tập một', 'SGK Táon lớp 6. T.1')).to.equal(true);
    expect(shares('Tắt đèn', 'Số đỏ', ['Ngô Tất Tố'], ['Vũ Trọng Phụng'])).to.equal(false);
  });

  const rowsOf = (count: number, key: (at: number) => string): KeyRow[] => Array.from({ length: count }, (_, at) => ({ id: `r${String(at).padStart(4, '0')}`, key: key(at) }));

  it('a block gives all its pairs up to the limit, then is cut by the next level', () => {
    expect(candidatePairs(rowsOf(blockLimit, (at) => `t:x/${at % 2}`))).to.have.length((blockLimit * (blockLimit - 1)) / 2);
    const cut = candidatePairs(rowsOf(blockLimit * 2, (at) => `t:x/${at % 2}`));
    expect(cut).to.have.length(blockLimit * (blockLimit - 1));
    expect(cut.every(([one, other]) => Number(one.slice(1)) % 2 === Number(other.slice(1)) % 2)).to.equal(true);
  });

  it('one that no level cuts compares each record with its first ones, and says so', () => {
    const heard: [string, number][] = [];
    const count = 2000;
    const pairs = candidatePairs(rowsOf(count, () => 't:x/1/2'), (key, records) => heard.push([key, records]));
    expect(heard).to.deep.equal([['t:x/1/2', count]]);
    expect(pairs).to.have.length((blockLimit * (blockLimit - 1)) / 2 + (count - blockLimit) * blockLimit);
    expect(new Set(pairs.map(([, other]) => other)).size).to.equal(count - 1);
  });

  it('a changed record asks for the same candidates, one block at a time', async () => {
    expect(keyLevels('t:x/1/2')).to.deep.equal(['t:x/', 't:x/1/', 't:x/1/2']);
    const rows = [...rowsOf(60, (at) => `t:x/${at % 3}`), ...rowsOf(20, () => 'w:y/1').map(({ id, key }) => ({ id: `w${id}`, key }))];
    const asked: string[] = [];
    const block = async (prefix: string, most: number): Promise<string[]> => {
      asked.push(prefix);
      return rows.filter(({ key }) => key.startsWith(prefix)).map(({ id }) => id).sort().slice(0, most);
    };
    const found = await candidatesOf(['t:x/1', 'w:y/1', 'i:none/1'], block);
    expect(asked).to.deep.equal(['t:x/', 't:x/1', 'w:y/', 'i:none/']);
    expect(found).to.have.length(40);
    expect(found.filter((id) => id.startsWith('r')).every((id) => Number(id.slice(1)) % 3 === 1)).to.equal(true);
  });
});
