import { parseArgs } from 'node:util';
import { openStorage } from '../../storage/index.ts';
import { configOrExit } from '../config.ts';
import { backUp, verifyBackup } from '../keeping/backup.ts';
import { sizeInWords } from '../keeping/progress.ts';
import { runCommand } from '../keeping/run-command.ts';

const usage = `npm run backup -- [--verify] [--json] THƯ-MỤC | TỆP.zip

Sao lưu thư viện đang dùng: biểu ghi, người dùng, tệp gốc, ảnh trang. Không cần dừng thư viện.
Copies the library while it is in use, to a folder (the next run copies only what is new) or to one .zip file.
Phiên đăng nhập và mật khẩu của tệp khoá không nằm trong bản sao lưu. / Sign-ins and passwords of locked files are not in it.
--verify  đọc lại và kiểm tra toàn bộ bản sao / reads all of the copy again
Mã thoát / exit status: 0 tốt / good, 1 có tệp hỏng hoặc thiếu / something was damaged or missing.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { verify: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});

await runCommand(async (signal) => {
  const [to] = positionals;
  if (values.help || !to || positionals.length > 1) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const storage = await openStorage(configOrExit());
  try {
    const screen = values.json ? undefined : process.stderr;
    const { at, copied, kept, bytes, faults, faultCount, manifest } = await backUp(storage, to, { signal, screen });
    const verified = values.verify ? await verifyBackup(at, { signal, screen }) : null;
    const broken = verified?.damaged ?? [];
    if (values.json) process.stdout.write(`${JSON.stringify({ at, copied, kept, bytes, faults, faultCount, objects: manifest.objects.count, damagedCopies: broken })}\n`);
    else {
      process.stdout.write(`Đã sao lưu vào ${at}: ${copied} tệp mới, ${kept} tệp giữ nguyên, ${sizeInWords(bytes)}.\nBacked up to ${at}: copied ${copied}, kept ${kept}, ${sizeInWords(bytes)}.\n`);
      for (const { key, fault } of faults) process.stderr.write(`${fault === 'missing' ? 'THIẾU / MISSING' : 'HỎNG / DAMAGED'} ${key}\n`);
      if (faultCount > 0) process.stderr.write(`${faultCount} tệp trong thư viện hỏng hoặc thiếu; phần còn lại đã được sao lưu.\n${faultCount} objects of the library are damaged or missing; the rest was backed up.\n`);
      for (const key of broken) process.stderr.write(`BẢN SAO HỎNG / DAMAGED COPY ${key}\n`);
      if (verified && broken.length === 0) process.stdout.write(`Đã đọc lại ${verified.objects} tệp: nguyên vẹn. / Read ${verified.objects} again: all as they were.\n`);
    }
    return faultCount + broken.length > 0 ? 1 : 0;
  } finally {
    await storage.close();
  }
});
