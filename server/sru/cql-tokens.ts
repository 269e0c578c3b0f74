import { SruDiagnostic } from './sru-diagnostic.ts';

/** `sign`: a comparitor symbol, a parenthesis or a slash. Words keep their backslashes; the quotes around them are gone. */
export interface CqlToken {
  kind: 'word' | 'sign';
  text: string;
  quoted: boolean;
}

export const mostQueryCharacters = 4_096;
const mostWordCharacters = 400;

/** One token at the place: a symbol, a string in quotes, or what stands up to a space or a sign (CQL 1.2, charString1 and 2). */
const pattern = /\s*(?:(<>|<=|>=|==|[()=<>/])|"((?:[^"\\]|\\[^])*)(")?|([^\s()=<>"/]+))/y;

/** Cuts a query into tokens. Throws SruDiagnostic 12, 14 or 23. */
export function cqlTokens(query: string): CqlToken[] {
  if (query.length > mostQueryCharacters) throw new SruDiagnostic(12, String(mostQueryCharacters));
  const tokens: CqlToken[] = [];
  const end = query.trimEnd().length;
  for (pattern.lastIndex = 0; pattern.lastIndex < end; ) {
    const at = pattern.lastIndex;
    const match = pattern.exec(query);
    if (!match) throw new SruDiagnostic(10, query.slice(at, at + 20));
    const [, sign, quoted, closing, word] = match;
    if (quoted !== undefined && closing === undefined) throw new SruDiagnostic(14, quoted.slice(0, 40));
    const text = sign ?? quoted ?? word!;
    if (text.length > mostWordCharacters) throw new SruDiagnostic(23, String(mostWordCharacters));
    tokens.push({ kind: sign === undefined ? 'word' : 'sign', text, quoted: quoted !== undefined });
  }
  return tokens;
}
