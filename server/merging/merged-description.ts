import { foldText, tokens } from '../../search/vietnamese/fold.ts';
import type { Description } from '../contract/record.ts';
import { isbnsIn } from './isbn.ts';
import { peopleIn } from './person-names.ts';
import { publisherNames } from './publisher-names.ts';

/** A source record of an entry. */
export interface EntryMember {
  id: string;
  description: Partial<Description>;
  /** Which printing it is of, as `Clusters.editions` numbers them within the entry; without it all are of one. */
  edition?: number;
  /** 0 to 1: how far this source is trusted beside others: a cataloguer's own record more than a harvested one. 0.5 where nothing is said. */
  trust?: number;
  /** ISO 8601; of two that are as good the newer stands. */
  updatedAt?: string;
}

export type MergedField = keyof Description;

export interface Provenance {
  /** Whose value stands; several where lists were put together. */
  from: string[];
  /** `only`: no other source says anything; `agreed`: all say this; `most`: the most trust together; `fullest`: as good as others, and says more; `together`: put together out of several. */
  why: 'only' | 'agreed' | 'most' | 'fullest' | 'together' | 'chosen';
  /** What the others say, each with who says it. */
  others: { value: unknown; from: string[] }[];
}

export interface MergedDescription {
  description: Partial<Description>;
  provenance: Partial<Record<MergedField, Provenance>>;
  /** The printing that `year`, `edition`, `publisher` and the like are of: no entry mixes two. */
  edition: number | null;
}

/** Of one printing, all together. */
const printingFields = ['publisher', 'placeOfPublication', 'year', 'edition'] as const;
const singleFields = [
  'title',
  'subtitle',
  'statementOfResponsibility',
  'resourceType',
  'textbookSet',
  'ddc',
  'abstract',
  'readingLevel',
  'link',
  'aiGenerated',
] as const;
const listFields = ['subjects', 'grades', 'languages'] as const;

/**
 * What an entry shows, computed from its sources field by field; nothing is changed and the order of members is nothing to it. `chosen`: a
 * librarian's choice of a source for a field, which wins while that source is a member and says something there.
 */
export function mergedDescription(
  members: readonly EntryMember[],
  chosen: Partial<Record<MergedField, string>> = {},
): MergedDescription {
  const sorted = [...members].sort(byTrust);
  const merged: MergedDescription = { description: {}, provenance: {}, edition: null };
  const put = <F extends MergedField>(
    field: F,
    of: readonly EntryMember[],
    likeness: (value: NonNullable<Description[F]>) => string,
  ): void => {
    const found = bestValue(field, of, chosen[field], likeness);
    if (!found) return;
    merged.description[field] = found.value;
    merged.provenance[field] = found.provenance;
  };
  for (const field of singleFields)
    put(field, sorted, (value) => (field === 'link' ? String(value) : foldText(String(value))));
  for (const field of listFields) put(field, sorted, (value) => [...value].sort().join(' '));
  put('agents', sorted, (value) =>
    peopleIn(value)
      .map(({ sorted: name }) => name)
      .join(', '),
  );
  merged.edition = leadingEdition(sorted, chosen);
  const printing = sorted.filter(({ edition }) => (edition ?? 0) === merged.edition);
  for (const field of printingFields)
    put(field, chosen[field] === undefined ? printing : sorted, (value) =>
      field === 'publisher' ? publisherNames(String(value)).join(', ') : foldText(String(value)),
    );
  putTogether(merged, 'keywords', sorted, (keyword) => foldText(keyword));
  putTogether(
    merged,
    'identifiers',
    sorted,
    ({ scheme, value }) =>
      `${scheme} ${scheme === 'isbn' ? (isbnsIn(value, true)[0] ?? value.trim()) : value.trim().toLowerCase()}`,
  );
  return merged;
}

const trustOf = ({ trust }: EntryMember): number =>
  trust !== undefined && Number.isFinite(trust) ? Math.max(0, Math.min(1, trust)) : 0.5;

const byTrust = (a: EntryMember, b: EntryMember): number =>
  trustOf(b) - trustOf(a) ||
  (a.updatedAt === b.updatedAt ? 0 : (a.updatedAt ?? '') > (b.updatedAt ?? '') ? -1 : 1) ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const says = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

interface Said<V> {
  value: V;
  trust: number;
  fullness: number;
  from: string[];
}

/** The value that has the most trust behind it, spelt in its fullest way. */
function bestValue<F extends MergedField>(
  field: F,
  members: readonly EntryMember[],
  chosen: string | undefined,
  likeness: (value: NonNullable<Description[F]>) => string,
): { value: NonNullable<Description[F]>; provenance: Provenance } | null {
  const groups = new Map<string, Said<NonNullable<Description[F]>>>();
  for (const member of members) {
    const value = member.description[field] as NonNullable<Description[F]> | undefined;
    if (!says(value)) continue;
    const key = likeness(value!);
    const fullness = member.id === chosen ? Infinity : fullnessOf(value);
    const known = groups.get(key);
    if (!known) groups.set(key, { value: value!, trust: trustOf(member), fullness, from: [member.id] });
    else {
      known.trust += trustOf(member);
      known.from.push(member.id);
      if (fullness > known.fullness) Object.assign(known, { value: value!, fullness });
    }
  }
  if (groups.size === 0) return null;
  const ordered = [...groups.values()].sort(
    (a, b) =>
      Number(b.from.includes(chosen ?? '')) - Number(a.from.includes(chosen ?? '')) ||
      b.trust - a.trust ||
      b.fullness - a.fullness,
  );
  const [best, next] = ordered;
  const why =
    chosen !== undefined && best!.from.includes(chosen)
      ? 'chosen'
      : groups.size === 1
        ? best!.from.length === 1
          ? 'only'
          : 'agreed'
        : best!.trust > next!.trust
          ? 'most'
          : 'fullest';
  return {
    value: best!.value,
    provenance: { from: best!.from, why, others: ordered.slice(1).map(({ value, from }) => ({ value, from })) },
  };
}

/** Marks before none, sentence case before capitals, more before less; of ways to spell one value. */
function fullnessOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one: unknown) => sum + fullnessOf(one), 0);
  // A name in the order that it is spoken in (domain.md §1.7).
  if (typeof value === 'object' && value !== null && 'name' in value)
    return fullnessOf(value.name) - (String(value.name).includes(',') ? 10 : 0);
  const text = String(value).normalize('NFC');
  const marked = tokens(text).filter(({ tone }) => !/^[a-z0-9]*$/.test(tone)).length;
  const capitals = text.length > 3 && text === text.toLocaleUpperCase('vi') && text !== text.toLocaleLowerCase('vi');
  return marked * 100 + Math.min(90, text.length) - (capitals ? 50 : 0);
}

/** The printing that the most trust is in; of two as good the lower. A chosen year or publisher takes its printing with it. */
function leadingEdition(members: readonly EntryMember[], chosen: Partial<Record<MergedField, string>>): number | null {
  const wanted = printingFields
    .map((field) => chosen[field])
    .find((id) => id !== undefined && members.some((member) => member.id === id));
  if (wanted !== undefined) return members.find(({ id }) => id === wanted)!.edition ?? 0;
  const trust = new Map<number, number>();
  for (const member of members)
    trust.set(
      member.edition ?? 0,
      (trust.get(member.edition ?? 0) ?? 0) +
        trustOf(member) * (1 + printingFields.filter((field) => says(member.description[field])).length),
    );
  const best = [...trust].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
  return best ? best[0] : null;
}

function putTogether<F extends 'keywords' | 'identifiers'>(
  merged: MergedDescription,
  field: F,
  members: readonly EntryMember[],
  likeness: (value: NonNullable<Description[F]>[number]) => string,
): void {
  const found = new Map<string, NonNullable<Description[F]>[number]>();
  const from: string[] = [];
  for (const { id, description } of members) {
    const values = (description[field] ?? []) as NonNullable<Description[F]>;
    if (values.length > 0) from.push(id);
    for (const value of values as readonly NonNullable<Description[F]>[number][])
      if (!found.has(likeness(value))) found.set(likeness(value), value);
  }
  if (from.length === 0) return;
  merged.description[field] = [...found.values()] as Description[F];
  merged.provenance[field] = { from, why: from.length === 1 ? 'only' : 'together', others: [] };
}
