import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type SearchDocument, type SearchIndex } from '../../search/index.ts';
import { searchDocument, searchQuery } from '../search/search-documents.ts';

interface SampleRecord {
  id: string;
  title: string;
  author: string;
  mon: string[];
  lop: string[];
  loai: string;
  bo?: string;
  so_hieu?: string;
  nxb: string;
  nam: string;
  lang: string;
}
interface Term {
  code: string;
  vi: string;
  alias?: string[];
}
interface SampleQuery {
  id: string;
  q: string;
  must: string[];
  top: number;
}

const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as T;
const records = read<SampleRecord[]>('server/sample/sample-records.json');
const vocabulary =
  read<Record<'mon_hoc' | 'linh_vuc_mam_non' | 'khoi' | 'loai_hoc_lieu' | 'bo_sach', Term[]>>(
    'server/catalogue/vocab.json',
  );
const queries = read<SampleQuery[]>('test/search/sample-queries.json');

const labels = (terms: Term[], codes: string[]): string[] =>
  terms.filter(({ code }) => codes.includes(code)).flatMap(({ vi, alias }) => [vi, ...(alias ?? [])]);

function documentOf(record: SampleRecord): SearchDocument {
  return searchDocument(record.id, {
    title: record.title,
    agents: [record.author],
    keywords: [
      ...labels([...vocabulary.mon_hoc, ...vocabulary.linh_vuc_mam_non], record.mon),
      ...labels(vocabulary.khoi, record.lop),
      ...labels(vocabulary.loai_hoc_lieu, [record.loai]),
      ...labels(vocabulary.bo_sach, record.bo ? [record.bo] : []),
      ...(record.so_hieu ? [record.so_hieu] : []),
      record.nxb,
      record.nam,
    ],
    facets: { subject: record.mon, grade: record.lop, type: [record.loai], language: record.lang.split(', ') },
  });
}

/** Fifteen queries as teachers type them, over the records of the sample library: what has to come first, in every engine. */
export function sampleRelevanceSuite(
  name: string,
  open: () => Promise<{ index: SearchIndex; close(): Promise<void> }>,
): void {
  describe(`how teachers type: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    before(async () => {
      opened = await open();
      await opened.index.put(records.map(documentOf));
    });
    after(() => opened.close());

    for (const { id, q, must, top } of queries) {
      it(`${id}: "${q}" gives ${must.join(', ')} first`, async () => {
        const { hits } = await opened.index.search(searchQuery(q, { limit: top }));
        expect(hits.map((hit) => hit.id)).to.include.members(must);
      });
    }
  });
}
