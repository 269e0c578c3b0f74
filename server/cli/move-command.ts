import { parseArgs } from 'node:util';
import { openStorage } from '../../storage/index.ts';
import { configOrExit } from '../config.ts';
import { moveLibrary } from '../keeping/move.ts';
import { readTarget } from '../keeping/move-target.ts';
import { sizeInWords } from '../keeping/progress.ts';
import { openTarget } from '../keeping/restore.ts';
import { runCommand } from '../keeping/run-command.ts';

const usage = `npm run move -- --to ĐỊA-CHỈ [--to ĐỊA-CHỈ…] [--objects-first] [--force]

Chuyển thư viện của các thiết lập hiện tại đến nơi khác. / Carries the library of the present settings elsewhere.
--to postgres://…           biểu ghi / rows
--to s3+http(s)://…         tệp / objects
--to meilisearch+http(s)://…  tìm kiếm (dựng lại ở nơi mới) / search (built anew there)
--to THƯ-MỤC / FOLDER       phần nào không có địa chỉ riêng thì nằm trong thư mục này; không nêu thư mục thì ở lại DATA_DIR
                            parts without an address lie in this folder, or in DATA_DIR where no folder is given
--objects-first  chỉ chuyển tệp, trong khi thư viện vẫn chạy / carries the objects only, while the library is in use
--force          thay toàn bộ những gì đang có ở nơi đến / replaces all that the target holds
Lần cuối cần dừng thư viện. Bị ngắt thì chạy lại để làm tiếp. Nơi cũ giữ nguyên, chỉ thêm dấu để không chạy nhầm.
The last pass needs the library stopped. Cut off, it goes on when run again. The old place is left as it was, with a mark that keeps it
from being started by mistake.
`;

const { values } = parseArgs({
  options: {
    to: { type: 'string', multiple: true },
    'objects-first': { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

await runCommand(async (signal) => {
  if (values.help || !values.to) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const config = configOrExit();
  const { config: targetConfig, settings, name, rowsStay, objectsStay } = readTarget(values.to, config);
  const source = await openStorage(config);
  try {
    const target = await openTarget(targetConfig);
    try {
      const moved = await moveLibrary(source, target, targetConfig, { objectsFirst: values['objects-first'], force: values.force, rowsStay, objectsStay, work: config.folder, targetName: name, signal, screen: process.stderr });
      process.stdout.write(`${moved.objects} tệp / objects, ${sizeInWords(moved.bytes)}: ${moved.copied} chuyển / carried, ${moved.kept} có sẵn / there already\n`);
      for (const key of moved.missing) process.stderr.write(`THIẾU / MISSING ${key}\n`);
      for (const key of moved.damaged) process.stderr.write(`HỎNG TỪ TRƯỚC / DAMAGED BEFORE ${key}\n`);
      if (!moved.complete) {
        process.stdout.write('Tệp đã chuyển. Dừng thư viện rồi chạy lại không có --objects-first. / Objects carried. Stop the library and run again without --objects-first.\n');
        return moved.missing.length > 0 ? 1 : 0;
      }
      for (const { table, rows, sha256 } of moved.tables) process.stdout.write(`  ${table.padEnd(20)} ${String(rows).padStart(8)}  ${sha256.slice(0, 16)}  =\n`);
      process.stdout.write(`\nĐã chuyển và đối chiếu xong. Dùng các thiết lập sau: / Moved and compared. Use these settings:\n\n${settings.join('\n')}\n`);
      return moved.missing.length + moved.damaged.length > 0 ? 1 : 0;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
});
