import { expect } from 'chai';
import fc from 'fast-check';
import { type CqlNode, mostClauses, mostNesting, parseCql } from '../../../server/sru/cql-parsing.ts';
import { resolveCql } from '../../../server/sru/cql-resolving.ts';
import { maskMatches, termWords } from '../../../server/sru/cql-terms.ts';
import { mostQueryCharacters } from '../../../server/sru/cql-tokens.ts';
import { SruDiagnostic } from '../../../server/sru/sru-diagnostic.ts';

/** What was understood, with all its parentheses. */
function written(node: CqlNode): string {
  if (node.kind !== 'clause') return `(${written(node.left)} ${node.kind} ${written(node.right)})`;
  const modifiers = node.modifiers.map(({ name, comparitor, value }) => `/${name}${comparitor ?? ''}${value ?? ''}`).join('');
  return node.index === null ? `[${node.term}]` : `[${node.index} ${node.relation}${modifiers} ${node.term}]`;
}
const understood = (query: string): string => written(parseCql(query).root);

function numberOf(work: () => unknown): number | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof SruDiagnostic) return error.number;
    throw error;
  }
}
const refused = (query: string): number | null => numberOf(() => resolveCql(parseCql(query).root));

describe('CQL, as it is written', () => {
  it('reads clauses, relations, modifiers and bare terms', () => {
    const cases: [string, string][] = [
      ['kieu', '[kieu]'],
      ['"truyện kiều"', '[truyện kiều]'],
      ['dc.title = kieu', '[dc.title = kieu]'],
      ['dc.title=kieu', '[dc.title = kieu]'],
      ['title ALL "a b"', '[title all a b]'],
      ['title cql.any/cql.ignoreCase "a b"', '[title cql.any/cql.ignoreCase a b]'],
      ['title =/respectAccents/x=1 a', '[title =/respectAccents/x=1 a]'],
      ['dc.date >= 2020', '[dc.date >= 2020]'],
      ['dc.date<>2020', '[dc.date <> 2020]'],
      ['dc.date within "2019 2021"', '[dc.date within 2019 2021]'],
      ['title == "say \\"no\\""', '[title == say \\"no\\"]'],
      ['"and"', '[and]'],
      ['title = and', '[title = and]'],
      ['and', '[and]'],
    ];
    for (const [query, expected] of cases) expect(understood(query), query).to.equal(expected);
  });

  it('booleans have one precedence and group from the left; parentheses change that', () => {
    expect(understood('a or b and c not d')).to.equal('((([a] or [b]) and [c]) not [d])');
    expect(understood('a OR (b AND c)')).to.equal('([a] or ([b] and [c]))');
    expect(understood('((a)) and ((b or c))')).to.equal('([a] and ([b] or [c]))');
    expect(understood('a and "and"')).to.equal('([a] and [and])');
  });

  it('prefixes hold within their parentheses', () => {
    const { root } = parseCql('>t="http://purl.org/dc/elements/1.1/" (>t="urn:x" t.a = 1) or t.b = 2');
    if (root.kind !== 'or' || root.left.kind !== 'clause' || root.right.kind !== 'clause') throw new Error('another shape');
    expect(root.left.prefixes.get('t')).to.equal('urn:x');
    expect(root.right.prefixes.get('t')).to.equal('http://purl.org/dc/elements/1.1/');
    expect(refused('> t = "http://purl.org/dc/elements/1.1/" t.title = a')).to.equal(null);
    expect(refused('> "info:srw/cql-context-set/1/dc-v1.1" title = a')).to.equal(null);
    expect(refused('> dc = "urn:unknown" dc.title = a')).to.equal(15);
  });

  it('sortby takes keys with modifiers, and ends the query', () => {
    const { sort } = parseCql('a sortby dc.date/sort.descending title');
    expect(sort.map(({ index, modifiers }) => [index, modifiers.map(({ name }) => name)])).to.eql([
      ['dc.date', ['sort.descending']],
      ['title', []],
    ]);
    expect(refused('(a sortby title) or b')).to.be.oneOf([10, 13]);
    expect(refused('a sortby')).to.equal(10);
    expect(refused('a sortby b c d e f')).to.equal(84);
  });

  it('each fault has the number of the list of diagnostics', () => {
    const cases: [string, number][] = [
      ['title =', 10],
      ['a b', 10],
      ['a and', 10],
      ['a and and and', 10],
      ['= a', 10],
      ['a / b', 10],
      ['title =/ a', 10],
      ['(a', 13],
      ['a)', 13],
      ['()', 10],
      ['"a', 14],
      ['title = "a\\"', 14],
      ['title = "a\\b"', 26],
      ['title = ""', 27],
      ['title = "  "', 27],
      ['nowhere.title = a', 15],
      ['nothing = a', 16],
      ['dc.nothing = a', 16],
      ['title near a', 19],
      ['title encloses a', 19],
      ['title =/stem a', 20],
      ['title =/respectAccents/ignoreAccents a', 21],
      ['title < a', 22],
      ['dc.date adj 2020', 22],
      ['language within "a b"', 22],
      ['title = "********* a"', 30],
      ['title = "a ^b"', 32],
      ['title = "a^b"', 32],
      ['title = ^', 32],
      ['dc.date = hai', 36],
      ['dc.date within 2020', 36],
      ['dc.date = 20*', 28],
      ['rec.id = 01*', 28],
      ['rec.creationDate = 2021-02-30', 36],
      ['a prox b', 39],
      ['a prox/distance<3 b', 39],
      ['a and/rel.x b', 46],
      ['cql.resultSetId = 1', 50],
      ['language = ^vi', 31],
    ];
    for (const [query, number] of cases) expect(refused(query), query).to.equal(number);
  });

  it('what is endless is refused, and at once', () => {
    const begun = performance.now();
    expect(refused('a'.repeat(mostQueryCharacters + 1))).to.equal(12);
    expect(refused('a'.repeat(mostQueryCharacters))).to.equal(23);
    expect(refused('('.repeat(4_000))).to.equal(13);
    expect(refused(`${'('.repeat(mostNesting)}a${')'.repeat(mostNesting)}`)).to.equal(null);
    expect(refused(`${'('.repeat(mostNesting + 1)}a${')'.repeat(mostNesting + 1)}`)).to.equal(13);
    expect(refused(Array(mostClauses).fill('a').join(' or '))).to.equal(null);
    expect(refused(Array(mostClauses + 1).fill('a').join(' or '))).to.equal(38);
    expect(refused('>a=b'.repeat(1_000))).to.equal(10);
    expect(refused('"'.repeat(4_001))).to.equal(14);
    expect(refused('\\'.repeat(4_001))).to.equal(23);
    expect(performance.now() - begun).to.be.below(500);
  });

  it('whatever is sent is understood or answered with a diagnostic', () => {
    const piece = fc.oneof(
      fc.constantFrom('and', 'or', 'not', 'prox', 'sortby', 'title', 'dc.date', '=', '==', '<>', '<', '>', '<=', '>=', '/', '(', ')', '"', '\\', '*', '?', '^', ' ', 'any', 'within', '2020', 'Nguyễn', '> dc = "x"'),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    );
    let sound = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), fc.constantFrom('', ' '), (pieces, between) => {
        const query = pieces.join(between);
        if (refused(query) !== null) return;
        sound++;
      }),
      { numRuns: 3_000 },
    );
    expect(sound).to.be.greaterThan(20);
  });

  it('what a machine writes is read as it was meant', () => {
    const word = fc.constantFrom('toan', 'Nguyễn', '6', 'and', 'sortby', 'a*', 'x?y');
    const clause = fc.record({ index: fc.constantFrom('dc.title', 'creator', 'cql.anywhere'), relation: fc.constantFrom('=', '==', 'any', 'all', 'adj'), words: fc.array(word, { minLength: 1, maxLength: 3 }) });
    const { tree } = fc.letrec<{ tree: CqlNode }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        clause.map(({ index, relation, words }): CqlNode => ({ kind: 'clause', index, relation, modifiers: [], term: words.join(' '), prefixes: new Map() })),
        fc.record({ kind: fc.constantFrom('and' as const, 'or' as const, 'not' as const), left: tie('tree'), right: tie('tree') }),
      ),
    }));
    const query = (node: CqlNode): string => (node.kind === 'clause' ? `${node.index} ${node.relation} "${node.term}"` : `(${query(node.left)}) ${node.kind} (${query(node.right)})`);
    fc.assert(
      fc.property(tree, (node) => {
        expect(understood(query(node))).to.equal(written(node));
      }),
      { numRuns: 300 },
    );
  });
});

describe('CQL, terms', () => {
  const said = (term: string, each = false) => termWords(term, each).map(({ fold, mask, first, last }) => `${first ? '^' : ''}${mask ?? fold}${last ? '^' : ''}`);

  it('are cut and folded as texts are; masks and anchors stay with their words', () => {
    const cases: [string, boolean, string[]][] = [
      ['Truyện Kiều', false, ['truyen', 'kieu']],
      ['KHTN6', false, ['khtn', '6']],
      ['Địa-lý', false, ['dia', 'li']],
      ['toa*', false, ['toa*']],
      ['T?án', false, ['t?an']],
      ['*án', false, ['*an']],
      ['a * b', false, ['a', '*', 'b']],
      ['KHTN6*', false, ['khtn', '6*']],
      ['ly*', false, ['ly*']],
      ['a\\*b', false, ['a', 'b']],
      ['^truyện kiều^', false, ['^truyen', 'kieu^']],
      ['^a ^b', true, ['^a', '^b']],
      ['!!!', false, []],
    ];
    for (const [term, each, words] of cases) expect(said(term, each), term).to.eql(words);
  });

  it('a mask stands for what a regular expression would say, in time that cannot run away', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 }), fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (mask, word) => {
        const pattern = new RegExp(`^${mask.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(maskMatches(mask, word)).to.equal(pattern.test(word));
      }),
      { numRuns: 2_000 },
    );
    const begun = performance.now();
    expect(maskMatches('*a*a*a*a*a*a*a*b', 'a'.repeat(400))).to.equal(false);
    expect(performance.now() - begun).to.be.below(50);
  });
});
