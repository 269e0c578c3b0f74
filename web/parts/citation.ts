import type { Description } from '../../server/contract/record.ts';

type Cited = Pick<Description, 'title'> &
  Partial<Pick<Description, 'subtitle' | 'agents' | 'publisher' | 'placeOfPublication' | 'year' | 'edition'>>;

/** One line to copy under a lesson plan: people (year). Title: subtitle. Edition. Place: publisher. Empty parts leave no marks behind. */
export function citation(record: Cited): string {
  const people = (record.agents ?? []).map((agent) => agent.name).join(', ');
  const head = [people, record.year && `(${record.year})`].filter(Boolean).join(' ');
  const title = [record.title, record.subtitle].filter(Boolean).join(': ');
  const made = [record.placeOfPublication, record.publisher].filter(Boolean).join(': ');
  return [head, title, record.edition, made]
    .filter((part): part is string => Boolean(part))
    .map((part) => part.replace(/[.\s]+$/, ''))
    .map((part) => `${part}.`)
    .join(' ');
}
