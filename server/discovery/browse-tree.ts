import type { Actor } from '../access/actor.ts';
import { audienceOfActor } from '../access/audience.ts';
import { loadVocabularies, type Vocabularies } from '../catalogue/vocabularies.ts';
import type { BrowseView } from '../contract/browse.ts';
import type { Term } from '../contract/vocabulary.ts';
import { ask, type Searching } from './asked-search.ts';
import { facetLabel } from './facet-lists.ts';

const mostTopics = 50;

type Counts = ReadonlyMap<string, number>;
const countsOf = (values: readonly { code: string; count: number }[]): Counts =>
  new Map(values.map(({ code, count }) => [code, count]));

/** The tree and the branch one stands on: one or two searches that bring no hits, and the vocabularies' version. `audience`: fewer of the actor's tokens. */
export async function browse(
  parts: Searching,
  actor: Actor,
  at: { level?: string; grade?: string; subject?: string },
  audience = audienceOfActor(actor),
): Promise<BrowseView> {
  const vocabularies = await loadVocabularies(parts.metadata);
  const one = (code: string | undefined): string[] => (code ? [code] : []);
  const everywhere = await ask(parts, { text: '', facets: {}, audience }, vocabularies);
  // Each facet is counted under the others' choices alone, so this says how many each subject has under the level and the grade.
  const here =
    at.level || at.grade || at.subject
      ? await ask(
          parts,
          { text: '', facets: { level: one(at.level), grade: one(at.grade), subject: one(at.subject) }, audience },
          vocabularies,
        )
      : everywhere;
  const { level, grade } = everywhere.facets;
  return {
    total: here.total,
    levels: levels(vocabularies, countsOf(level), countsOf(grade)),
    subjects: subjects(vocabularies, countsOf(here.facets.subject)),
    topics: here.facets.topic
      .slice(0, mostTopics)
      .map(({ code, count }) => ({ code, label: facetLabel(vocabularies, 'topic', code), count })),
  };
}

const branch = ({ code, vi }: Term, counts: Counts) => ({ code, label: vi, count: counts.get(code) ?? 0 });
const held =
  (counts: Counts) =>
  ({ code }: Term): boolean =>
    counts.has(code);

/** In the order of the vocabularies. */
const levels = ({ lists }: Vocabularies, inLevel: Counts, inGrade: Counts): BrowseView['levels'] =>
  lists.level.filter(held(inLevel)).map((level) => ({
    ...branch(level, inLevel),
    grades: lists.grade
      .filter(({ parent }) => parent === level.code)
      .filter(held(inGrade))
      .map((grade) => branch(grade, inGrade)),
  }));

function subjects({ lists }: Vocabularies, counts: Counts): BrowseView['subjects'] {
  const present = lists.subject.filter(held(counts));
  const codes = new Set(present.map(({ code }) => code));
  return present
    .filter(({ parent }) => parent === null || !codes.has(parent))
    .map((subject) => ({
      ...branch(subject, counts),
      subjects: present.filter(({ parent }) => parent === subject.code).map((part) => branch(part, counts)),
    }));
}
