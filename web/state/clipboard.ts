import { t } from './language.svelte.ts';

/** Puts a text on the clipboard. Answers what there is to say: `done`, or how to copy by hand where the browser keeps it shut (no HTTPS). */
export async function copied(text: string, done: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return done;
  } catch {
    return t('share.refused');
  }
}
