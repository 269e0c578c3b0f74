import { parseArgs } from 'node:util';
import { openStorage } from '../../storage/index.ts';
import { configOrExit } from '../config.ts';
import { checkFixity } from '../keeping/fixity.ts';
import { sizeInWords } from '../keeping/progress.ts';
import { runCommand } from '../keeping/run-command.ts';

const usage = `npm run fixity [-- --json] [--repair-orphans]

Đọc lại mọi tệp gốc và so với mã băm đã ghi; tìm tệp hỏng, thiếu và tệp không thuộc biểu ghi nào. Thư viện vẫn chạy được.
Reads every original again and compares it with its hash; reports what is damaged, missing, or named by nothing.
--repair-orphans  xoá tệp không thuộc biểu ghi nào / removes what nothing names
Mã thoát / exit status: 0 nguyên vẹn / all as it should be, 1 không / not so.
`;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, 'repair-orphans': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});

await runCommand(async (signal) => {
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const config = configOrExit();
  const storage = await openStorage(config);
  try {
    const report = await checkFixity(storage, { folder: config.folder, repairOrphans: values['repair-orphans'], signal, screen: values.json ? undefined : process.stderr });
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else {
      for (const key of report.damaged) process.stdout.write(`HỎNG / DAMAGED ${key}\n`);
      for (const key of report.missing) process.stdout.write(`THIẾU / MISSING ${key}\n`);
      for (const key of report.orphans) process.stdout.write(`THỪA / ORPHAN ${key}\n`);
      const figures = [report.originals, sizeInWords(report.bytes), report.damaged.length, report.missing.length, report.orphans.length, report.repaired];
      process.stdout.write(
        `${figures[0]} tệp gốc (${figures[1]}) đã đọc lại: ${figures[2]} hỏng, ${figures[3]} thiếu, ${figures[4]} thừa, ${figures[5]} đã xoá.\n` +
          `${figures[0]} originals (${figures[1]}) read again: ${figures[2]} damaged, ${figures[3]} missing, ${figures[4]} orphans, ${figures[5]} removed.\n`,
      );
    }
    return report.damaged.length + report.missing.length + (report.orphans.length - report.repaired) > 0 ? 1 : 0;
  } finally {
    await storage.close();
  }
});
