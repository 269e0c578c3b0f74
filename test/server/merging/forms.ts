import { matchForm, type MatchForm, type MatchSource } from '../../../server/merging/match-form.ts';
import { matchWords, type MatchWords } from '../../../server/merging/match-words.ts';
import { seededVocabularies } from '../../support/seeded-vocabularies.ts';

export const seededWords = async (): Promise<MatchWords> => matchWords((await seededVocabularies()).lists);

/** `book(words)('Toán 6, tập một', { year: '2021' })` */
export const formsBy =
  (words: MatchWords) =>
  (title: string, rest: Omit<MatchSource, 'title' | 'agents'> & { by?: string[] } = {}): MatchForm => {
    const { by, ...source } = rest;
    return matchForm({ title, ...source, ...(by ? { agents: by.map((name) => ({ name, role: 'aut' })) } : {}) }, words);
  };
