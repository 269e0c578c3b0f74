const deepest = 60;

/** Not JSON, or built to take more than it is worth. */
export class JsonFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonFault';
  }
}

/** How deep arrays and objects lie in each other, without reading more of it. */
function depthOf(text: string): number {
  let [depth, most, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x5b || code === 0x7b) most = Math.max(most, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return most;
}

/** A value of JSON (RFC 8259) that is no deeper than what is walked through here may be. Throws JsonFault. */
export function readJson(text: string): unknown {
  if (depthOf(text) > deepest) throw new JsonFault(`more than ${deepest} levels`);
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new JsonFault((error as Error).message.slice(0, 300));
  }
}

export type JsonObject = Record<string, unknown>;
export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
/** JSON of linked data has one thing or a list of it, as it likes. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '');
