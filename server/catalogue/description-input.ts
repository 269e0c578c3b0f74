import { z } from 'zod';
import { fixCharacters } from '../../search/vietnamese/fix-characters.ts';
import { type Description, description } from '../contract/record.ts';
import { Refusal } from '../errors.ts';

/** Fields whose line breaks are the writer's. */
const paragraphs: ReadonlySet<string> = new Set(['abstract']);

/** Text as it is kept: NFC, without control characters, one space between words, nothing around. */
export function cleanText(text: string, keepLines = false): string {
  // XML 1.0 §2.2 has no such characters, and every export of a catalogue is XML.
  const plain = fixCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, '');
  if (!keepLines) return plain.replace(/\s+/g, ' ').trim();
  return plain
    .split('\n')
    .map((line) => line.replace(/[^\S\n]+/g, ' ').trimEnd())
    .join('\n')
    .trim();
}

/** A field holds a list of flat things at most. What is deeper is cut, and the schema refuses what is left of it. */
const deepest = 3;

function cleanValue(value: unknown, keepLines: boolean, depth = 0): unknown {
  if (typeof value === 'string') return cleanText(value, keepLines);
  if (depth > deepest) return null;
  if (Array.isArray(value)) return value.map((one) => cleanValue(one, keepLines, depth + 1));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleanValue(one, keepLines, depth + 1)]));
  return value;
}

/**
 * The description after `changes` (field name to new value; null or an empty text clears an optional field).
 * Throws not-valid with the faulty fields; `title` cannot be cleared, and unknown fields are faults.
 */
export function changedDescription(before: Description, changes: Record<string, unknown>): Description {
  const merged: Record<string, unknown> = { ...before };
  const unknown = Object.keys(changes).filter((field) => !Object.hasOwn(description.shape, field));
  if (unknown.length > 0)
    throw notValid([
      { code: 'unrecognized_keys', keys: unknown, path: unknown.slice(0, 1), message: 'no such field', input: changes },
    ]);
  for (const [field, value] of Object.entries(changes)) {
    const cleaned = cleanValue(value, paragraphs.has(field));
    if (cleaned === null || cleaned === undefined || cleaned === '') delete merged[field];
    else merged[field] = Array.isArray(cleaned) ? distinct(cleaned) : cleaned;
  }
  const parsed = description.safeParse(merged);
  if (!parsed.success)
    throw new Refusal('not-valid', { path: parsed.error.issues[0]?.path.join('.') ?? '' }, { cause: parsed.error });
  return parsed.data;
}

/** The same value twice in a list (a subject, a keyword, an identifier) is one. */
function distinct(list: unknown[]): unknown[] {
  const seen = new Set<string>();
  return list.filter((one) => {
    const key = JSON.stringify(one);
    if (one === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function notValid(issues: z.core.$ZodIssue[]): Refusal {
  return new Refusal('not-valid', { path: issues[0]?.path.join('.') ?? '' }, { cause: new z.ZodError(issues) });
}

/** A field that holds nothing anybody chose. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
