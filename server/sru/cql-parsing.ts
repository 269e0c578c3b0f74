import { type CqlToken, cqlTokens } from './cql-tokens.ts';
import { SruDiagnostic } from './sru-diagnostic.ts';

export interface CqlModifier {
  name: string;
  comparitor: string | null;
  value: string | null;
}

export interface CqlClause {
  kind: 'clause';
  /** As written, with its prefix; null: a bare term. */
  index: string | null;
  relation: string;
  modifiers: CqlModifier[];
  /** Backslashes still in it; see cql-terms.ts. */
  term: string;
  /** Prefix, in lower case, to the URI that an assignment gave it here; '' is the default set. */
  prefixes: ReadonlyMap<string, string>;
}

export type CqlNode = CqlClause | { kind: 'and' | 'or' | 'not'; left: CqlNode; right: CqlNode };

export interface CqlSortKey {
  index: string;
  modifiers: CqlModifier[];
  prefixes: ReadonlyMap<string, string>;
}

export interface CqlQuery {
  root: CqlNode;
  sort: CqlSortKey[];
}

export const mostNesting = 32;
export const mostClauses = 64;
const mostSortKeys = 4;
const mostModifiers = 8;

const booleans = new Set(['and', 'or', 'not', 'prox']);
const comparitors = new Set(['=', '==', '<>', '<', '>', '<=', '>=']);
type Prefixes = ReadonlyMap<string, string>;

/**
 * CQL 1.2 (http://www.loc.gov/standards/sru/cql/spec.html, the grammar of the OASIS standard's part 5 too). Booleans have one precedence
 * and group from the left. What is written is checked, not whether it is supported. Throws SruDiagnostic 10, 12, 13, 14, 23, 38, 39, 46.
 */
export function parseCql(query: string): CqlQuery {
  const tokens = cqlTokens(query);
  let at = 0;
  let clauses = 0;
  const peek = (ahead = 0): CqlToken | undefined => tokens[at + ahead];
  const isSign = (token: CqlToken | undefined, text: string): boolean => token?.kind === 'sign' && token.text === text;
  const isBoolean = (token: CqlToken | undefined): boolean => token?.kind === 'word' && !token.quoted && booleans.has(token.text.toLowerCase());
  const isSortBy = (token: CqlToken | undefined): boolean => token?.kind === 'word' && !token.quoted && token.text.toLowerCase() === 'sortby';
  const wrong = (): never => {
    const token = peek();
    throw new SruDiagnostic(10, token ? `at ${token.text.slice(0, 40)}` : 'the query ends too early');
  };
  const word = (): string => {
    const token = peek();
    if (token?.kind !== 'word') return wrong();
    at++;
    return token.text;
  };

  function modifiers(): CqlModifier[] {
    const found: CqlModifier[] = [];
    while (isSign(peek(), '/')) {
      at++;
      const name = word();
      const symbol = peek();
      const compares = symbol?.kind === 'sign' && comparitors.has(symbol.text);
      if (compares) at++;
      found.push({ name, comparitor: compares ? symbol.text : null, value: compares ? word() : null });
      if (found.length > mostModifiers) throw new SruDiagnostic(10, `more than ${mostModifiers} modifiers`);
    }
    return found;
  }

  /** `> dc = "uri"` and `> "uri"`, any number of them; each holds for what follows in its parentheses. */
  function assignments(outer: Prefixes): Prefixes {
    let prefixes = outer;
    while (isSign(peek(), '>')) {
      at++;
      const first = word();
      const named = isSign(peek(), '=');
      if (named) at++;
      prefixes = new Map(prefixes).set(named ? first.toLowerCase() : '', named ? word() : first);
    }
    return prefixes;
  }

  function clause(prefixes: Prefixes, depth: number): CqlNode {
    if (isSign(peek(), '(')) {
      if (depth >= mostNesting) throw new SruDiagnostic(13, `nested deeper than ${mostNesting}`);
      at++;
      const inner = query_(assignments(prefixes), depth + 1);
      if (!isSign(peek(), ')')) {
        if (peek() === undefined) throw new SruDiagnostic(13, 'a parenthesis is not closed');
        wrong();
      }
      at++;
      return inner;
    }
    if (++clauses > mostClauses) throw new SruDiagnostic(38, String(mostClauses - 1));
    const first = word();
    const next = peek();
    const named = next?.kind === 'word' && !next.quoted && !isBoolean(next) && !isSortBy(next);
    const symbol = next?.kind === 'sign' && comparitors.has(next.text);
    if (!named && !symbol) return { kind: 'clause', index: null, relation: '=', modifiers: [], term: first, prefixes };
    at++;
    const asked = modifiers();
    return { kind: 'clause', index: first, relation: next.text.toLowerCase(), modifiers: asked, term: word(), prefixes };
  }

  function query_(prefixes: Prefixes, depth: number): CqlNode {
    let left = clause(prefixes, depth);
    while (isBoolean(peek())) {
      const kind = peek()!.text.toLowerCase();
      at++;
      const asked = modifiers();
      if (kind === 'prox') throw new SruDiagnostic(39, '');
      if (asked.length > 0) throw new SruDiagnostic(46, asked[0]!.name);
      left = { kind: kind as 'and' | 'or' | 'not', left, right: clause(prefixes, depth) };
    }
    return left;
  }

  const prefixes = assignments(new Map());
  const root = query_(prefixes, 0);
  const sort: CqlSortKey[] = [];
  if (isSortBy(peek())) {
    at++;
    do {
      sort.push({ index: word(), modifiers: modifiers(), prefixes });
      if (sort.length > mostSortKeys) throw new SruDiagnostic(84, String(mostSortKeys));
    } while (peek() !== undefined);
  }
  if (isSign(peek(), ')')) throw new SruDiagnostic(13, 'a parenthesis was never opened');
  if (peek() !== undefined) wrong();
  return { root, sort };
}
