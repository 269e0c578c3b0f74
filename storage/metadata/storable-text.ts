/**
 * PostgreSQL cannot store U+0000 in text, and PDF text layers hold it now and then. Both databases keep U+FFFD in its place, as HTML does,
 * so that a library reads the same on either.
 */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  return Array.isArray(value) ? value.map(storable) : value;
}
