import { audienceOfRecord, effectiveScope } from '../access/audience.ts';
import type { RecordRow } from '../access/record-policy.ts';

const widths = ['library', 'class', 'school', 'sector', 'public'] as const;
const width = (row: RecordRow): number => widths.indexOf(effectiveScope(row));

/** Which of an entry's records stands for it: what most people see first, then a school's own before another catalogue's, then the older. */
export const inFront = (a: RecordRow, b: RecordRow): number =>
  width(b) - width(a) || Number(a.source_id !== null) - Number(b.source_id !== null) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Who finds a record by search: all who may see it, without those who find another record of the same entry in its place. So an entry is one
 * hit, every count counts it once, and nobody loses it: whoever may see any record of it finds one. (Staff of a school may find two: what
 * their pupils see, and what the sector shares.) Empty: another stands for it before everybody.
 */
export function findableBy(row: RecordRow, mates: readonly RecordRow[]): string[] {
  const covered = new Set(mates.filter((mate) => mate.id !== row.id && inFront(mate, row) < 0).flatMap(audienceOfRecord));
  return covered.has('public') ? [] : audienceOfRecord(row).filter((token) => !covered.has(token));
}

/** Records of an entry that everybody sees who sees this one: their words may find it. */
export const speakingFor = (row: RecordRow, mates: readonly RecordRow[]): RecordRow[] => mates.filter((mate) => mate.id !== row.id && width(mate) >= width(row) && (width(row) >= widths.indexOf('sector') || mate.school_id === row.school_id));
