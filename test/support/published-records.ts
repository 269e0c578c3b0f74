import { titleKey } from '../../search/vietnamese/collation.ts';
import { noteHarvestItem } from '../../server/catalogue/harvest-noting.ts';
import type { Description } from '../../server/contract/record.ts';
import type { Storage } from '../../storage/index.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { NewRow } from '../../storage/metadata/tables.ts';
import { seeded } from '../bench/search-bench-text.ts';
import { vietnameseText } from '../bench/vietnamese-text.ts';

const subjects = ['NGU_VAN', 'TOAN', 'TIN_HOC', 'KHTN', 'GDCD', 'CONG_NGHE'];
const types = ['SGK', 'KHBD', 'PHT', 'DE_KT', 'TRUYEN'];
const sets = ['KNTT', 'CTST', 'CD'];
const licences = ['CC-BY-4.0', 'PD-VN-EXPIRED', 'CC0-1.0'];
const recordsAtOnce = 500;

/**
 * Public records of the school that set-up made, described as librarians do and with one file each; rows alone, without pages and without
 * the index. Answers their ids, in order.
 */
export async function fillPublished({ metadata }: Pick<Storage, 'metadata'>, size: { records: number; seed: number }): Promise<string[]> {
  const [school] = await schools(metadata.queries);
  if (!school) throw new Error('the library is not set up');
  const random = seeded(size.seed);
  const { next: text } = vietnameseText(size.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const ids: string[] = [];
  for (let first = 0; first < size.records; first += recordsAtOnce) {
    const rows = { records: [] as NewRow<'records'>[], files: [] as NewRow<'files'>[], described: [] as Description[] };
    for (let at = first; at < Math.min(first + recordsAtOnce, size.records); at++) {
      const id = numbered('c', at);
      const title = `${text(6)} ${at}`;
      const description: Description = {
        ...{ title, statementOfResponsibility: text(4), publisher: 'NXB Giáo dục Việt Nam', placeOfPublication: 'Hà Nội', year: String(1980 + (at % 46)) },
        agents: [{ name: `Nguyễn ${text(2)}`, role: 'aut' }, { name: `Trần ${text(2)}`, role: 'edt' }],
        ...{ subjects: [pick(subjects)], grades: [String(6 + (at % 7))], resourceType: pick(types), textbookSet: pick(sets), languages: ['vi'] },
        ...{ keywords: [text(2), text(2)], abstract: text(40), identifiers: [{ scheme: 'isbn', value: `978604${String(at).padStart(7, '0')}` }], aiGenerated: 'none' },
      };
      const when = new Date(Date.UTC(2026, 0, 1) + at * 60_000).toISOString();
      rows.described.push(description);
      rows.records.push({
        ...{ id, school_id: school.id, state: 'published', version: 1, title, title_key: titleKey(title), description_json: JSON.stringify(description), licence: pick(licences), scope: 'public' },
        ...{ guessed_json: '[]', created_by: null, created_at: when, updated_at: when, published_at: when, published_by: null },
        ...{ withdrawn_at: null, withdrawn_by: null, withdrawn_reason: null, deleted_at: null, deleted_by: null },
      });
      rows.files.push({
        ...{ id: numbered('d', at), record_id: id, school_id: school.id, name: `${at}.pdf`, media_type: 'application/pdf', format: 'pdf', size: 1000, sha256: id, object_key: `originals/${id}`, position: 1 },
        ...{ state: 'ready', code: null, params_json: '{}', page_count: 1 + (at % 200), contents_json: '[]', created_by: null, created_at: when, updated_at: when, removed_at: null },
      });
      ids.push(id);
    }
    await metadata.transaction(async (queries) => {
      const inserted = await queries.insertInto('records').values(rows.records).returningAll().execute();
      const byId = new Map(inserted.map((row) => [row.id, row]));
      await queries.insertInto('files').values(rows.files).execute();
      for (const [at, { id, updated_at }] of rows.records.entries()) await noteHarvestItem(queries, byId.get(id)!, rows.described[at]!, new Date(updated_at));
    });
  }
  return ids;
}

/** An id in the form of a UUIDv7 that is the same in every library of this script. */
const numbered = (kind: string, at: number): string => `01890000-0000-7000-8${kind.padEnd(3, '0')}-${String(at).padStart(12, '0')}`;
