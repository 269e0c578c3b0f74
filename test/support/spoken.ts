import { fill, type MessageKey, type ValuesOf } from '../../web/messages/message.ts';
import { viLater } from '../../web/messages/vi-later.ts';
import { vi } from '../../web/messages/vi.ts';

const sentences = { ...vi, ...viLater };

/** A sentence as it stands on screen in Vietnamese: journeys look for what people read, and follow when it is said better. */
export function say<Key extends MessageKey>(key: Key, ...values: ValuesOf<Key>): string {
  return fill(sentences[key], values[0]);
}

/** A sentence with anything in its holes, to look for it where the values are not known. */
export function sayAny(key: MessageKey): RegExp {
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    sentences[key]
      .split(/\{\w+\}/)
      .map(literal)
      .join('(.+)'),
  );
}
