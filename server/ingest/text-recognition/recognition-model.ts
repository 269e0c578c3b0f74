/** Languages that a document can be read in; `vi` where nothing is known of it. */
export const recognitionLanguages = ['vi', 'en'] as const;
export type RecognitionLanguage = (typeof recognitionLanguages)[number];

/**
 * Models by how well they read, best first. The script model reads bad scans of Vietnamese better than `vie`; Debian names
 * it without its folder. A second language beside the first is never asked for: it costs letters.
 */
const models: Record<RecognitionLanguage, readonly string[]> = {
  vi: ['script/Vietnamese', 'Vietnamese', 'vie'],
  en: ['eng', 'script/Latin', 'Latin'],
};

/** The best model that is installed for a language; where there is none, the best for another, else any. */
export function recognitionModel(language: RecognitionLanguage, installed: readonly string[]): string {
  const other = recognitionLanguages.filter((one) => one !== language);
  const wanted = [...models[language], ...other.flatMap((one) => models[one])];
  return wanted.find((model) => installed.includes(model)) ?? (installed[0] as string);
}
