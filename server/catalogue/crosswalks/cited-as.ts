import type { CrosswalkRecord } from './crosswalk-record.ts';

const books = new Set(['SGK', 'SBT', 'SGV', 'STK', 'TRUYEN', 'TRUYEN_TRANH', 'TU_DIEN', 'TLDP']);

/** What a list of references takes a record for. */
export function citedAs({ description }: CrosswalkRecord): 'book' | 'report' | 'other' {
  if (description.resourceType === 'SKKN') return 'report';
  const numbered = description.identifiers.some(({ scheme }) => scheme === 'isbn');
  return numbered || books.has(description.resourceType ?? '') ? 'book' : 'other';
}

/** Names of those who made it, and of its editors; the publisher is none of them. */
export function makersOf({ description }: CrosswalkRecord): { makers: string[]; editors: string[] } {
  const named = (roles: readonly string[]): string[] => description.agents.filter(({ role }) => roles.includes(role)).map(({ name }) => name);
  return { makers: named(['aut', 'cmp', 'isb']), editors: named(['edt', 'com']) };
}

/** The first ISBN, without hyphens; null where none is one. */
export function isbnOf({ description }: CrosswalkRecord): string | null {
  const numbers = description.identifiers.filter(({ scheme }) => scheme === 'isbn').map(({ value }) => value.replace(/[\s-]/g, '').toUpperCase());
  return numbers.find((number) => /^(?:\d{9}[\dX]|\d{13})$/.test(number)) ?? null;
}

const longestDoi = 300;

/** Address of a DOI; null where the value is none, or longer than any that was ever given. */
export function doiAddress(value: string): string | null {
  if (!/^10\.\d{4,9}\/\S+$/.test(value)) return null;
  const address = `https://doi.org/${encodeURI(value.toWellFormed())}`;
  return address.length <= longestDoi ? address : null;
}
