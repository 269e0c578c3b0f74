import type { viLater } from './vi-later.ts';
import type { vi } from './vi.ts';

type Sentences = typeof vi & typeof viLater;
export type MessageKey = keyof Sentences;
export type Messages = Record<MessageKey, string>;

type Holes<Sentence> = Sentence extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never;
type HolesOf<Key extends MessageKey> = Key extends MessageKey ? Holes<Sentences[Key]> : never;

/** The values a sentence wants; none when it has no holes. */
export type ValuesOf<Key extends MessageKey> = [HolesOf<Key>] extends [never]
  ? []
  : [values: Record<HolesOf<Key>, string | number>];

/** Puts values into the `{holes}` of a sentence; a hole without a value becomes an ellipsis, never the word `undefined`. */
export function fill(sentence: string, values: Record<string, unknown> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '…';
  });
}
