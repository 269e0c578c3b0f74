import type { Language } from '../../server/contract/person.ts';
import { longDate as longDateIn } from '../messages/dates.ts';
import { fill } from '../messages/message.ts';
import type { MessageKey, Messages, ValuesOf } from '../messages/message.ts';
import { formatNumber, formatSize } from '../messages/numbers.ts';

const storageKey = 'tusach.language';

class Spoken {
  language = $state<Language>('vi');
  messages = $state.raw<Partial<Messages>>({});
}
const spoken = new Spoken();

type Later = Record<Language, () => Promise<Partial<Messages>>>;
/** Of the parts that have been shown. */
const learnt: Later[] = [];

/** The language this browser used last; Vietnamese when it never chose. */
export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi'; // storage may be forbidden; the choice then lasts as long as the page
  }
}

/** Loads the sentences of a language (only those), shows them, and remembers the choice in this browser. */
export async function speak(language: Language): Promise<void> {
  const messages = language === 'en' ? (await import('../messages/en.ts')).en : (await import('../messages/vi.ts')).vi;
  const more = await Promise.all(learnt.map((later) => later[language]()));
  spoken.messages = Object.assign({}, messages, ...more);
  spoken.language = language;
  document.documentElement.lang = language;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // as above
  }
}

/** Sentences that only some parts say, loaded with them: now, and again when another language is chosen. */
export async function learn(later: Later): Promise<void> {
  learnt.push(later);
  for (let wanted: Language | null = null; wanted !== spoken.language;) {
    wanted = spoken.language;
    const more = await later[wanted]();
    if (wanted === spoken.language) spoken.messages = { ...spoken.messages, ...more };
  }
}

export const language = (): Language => spoken.language;

/** The sentence of a key, with its holes filled. */
export function t<Key extends MessageKey>(key: Key, ...values: ValuesOf<Key>): string {
  return fill(spoken.messages[key] ?? key, values[0]);
}

/** As `t` for keys made at run time (`role.` + role): falls back to the given words where no sentence has that key. */
export function tFor(key: string, otherwise: string, values: Record<string, unknown> = {}): string {
  const sentence = (spoken.messages as Record<string, string>)[key];
  return sentence === undefined ? otherwise : fill(sentence, values);
}

export const number = (value: number): string => formatNumber(value, spoken.language);
export const size = (bytes: number): string => formatSize(bytes, spoken.language);
export const longDate = (instant: string): string => longDateIn(instant, spoken.language);
