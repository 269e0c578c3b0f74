import { vocabularyNames } from '../contract/vocabulary.ts';
import type { Queries } from '../../storage/metadata/database.ts';
import { allTerms } from '../../storage/metadata/terms.ts';
import type { Terms } from './guess-terms.ts';

/** The school's vocabularies as they are now, active terms only. */
export async function termsByVocabulary(queries: Queries): Promise<Terms> {
  const terms: Terms = {};
  for (const row of await allTerms(queries)) {
    const name = vocabularyNames.find((one) => one === row.vocabulary);
    if (!name || !row.active) continue;
    (terms[name] ??= []).push({
      code: row.code,
      vi: row.vi,
      en: row.en,
      parent: row.parent,
      aliases: JSON.parse(row.aliases_json) as string[],
      position: row.position,
      active: true,
      extra: JSON.parse(row.extra_json) as Record<string, unknown>,
    });
  }
  return terms;
}
