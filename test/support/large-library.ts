import sharp from 'sharp';
import { titleKey } from '../../search/vietnamese/collation.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { loadVocabularies } from '../../server/catalogue/vocabularies.ts';
import type { Description } from '../../server/contract/record.ts';
import { searchDocument } from '../../server/discovery/search-document.ts';
import { encodePageWords, type PageWord } from '../../server/ingest/page-words.ts';
import type { Storage } from '../../storage/index.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import { peopleOfSchool } from '../../storage/metadata/people.ts';
import type { NewRow } from '../../storage/metadata/tables.ts';
import { generatedText, seeded } from '../bench/search-bench-text.ts';

export interface LargeLibrary {
  records: { id: string; fileId: string; title: string }[];
  /** Stands on one page in every fortieth record and nowhere else. */
  phrase: string;
  /** Words of the pages, the frequent ones first. */
  words: string[];
}

const titles = ['Truyện cổ tích', 'Bài tập Toán', 'Kế hoạch bài dạy', 'Lịch sử và Địa lí', 'Đề kiểm tra', 'Thơ chọn lọc', 'Ôn tập Ngữ văn', 'Bản đồ Việt Nam'];
const subjects = ['NGU_VAN', 'TOAN', 'TIN_HOC', 'KHTN', 'GDCD', 'CONG_NGHE'];
const types = ['KHBD', 'PHT', 'DE_KT', 'BGDT', 'TRO_CHOI'];
const licences = ['CC-BY-4.0', 'PD-VN-EXPIRED', 'NGANH', 'NOI_BO', 'ARR'];
const wordsOnPage = 120;

/**
 * Fills the library that set-up made with published records of one file each, the same for the same seed. Everything is as ingest would
 * leave it, but that all pages share one image: what is measured with it is the catalogue and the index, not the disk.
 */
export async function fillLibrary(storage: Storage, search: SearchIndex, size: { records: number; pagesPerRecord: number; seed: number }): Promise<LargeLibrary> {
  const { metadata, objects } = storage;
  const [school] = await schools(metadata.queries);
  if (!school) throw new Error('the library is not set up');
  const [person] = await peopleOfSchool(metadata.queries, school.id);
  const random = seeded(size.seed);
  const text = generatedText(size.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const phrase = 'Đất rừng phương Nam';

  const jpeg = await sharp({ create: { width: 300, height: 420, channels: 3, background: '#f4efe6' } }).jpeg().toBuffer();
  await objects.put('derived/large/image', jpeg);
  await objects.put('derived/large/thumbnail', await sharp(jpeg).resize(120).webp().toBuffer());
  const words = (line: string): PageWord[] => line.split(' ').map((word, at) => [word, 10 + (at % 12) * 24, 20 + Math.floor(at / 12) * 30, 20, 12, Math.floor(at / 12)]);
  await objects.put('derived/large/words', encodePageWords({ width: 300, height: 420, source: 'ocr', words: words(text(wordsOnPage)) }));

  const vocabularies = await loadVocabularies(metadata);
  const rebuild = await search.rebuild();
  const made: LargeLibrary['records'] = [];
  const batch = 50;
  for (let first = 0; first < size.records; first += batch) {
    const rows = { records: [] as NewRow<'records'>[], changes: [] as NewRow<'record_changes'>[], files: [] as NewRow<'files'>[], steps: [] as NewRow<'file_steps'>[], pages: [] as NewRow<'pages'>[] };
    const documents: Parameters<typeof rebuild.put>[0] = [];
    for (let at = first; at < Math.min(first + batch, size.records); at++) {
      const id = numbered('a', at);
      const fileId = numbered('b', at);
      const title = `${pick(titles)} ${text(2)} ${at}`;
      const description: Description = {
        ...{ title, agents: [{ name: `Nguyễn Văn ${text(1)}`, role: 'aut' }], publisher: 'Kim Đồng', year: String(1950 + (at % 75)), subjects: [pick(subjects)] },
        ...{ grades: [String(6 + (at % 7))], resourceType: pick(types), languages: ['vi'], keywords: [text(2)], abstract: text(30), identifiers: [], aiGenerated: 'none' },
      };
      const when = new Date(Date.UTC(2026, 0, 1) + at * 60_000).toISOString();
      const record = {
        ...{ id, school_id: school.id, state: 'published' as const, version: 1, title, title_key: titleKey(title), description_json: JSON.stringify(description) },
        ...{ licence: pick(licences), scope: at % 10 === 0 ? ('school' as const) : ('public' as const), guessed_json: '[]', created_by: person?.id ?? null },
        ...{ created_at: when, updated_at: when, published_at: when, published_by: null, withdrawn_at: null, withdrawn_by: null, withdrawn_reason: null, deleted_at: null, deleted_by: null, source_id: null },
      };
      rows.records.push(record);
      rows.changes.push({ record_id: id, version: 1, at: when, person_id: person?.id ?? null, action: 'created', changes_json: '[]', snapshot_json: '{}' });
      rows.files.push({
        ...{ id: fileId, record_id: id, school_id: school.id, name: `${at}.pdf`, media_type: 'application/pdf', format: 'pdf', size: 1000, sha256: id, object_key: 'derived/large/image', position: 1 },
        ...{ state: 'ready', code: null, params_json: '{}', page_count: size.pagesPerRecord, contents_json: '[]', created_by: null, created_at: when, updated_at: when, removed_at: null },
      });
      for (const step of ['identify', 'describe', 'pages', 'thumbnails', 'text', 'index']) rows.steps.push({ file_id: fileId, step, state: 'done', code: null, params_json: '{}', started_at: when, ended_at: when });
      const pages = Array.from({ length: size.pagesPerRecord }, (_, place) => {
        const planted = at % 40 === 0 && place === size.pagesPerRecord - 1 ? ` ${phrase} ` : ' ';
        return { file_id: fileId, number: place + 1, text: `${text(wordsOnPage / 2)}${planted}${text(wordsOnPage / 2)}` };
      });
      for (const page of pages)
        rows.pages.push({
          ...{ ...page, label: String(page.number), width: 300, height: 420, state: 'text' as const, code: null, image_key: 'derived/large/image', image_type: 'image/jpeg' },
          ...{ thumb_small_key: 'derived/large/thumbnail', thumb_large_key: 'derived/large/thumbnail', words_key: 'derived/large/words', text_source: 'ocr' as const, confidence: 90 },
        });
      documents.push(searchDocument(record, vocabularies, pages));
      made.push({ id, fileId, title });
    }
    await metadata.transaction(async (queries) => {
      await queries.insertInto('records').values(rows.records).execute();
      await queries.insertInto('record_changes').values(rows.changes).execute();
      await queries.insertInto('files').values(rows.files).execute();
      await queries.insertInto('file_steps').values(rows.steps).execute();
      await queries.insertInto('pages').values(rows.pages).execute();
    });
    await rebuild.put(documents);
  }
  await rebuild.commit();
  const [page] = await metadata.queries.selectFrom('pages').select('text').limit(1).execute();
  return { records: made, phrase, words: [...new Set(page!.text.split(' '))] };
}

/** An id in the form of a UUIDv7 that is the same in every library of this script. */
const numbered = (kind: string, at: number): string => `01890000-0000-7000-8${kind.padEnd(3, '0')}-${String(at).padStart(12, '0')}`;
