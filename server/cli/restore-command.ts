import { parseArgs } from 'node:util';
import { configOrExit } from '../config.ts';
import { sizeInWords } from '../keeping/progress.ts';
import { restore } from '../keeping/restore.ts';
import { runCommand } from '../keeping/run-command.ts';

const usage = `npm run restore -- [--force] [--skip-damaged] THƯ-MỤC | TỆP.zip

Nạp một bản sao lưu vào thư viện của các thiết lập hiện tại (DATA_DIR, DATABASE_URL, OBJECT_STORE_URL). Thư viện đó phải trống và đang dừng.
Fills the library of the present settings from a backup. It must be empty and stopped. Cut off, it goes on when run again.
--force         thay toàn bộ những gì đang có / replaces all that is there
--skip-damaged  bỏ qua tệp hỏng trong bản sao lưu / leaves out objects that are damaged in the backup
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { force: { type: 'boolean', default: false }, 'skip-damaged': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});

await runCommand(async (signal) => {
  const [at] = positionals;
  if (values.help || !at || positionals.length > 1) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const { manifest, rows, objects, kept, skipped, removed } = await restore(configOrExit(), at, { force: values.force, skipDamaged: values['skip-damaged'], signal, screen: process.stderr });
  process.stdout.write(
    `Đã phục hồi bản sao lưu ngày ${manifest.at}: ${rows} dòng, ${objects} tệp (${kept} đã có sẵn), ${sizeInWords(manifest.objects.bytes)}; xoá ${removed} tệp cũ.\n` +
      `Restored the backup of ${manifest.at}: ${rows} rows, ${objects} objects (${kept} were there), ${sizeInWords(manifest.objects.bytes)}; ${removed} former objects removed.\n` +
      'Chỉ mục tìm kiếm sẽ được dựng lại khi thư viện chạy: npm start / The search index is built when the library starts.\n',
  );
  for (const key of skipped) process.stderr.write(`BỎ QUA / LEFT OUT ${key}\n`);
  if (manifest.faults > 0) process.stderr.write(`${manifest.faults} tệp đã hỏng hoặc thiếu từ lúc sao lưu; chạy npm run fixity. / were damaged or missing when it was made; run npm run fixity.\n`);
  return skipped.length + manifest.faults > 0 ? 1 : 0;
});
