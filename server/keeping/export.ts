import { createHash } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Storage } from '../../storage/index.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { FileRow } from '../../storage/metadata/files.ts';
import { filesOfRecords } from '../../storage/metadata/record-files.ts';
import { recordsAfter } from '../../storage/metadata/records.ts';
import { ObjectMissing } from '../../storage/objects/object-store.ts';
import { crosswalkRecord, type CrosswalkRecord } from '../catalogue/crosswalks/crosswalk-record.ts';
import { dublinCore } from '../catalogue/crosswalks/dublin-core.ts';
import { marcCollection, marcRecord } from '../catalogue/crosswalks/marc21.ts';
import { writeXml, xmlDeclaration } from '../catalogue/crosswalks/xml-writing.ts';
import { loadVocabularies } from '../catalogue/vocabularies.ts';
import { csvCell, freeName } from './export-names.ts';
import { exportReadme } from './export-readme.ts';
import { KeepingFault } from './keeping-fault.ts';
import { type Screen, startProgress } from './progress.ts';
import { measured } from './streams.ts';

export interface ExportOutcome {
  records: number;
  files: number;
  bytes: number;
  /** Files whose bytes are missing, or are not what their row says; the latter are exported all the same. */
  missing: string[];
  damaged: string[];
}

const recordsAtOnce = 100;
const filesFolder = 'tệp';

const columns = ['mã', 'trạng thái', 'nhan đề', 'phụ đề', 'tác giả', 'nhà xuất bản', 'nơi xuất bản', 'năm', 'lần xuất bản', 'môn', 'lớp', 'loại', 'bộ sách', 'ngôn ngữ', 'DDC', 'từ khoá', 'tóm tắt', 'số định danh', 'liên kết', 'giấy phép', 'phạm vi', 'trường', 'tạo lúc', 'sửa lúc', 'tệp'];

/** A file that is written piece by piece; errors reach whoever writes. */
function openText(path: string): { write(text: string): Promise<void>; end(): Promise<string> } {
  const out: WriteStream = createWriteStream(path, { flags: 'wx' });
  const hash = createHash('sha256');
  let failure: Error | null = null;
  out.on('error', (error) => (failure = error));
  return {
    async write(text) {
      if (failure) throw failure;
      hash.update(text);
      if (!out.write(text)) await once(out, 'drain');
    },
    async end() {
      out.end();
      if (!out.closed) await once(out, 'close');
      if (failure) throw failure;
      return hash.digest('hex');
    },
  };
}

/**
 * Writes all that a school needs to leave into an empty folder: originals under readable names, the records as MARCXML, Dublin Core and CSV,
 * hashes and a page that says what is where. Records that were deleted and people's accounts are not in it. Throws KeepingFault.
 */
export async function exportLibrary(storage: Storage, folder: string, options: { schoolCode?: string; signal: AbortSignal; screen?: Screen }): Promise<ExportOutcome> {
  const { metadata, objects } = storage;
  const all = await schools(metadata.queries);
  const chosen = options.schoolCode ? all.filter(({ code }) => code === options.schoolCode) : all;
  if (all.length === 0) throw new KeepingFault('library-empty');
  if (chosen.length === 0) throw new KeepingFault('school-unknown', { code: options.schoolCode ?? '' });
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new KeepingFault('folder-not-empty', { at: folder });
  const bySchool = new Map(chosen.map((school) => [school.id, school]));
  const vocabularies = await loadVocabularies(metadata);
  const outcome: ExportOutcome = { records: 0, files: 0, bytes: 0, missing: [], damaged: [] };
  const progress = options.screen ? startProgress(options.screen, 'Xuất / Export') : null;
  const [marc, dc, csv, sums] = ['bieu-ghi-marc21.xml', 'bieu-ghi-dublin-core.xml', 'bieu-ghi.csv', 'sha256sums.txt'].map((name) => openText(join(folder, name)));
  await marc!.write(`${xmlDeclaration}${marcCollection.begin}`);
  await dc!.write(`${xmlDeclaration}<records>\n`);
  await csv!.write(`\ufeff${columns.join(',')}\r\n`);
  const taken = new Set<string>();
  let after = '';
  for (;;) {
    const rows = await recordsAfter(metadata.queries, after, recordsAtOnce);
    if (rows.length === 0) break;
    after = rows.at(-1)!.id;
    const kept = rows.filter((row) => row.deleted_at === null && row.source_id === null && bySchool.has(row.school_id));
    const files = groupFiles(await filesOfRecords(metadata.queries, kept.map(({ id }) => id)));
    for (const row of kept) {
      options.signal.throwIfAborted();
      const record = crosswalkRecord(row, bySchool.get(row.school_id)!, files.get(row.id) ?? [], vocabularies);
      const place = freeName(taken, record.description.title);
      const inside = new Set<string>();
      for (const [at, file] of (files.get(row.id) ?? []).entries()) {
        const ending = /\.[A-Za-z0-9]{1,8}$/.exec(file.name)?.[0] ?? '';
        const name = freeName(inside, file.name.slice(0, file.name.length - ending.length), ending);
        const sha256 = await writeFile(file, join(folder, filesFolder, place), name);
        if (sha256 === null) continue;
        record.files[at]!.address = [filesFolder, place, name].map(encodeURIComponent).join('/');
        await sums!.write(`${sha256}  ${filesFolder}/${place}/${name}\n`);
      }
      await marc!.write(writeXml(marcRecord(record), 1));
      await dc!.write(writeXml(dublinCore(record), 1));
      await csv!.write(`${csvRow(record).map(csvCell).join(',')}\r\n`);
      outcome.records++;
      progress?.counted();
    }
  }
  await marc!.write(marcCollection.end);
  await dc!.write('</records>\n');
  const readme = openText(join(folder, 'README.txt'));
  await readme.write(exportReadme(chosen.map(({ name }) => name), outcome));
  await readme.end();
  await sums!.write(`${await marc!.end()}  bieu-ghi-marc21.xml\n${await dc!.end()}  bieu-ghi-dublin-core.xml\n${await csv!.end()}  bieu-ghi.csv\n`);
  await sums!.end();
  progress?.end();
  return outcome;

  /** Answers the hash of what was written; null when there is nothing. */
  async function writeFile(file: FileRow, place: string, name: string): Promise<string | null> {
    await mkdir(place, { recursive: true });
    const path = join(place, name);
    try {
      const { body, size, sha256 } = measured(await objects.get(file.object_key), (bytes) => progress?.bytes(bytes));
      await pipeline(body, createWriteStream(path, { flags: 'wx' }), { signal: options.signal });
      outcome.files++;
      outcome.bytes += size();
      if (sha256() !== file.sha256) outcome.damaged.push(path);
      return sha256();
    } catch (error) {
      await rm(path, { force: true });
      if (!(error instanceof ObjectMissing)) throw error;
      outcome.missing.push(path);
      return null;
    }
  }
}

function groupFiles(files: FileRow[]): Map<string, FileRow[]> {
  const grouped = new Map<string, FileRow[]>();
  for (const file of files) grouped.set(file.record_id, [...(grouped.get(file.record_id) ?? []), file]);
  return grouped;
}

const states = { draft: 'bản nháp', published: 'đã đưa vào sử dụng', withdrawn: 'đã rút' } as const;

function csvRow({ id, state, description: said, words, scope, school, createdAt, updatedAt, files }: CrosswalkRecord): string[] {
  const list = (values: readonly string[]): string => values.join('; ');
  return [
    ...[id, states[state], said.title, said.subtitle, list(said.agents.map(({ name, role }) => `${name} (${role})`)), said.publisher, said.placeOfPublication, said.year, said.edition],
    ...[list(words.subjects), list(words.grades), words.resourceType, words.textbookSet, list(said.languages), said.ddc, list(said.keywords), said.abstract],
    ...[list(said.identifiers.map(({ scheme, value }) => `${scheme}:${value}`)), said.link, words.licence, scope, school.name, createdAt, updatedAt],
    list(files.flatMap(({ address }) => (address === null ? [] : [decodeURIComponent(address)]))),
  ].map((value) => value ?? '');
}
