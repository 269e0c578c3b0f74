import type { Description, RecordView } from '../../server/contract/record.ts';

/** What the form holds: the description with every optional text as a string, the licence and the scope. */
export type Form = { description: Description; licence: string; scope: RecordView['scope'] };
export type FormField = keyof Description | 'licence' | 'scope';

export const formOf = (record: RecordView): Form => ({
  description: structuredClone(record.description),
  licence: record.licence,
  scope: record.scope,
});

/** Without rows that were begun and left empty. */
export const withoutEmpty = (form: Form): Form => ({
  ...form,
  description: {
    ...form.description,
    agents: form.description.agents.filter(({ name }) => name.trim() !== ''),
    identifiers: form.description.identifiers.filter(({ value }) => value.trim() !== ''),
  },
});

const plain = (value: unknown): string => JSON.stringify(value === '' || value === undefined ? null : value);

/** Fields in which the two forms differ; an empty text and an absent one are the same. */
export function differing(one: Form, other: Form): FormField[] {
  const names = new Set([...Object.keys(one.description), ...Object.keys(other.description)]) as Set<keyof Description>;
  const fields: FormField[] = [...names].filter(
    (name) => plain(one.description[name]) !== plain(other.description[name]),
  );
  if (one.licence !== other.licence) fields.push('licence');
  if (one.scope !== other.scope) fields.push('scope');
  return fields;
}

/** The body of PATCH: only what changed or was confirmed; an emptied optional field is null. */
export function changesOf(before: Form, now: Form, confirmed: readonly string[]) {
  const fields = new Set<string>([...differing(before, now), ...confirmed]);
  const description: Record<string, unknown> = {};
  for (const field of fields) {
    if (field === 'licence' || field === 'scope') continue;
    const value = now.description[field as keyof Description];
    description[field] = value === '' || value === undefined ? null : value;
  }
  return {
    ...(Object.keys(description).length > 0 ? { description } : {}),
    ...(fields.has('licence') ? { licence: now.licence } : {}),
    ...(fields.has('scope') ? { scope: now.scope } : {}),
  };
}

/** Puts one field of `from` into `into`. */
export function take(into: Form, from: Form, field: FormField): Form {
  if (field === 'licence') return { ...into, licence: from.licence };
  if (field === 'scope') return { ...into, scope: from.scope };
  return { ...into, description: { ...into.description, [field]: from.description[field] } };
}

/** Fields that both sides changed since `base`, to different values; whatever only one side changed needs no question. */
export function conflicting(base: Form, mine: Form, theirs: Form): FormField[] {
  const [ours, others] = [differing(base, mine), differing(base, theirs)];
  return differing(mine, theirs).filter((field) => ours.includes(field) && others.includes(field));
}

/** Their form with my changes put in, except where `keep` says that theirs stays. */
export function merged(
  base: Form,
  mine: Form,
  theirs: Form,
  keep: Partial<Record<FormField, 'mine' | 'theirs'>>,
): Form {
  return differing(base, mine)
    .filter((field) => keep[field] !== 'theirs')
    .reduce((form, field) => take(form, mine, field), theirs);
}
