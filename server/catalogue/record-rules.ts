import { effectiveScope } from '../access/audience.ts';
import type { Description, Scope } from '../contract/record.ts';
import { scopes } from '../contract/record.ts';
import type { Term, VocabularyName } from '../contract/vocabulary.ts';
import { Refusal } from '../errors.ts';
import type { Vocabularies } from './vocabularies.ts';

/** What a contributor's material is under unless they say otherwise (domain.md §1.6). */
export const defaultLicence = 'CC-BY-NC-SA-4.0';
const usualScope: Scope = 'school';

/** Which vocabulary each field's codes come from. */
const coded: [field: keyof Description, vocabulary: VocabularyName][] = [
  ['subjects', 'subject'],
  ['grades', 'grade'],
  ['resourceType', 'resource-type'],
  ['textbookSet', 'textbook-set'],
  ['languages', 'language'],
  ['readingLevel', 'reading-level'],
];

/** The codes of a description by field, with the roles of its agents. */
function codesOf(described: Description): { field: string; vocabulary: VocabularyName; code: string }[] {
  const found = coded.flatMap(([field, vocabulary]) => {
    const value = described[field];
    const codes = value === undefined ? [] : Array.isArray(value) ? (value as string[]) : [value as string];
    return codes.map((code) => ({ field: field as string, vocabulary, code }));
  });
  return [
    ...found,
    ...described.agents.map((agent) => ({ field: 'agents', vocabulary: 'person-role' as const, code: agent.role })),
  ];
}

/**
 * Every code must stand in its vocabulary. What the record had before may stay, also when it is no longer offered.
 * Throws term-unknown {field, code}.
 */
export function checkTerms(vocabularies: Vocabularies, described: Description, before?: Description): void {
  const had = new Set(before ? codesOf(before).map(({ field, code }) => `${field} ${code}`) : []);
  for (const { field, vocabulary, code } of codesOf(described)) {
    if (had.has(`${field} ${code}`)) continue;
    if (!vocabularies.byCode[vocabulary].get(code)?.active) throw new Refusal('term-unknown', { field, code });
  }
}

/** The same for guesses: codes that are not known are left out instead of refused. */
export function knownTerms(vocabularies: Vocabularies, field: string, value: unknown): unknown {
  const vocabulary = coded.find(([name]) => name === field)?.[1];
  if (!vocabulary) return value;
  const known = (code: unknown): boolean =>
    typeof code === 'string' && vocabularies.byCode[vocabulary].get(code)?.active === true;
  if (Array.isArray(value)) return value.filter(known);
  return known(value) ? value : undefined;
}

export function checkLicence(term: Term | undefined, code: string): void {
  if (!term?.active) throw new Refusal('term-unknown', { field: 'licence', code });
}

/** Throws scope-too-wide {scope, licence, widest}: a choice that the licence would silently narrow is a misunderstanding. */
export function checkScope(scope: Scope, licence: string): void {
  const widest = widestScope(licence);
  if (scopes.indexOf(scope) > scopes.indexOf(widest)) throw new Refusal('scope-too-wide', { scope, licence, widest });
}

/** The widest that can be chosen under a licence; what only the library may open is chosen as `class`. */
export function widestScope(licence: string): Scope {
  const widest = effectiveScope({ scope: 'public', licence });
  return widest === 'library' ? 'class' : widest;
}

export function defaultScope(licence: string): Scope {
  const widest = widestScope(licence);
  return scopes.indexOf(widest) < scopes.indexOf(usualScope) ? widest : usualScope;
}

/**
 * A licence without files (LINK: `file: false` in the vocabulary) stands for somebody else's copy: it needs the address, and
 * holding a file under it would be publishing what is not ours. Throws link-only-licence {why}.
 */
export function checkLinkOnly(licence: Term | undefined, described: Pick<Description, 'link'>, files: number): void {
  if (licence?.extra['file'] !== false) return;
  if (described.link === undefined) throw new Refusal('link-only-licence', { why: 'no-link' });
  if (files > 0) throw new Refusal('link-only-licence', { why: 'has-files' });
}
