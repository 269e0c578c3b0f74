import { foldText } from '../../search/vietnamese/fold.ts';
import { fixCharacters } from '../../search/vietnamese/fix-characters.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { Row } from '../../storage/metadata/tables.ts';
import {
  allTerms,
  bumpVocabulariesVersion,
  saveTerm,
  termByCode,
  vocabulariesVersion,
} from '../../storage/metadata/terms.ts';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { type Term, type termChanges, type VocabularyName, vocabularyNames } from '../contract/vocabulary.ts';
import { Refusal } from '../errors.ts';
import { enqueue } from '../jobs/queue.ts';

/** All vocabularies as of one version. */
export interface Vocabularies {
  version: number;
  /** Every term, also those no longer offered, in the order of the pick lists. */
  lists: Record<VocabularyName, Term[]>;
  byCode: Record<VocabularyName, ReadonlyMap<string, Term>>;
}

const read = new WeakMap<Metadata, Vocabularies>();

/** One query of one row when nothing changed since the last call in this process. */
export async function loadVocabularies(metadata: Metadata): Promise<Vocabularies> {
  const version = await vocabulariesVersion(metadata.queries);
  const known = read.get(metadata);
  if (known?.version === version) return known;
  // The version was read first: terms newer than it are only read once more.
  const rows = await allTerms(metadata.queries);
  const lists = Object.fromEntries(vocabularyNames.map((name) => [name, [] as Term[]])) as Record<
    VocabularyName,
    Term[]
  >;
  for (const row of rows) lists[row.vocabulary as VocabularyName]?.push(termView(row));
  const byCode = Object.fromEntries(
    vocabularyNames.map((name) => [name, new Map(lists[name].map((term) => [term.code, term]))]),
  ) as unknown as Vocabularies['byCode'];
  const loaded: Vocabularies = { version, lists, byCode };
  read.set(metadata, loaded);
  return loaded;
}

export function termView(row: Row<'terms'>): Term {
  return {
    code: row.code,
    vi: row.vi,
    en: row.en,
    parent: row.parent,
    aliases: JSON.parse(row.aliases_json) as string[],
    position: row.position,
    active: row.active === 1,
    extra: JSON.parse(row.extra_json) as Record<string, unknown>,
  };
}

/** Vocabularies whose labels and aliases stand in the search documents. */
const searched: readonly VocabularyName[] = ['subject', 'grade', 'resource-type', 'textbook-set'];
/** Where the parent of a term is found; groups of resource types are plain words. */
const parentOf: Partial<Record<VocabularyName, VocabularyName>> = { grade: 'level', subject: 'subject' };

/**
 * Adds a term (then `vi` is needed) or changes what is given of one. Renamed terms and new aliases are found again once the
 * queued reindex has run. Throws not-allowed, not-valid, term-unknown (the parent).
 */
export async function saveVocabularyTerm(
  metadata: Metadata,
  actor: Actor,
  name: VocabularyName,
  code: string,
  changes: z.output<typeof termChanges>,
): Promise<Term> {
  authorizeSchool(actor, 'manageVocabularies');
  const { byCode, lists } = await loadVocabularies(metadata);
  const row = await metadata.transaction(async (queries) => {
    const before = await termByCode(queries, name, code);
    const old = before && termView(before);
    const term: Term = {
      code,
      vi: label(changes.vi) ?? old?.vi ?? '',
      en: changes.en === undefined ? (old?.en ?? null) : (label(changes.en) ?? null),
      parent: changes.parent === undefined ? (old?.parent ?? null) : changes.parent,
      aliases: changes.aliases ? [...new Set(changes.aliases.map(foldText).filter(Boolean))] : (old?.aliases ?? []),
      position: changes.position ?? old?.position ?? lists[name].length,
      active: changes.active ?? old?.active ?? true,
      extra: { ...old?.extra, ...changes.extra },
    };
    if (term.vi === '') throw new Refusal('not-valid', { path: 'vi' });
    if (term.parent !== (old?.parent ?? null)) checkParent(name, term, byCode);
    await saveTerm(queries, {
      vocabulary: name,
      code,
      vi: term.vi,
      en: term.en,
      parent: term.parent,
      aliases_json: JSON.stringify(term.aliases),
      position: term.position,
      active: term.active ? 1 : 0,
      extra_json: JSON.stringify(term.extra),
    });
    await bumpVocabulariesVersion(queries);
    const words = (one: Term | undefined): string => JSON.stringify(one && [one.vi, one.en, one.parent, one.aliases]);
    if (old && searched.includes(name) && words(old) !== words(term)) await enqueue(queries, { kind: 'reindex' });
    return term;
  });
  return row;
}

function label(text: string | null | undefined): string | undefined {
  return text === null || text === undefined ? undefined : fixCharacters(text).replace(/\s+/g, ' ').trim() || undefined;
}

function checkParent(name: VocabularyName, term: Term, byCode: Vocabularies['byCode']): void {
  const vocabulary = parentOf[name];
  if (term.parent === null || !vocabulary) return;
  const parents = byCode[vocabulary];
  if (!parents.has(term.parent)) throw new Refusal('term-unknown', { field: 'parent', code: term.parent });
  for (
    let above: string | null = term.parent;
    vocabulary === name && above !== null;
    above = parents.get(above)?.parent ?? null
  )
    if (above === term.code) throw new Refusal('not-valid', { path: 'parent' });
}
