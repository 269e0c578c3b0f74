import { readFile } from 'node:fs/promises';
import { foldText } from '../../search/vietnamese/fold.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { NewRow } from '../../storage/metadata/tables.ts';
import { bumpVocabulariesVersion, insertMissingTerms } from '../../storage/metadata/terms.ts';
import type { VocabularyName } from '../contract/vocabulary.ts';
import {
  englishGrades,
  englishLicences,
  englishReadingLevels,
  englishSubjects,
  englishTextbookSets,
  type Labelled,
  languages,
  personRoles,
  resourceGroups,
} from './seed-terms.ts';

/** A term as vocab.json has it; fields beyond these go into `extra` under their own names. */
interface Entry {
  code: string;
  vi?: string;
  en?: string;
  alias?: string[];
  parent?: string;
  [field: string]: unknown;
}

type VocabularyFile = Record<
  | 'cap_hoc'
  | 'khoi'
  | 'mon_hoc'
  | 'linh_vuc_mam_non'
  | 'bo_sach'
  | 'loai_hoc_lieu'
  | 'giay_phep'
  | 'trinh_do_doc_GROWBY',
  Entry[]
>;

/**
 * Puts the terms of vocab.json, the languages and the roles into the database. May run at every start: a term that is there
 * stays as it is, so what people edited is never overwritten. Answers how many terms were added.
 */
export async function seedVocabularies(metadata: Metadata): Promise<number> {
  const file = JSON.parse(await readFile(new URL('vocab.json', import.meta.url), 'utf8')) as VocabularyFile;
  const rows = termsOf(file);
  return metadata.transaction(async (queries) => {
    const added = await insertMissingTerms(queries, rows);
    if (added > 0) await bumpVocabulariesVersion(queries);
    return added;
  });
}

export function termsOf(file: VocabularyFile): NewRow<'terms'>[] {
  return [
    ...list('level', file.cap_hoc, {}),
    ...list('grade', file.khoi, {
      parent: 'cap',
      english: (entry) => englishGrades[entry.code] ?? `Grade ${entry.code}`,
    }),
    ...list('subject', [...file.mon_hoc, ...file.linh_vuc_mam_non], {
      parent: 'parent',
      english: (entry) => englishSubjects[entry.code],
    }),
    ...list('textbook-set', file.bo_sach, { english: (entry) => englishTextbookSets[entry.code] }),
    ...list('resource-type', file.loai_hoc_lieu, {
      parent: 'nhom',
      extra: (entry) => ({ group: resourceGroups[String(entry['nhom'])] }),
    }),
    ...list('licence', file.giay_phep, { english: (entry) => englishLicences[entry.code] }),
    ...list(
      'reading-level',
      file.trinh_do_doc_GROWBY.map(({ mau, hex, order: _order, ...entry }) => ({
        ...entry,
        vi: String(mau),
        colour: hex,
      })),
      { english: (entry) => englishReadingLevels[entry.code] },
    ),
    ...list('language', labelled(languages), {}),
    ...list('person-role', labelled(personRoles), {}),
  ];
}

const labelled = (terms: readonly Labelled[]): Entry[] => terms.map(([code, vi, en]) => ({ code, vi, en }));

function list(
  vocabulary: VocabularyName,
  entries: readonly Entry[],
  options: {
    parent?: string;
    english?(entry: Entry): string | undefined;
    extra?(entry: Entry): Record<string, unknown>;
  },
): NewRow<'terms'>[] {
  return entries.map((entry, position) => {
    const { code, vi, en, alias, ...rest } = entry;
    const label = (vi ?? code).normalize('NFC');
    const parent = options.parent ? rest[options.parent] : undefined;
    if (options.parent) delete rest[options.parent];
    return {
      vocabulary,
      code,
      vi: label,
      en: en ?? options.english?.(entry) ?? null,
      parent: typeof parent === 'string' ? parent : null,
      aliases_json: JSON.stringify([...new Set([foldText(label), ...(alias ?? [])])]),
      position,
      extra_json: JSON.stringify({ ...rest, ...options.extra?.(entry) }),
    };
  });
}
