import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openStorage } from '../../storage/index.ts';
import { configOrExit } from '../config.ts';
import { exportLibrary } from '../keeping/export.ts';
import { sizeInWords } from '../keeping/progress.ts';
import { runCommand } from '../keeping/run-command.ts';

const usage = `npm run export -- [--school MÃ] THƯ-MỤC

Xuất tệp gốc và biểu ghi (MARCXML, Dublin Core, CSV) ra một thư mục trống để đem đi nơi khác. Không xuất tài khoản và biểu ghi đã xoá.
Writes original files and records (MARCXML, Dublin Core, CSV) into an empty folder. Accounts and deleted records are not in it.
--school MÃ  chỉ một trường / one school only
`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { school: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } } });

await runCommand(async (signal) => {
  const [folder] = positionals;
  if (values.help || !folder || positionals.length > 1) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const storage = await openStorage(configOrExit());
  try {
    const { records, files, bytes, missing, damaged } = await exportLibrary(storage, resolve(folder), { schoolCode: values.school, signal, screen: process.stderr });
    process.stdout.write(`Đã xuất ${records} biểu ghi, ${files} tệp (${sizeInWords(bytes)}).\nExported ${records} records, ${files} files (${sizeInWords(bytes)}).\n`);
    for (const path of missing) process.stderr.write(`THIẾU / MISSING ${path}\n`);
    for (const path of damaged) process.stderr.write(`HỎNG / DAMAGED ${path}\n`);
    return missing.length + damaged.length > 0 ? 1 : 0;
  } finally {
    await storage.close();
  }
});
