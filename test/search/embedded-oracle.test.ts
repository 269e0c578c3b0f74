import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { openEmbedded } from '../../search/engines/embedded.ts';
import { type SearchDocument, type SearchQuery } from '../../search/index.ts';
import { searchDocument, searchQuery } from './search-documents.ts';

/*
 * The engine against the definition, written down as plainly as can be: records and pages of five words, random changes, random
 * readers. Only queries that some record holds entirely have one right answer; the engine relaxes the others.
 */
const words = 'an ba ca da e'.split(' ');
const text = fc.array(fc.constantFrom(...words), { maxLength: 3 }).map((all) => all.join(' '));
const facet = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 });
const audiences = ['public', 'school:1', 'school:2'];
const documents = fc.record({
  id: fc.nat({ max: 5 }).map(String),
  audience: fc.uniqueArray(fc.constantFrom(...audiences), { maxLength: 2 }),
  title: text,
  keywords: fc.array(text, { maxLength: 2 }),
  texts: fc.array(text, { maxLength: 3 }),
  subject: facet,
  grade: facet,
});
const changes = fc.array(
  fc.oneof({ weight: 4, arbitrary: documents }, fc.record({ remove: fc.nat({ max: 5 }).map(String) })),
  { minLength: 1, maxLength: 12 },
);
const asked = fc.record({
  words: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
  unwanted: fc.option(fc.constantFrom(...words), { freq: 3 }),
  phrase: fc.boolean(),
  audience: fc.uniqueArray(fc.constantFrom(...audiences), { minLength: 1 }),
  subject: facet,
  grade: facet,
});

const holds = (one: string, word: string): boolean => ` ${one} `.includes(` ${word} `);
const fieldsOf = (document: SearchDocument): string[] => [document.title, ...document.keywords];

interface Answer {
  ids: string[];
  pages: Map<string, number[]>;
}

function answer(held: SearchDocument[], groups: string[], unwanted: string | null, audience: string[]): Answer {
  const pages = new Map<string, number[]>();
  const ids: string[] = [];
  for (const document of held) {
    const fields = fieldsOf(document);
    if (!document.audience.some((token) => audience.includes(token))) continue;
    if (unwanted !== null && fields.some((field) => holds(field, unwanted))) continue;
    const missing = groups.filter((group) => !fields.some((field) => holds(field, group)));
    const needed = missing.length === 0 ? groups : missing;
    const found = document.pages
      .filter((page) => unwanted === null || !holds(page.text, unwanted))
      .filter((page) => needed.every((group) => holds(page.text, group)))
      .map((page) => page.page);
    if (missing.length > 0 && found.length === 0) continue;
    ids.push(document.id);
    pages.set(document.id, found);
  }
  return { ids, pages };
}

describe('embedded search against its definition', () => {
  it('finds, groups and counts exactly what a reader may see', async function () {
    this.timeout(60_000);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(changes, fc.array(asked, { minLength: 5, maxLength: 5 }), async (made, queries) => {
        const folder = mkdtempSync(join(tmpdir(), 'tu-sach-search-'));
        const writer = await openEmbedded({ folder, role: 'writer' });
        const reader = await openEmbedded({ folder, role: 'reader' });
        try {
          const held = new Map<string, SearchDocument>();
          for (const change of made) {
            if ('remove' in change) {
              held.delete(change.remove);
              await writer.remove([change.remove]);
            } else {
              const { subject, grade, id, ...rest } = change;
              const document = searchDocument(id, { ...rest, facets: { subject, grade, type: [], language: [] } });
              held.set(id, document);
              await writer.put([document]);
            }
            // Bringing a snapshot up to date must come to the same as reading it anew.
            await reader.search(searchQuery('an'));
          }
          for (const query of queries) compared += Number(await compare([...held.values()], query, reader));
        } finally {
          await reader.close();
          await writer.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
    expect(compared).to.be.greaterThan(50);
  });
});

async function compare(
  held: SearchDocument[],
  query: {
    words: string[];
    unwanted: string | null;
    phrase: boolean;
    audience: string[];
    subject: string[];
    grade: string[];
  },
  reader: { search(query: SearchQuery): ReturnType<Awaited<ReturnType<typeof openEmbedded>>['search']> },
): Promise<boolean> {
  const groups = query.phrase ? [query.words.join(' ')] : query.words;
  const typed = `${query.phrase ? `"${groups[0]}"` : groups.join(' ')}${query.unwanted === null ? '' : ` -${query.unwanted}`}`;
  const right = answer(held, groups, query.unwanted, query.audience);
  if (right.ids.length === 0) return false;
  const byId = new Map(held.map((document) => [document.id, document]));
  const passes = (id: string, facet: 'subject' | 'grade'): boolean =>
    query[facet].length === 0 || query[facet].some((code) => byId.get(id)!.facets[facet]!.includes(code));
  const shown = right.ids.filter((id) => passes(id, 'subject') && passes(id, 'grade'));
  const result = await reader.search(
    searchQuery(typed, {
      audience: query.audience,
      facets: { subject: query.subject, grade: query.grade },
      pagesPerRecord: 10,
    }),
  );
  expect(result.total).to.equal(shown.length);
  expect(result.hits.map(({ id }) => id)).to.have.members(shown);
  for (const hit of result.hits) {
    expect(hit.pages.map(({ page }) => page)).to.have.members(right.pages.get(hit.id)!);
    expect(hit.pagesTotal).to.equal(right.pages.get(hit.id)!.length);
  }
  for (const [facet, other] of [
    ['subject', 'grade'],
    ['grade', 'subject'],
  ] as const) {
    const counted = Object.fromEntries(result.facets[facet].map(({ code, count }) => [code, count]));
    const expected: Record<string, number> = {};
    for (const id of right.ids.filter((one) => passes(one, other))) {
      for (const code of byId.get(id)!.facets[facet]!) expected[code] = (expected[code] ?? 0) + 1;
    }
    expect(counted).to.eql(expected);
  }
  return true;
}
