import { countSyllables } from '../../../search/vietnamese/syllables.ts';
import type { Queries } from '../../../storage/metadata/database.ts';
import { recordById } from '../../../storage/metadata/records.ts';
import type { Row } from '../../../storage/metadata/tables.ts';
import type { RecognitionLanguage } from './recognition-model.ts';

/** What a person has chosen for the file, else the record's only language; null where neither says. */
export async function languageOfFile(queries: Queries, file: Row<'files'>): Promise<RecognitionLanguage | null> {
  const chosen = file.recognition_language;
  if (chosen === 'vi' || chosen === 'en') return chosen;
  const record = await recordById(queries, file.record_id);
  const languages = (JSON.parse(record?.description_json ?? '{}') as { languages?: string[] }).languages ?? [];
  if (languages.length !== 1) return null;
  if (languages[0] === 'vie' || languages[0] === 'vi') return 'vi';
  return languages[0] === 'eng' || languages[0] === 'en' ? 'en' : null;
}

const enoughWords = 30;
/** English has a third of words that could be syllables of Vietnamese (in, an, the). */
const fewSyllables = 0.5;
const sure = 0.8;

/** Of a page read with the Vietnamese model, which reads English well enough to tell; null where that says nothing. */
export function languageOfText(text: string, confidence: number | null): RecognitionLanguage | null {
  const { words, valid } = countSyllables(text);
  if (words < enoughWords || (confidence ?? 0) < sure) return null;
  const marked = text.match(/[\u00c0-\u01b0\u1ea0-\u1ef9]/g)?.length ?? 0;
  return valid < words * fewSyllables && marked < words * 0.05 ? 'en' : 'vi';
}
