import type { Queries } from '../../storage/metadata/database.ts';
import { removeSetting, setting } from '../../storage/metadata/organisations.ts';

export interface LibraryMarks {
  /** The library was carried elsewhere; what is here is what was left. */
  movedTo: { at: string; to: string } | null;
  /** A restore or a move into it has begun and not ended. */
  arriving: { since: string } | null;
}

export async function marksOf(queries: Queries): Promise<LibraryMarks> {
  return { movedTo: await setting(queries, 'moved-to'), arriving: await setting(queries, 'arriving') };
}

/**
 * Why a library must not be started, in two languages; null where it may. Two copies that are both in use grow apart and cannot be put
 * together again, so the one that was left opens only when it is asked for by --again, which takes the mark away.
 */
export async function whyNotStart(queries: Queries, again: boolean): Promise<string | null> {
  const { movedTo, arriving } = await marksOf(queries);
  if (arriving) {
    return `Thư viện này đang được nạp dở (từ ${arriving.since}). Chạy lại lệnh restore hoặc move để hoàn tất.\nThis library was not filled to the end (begun ${arriving.since}). Run restore or move again to complete it.\n`;
  }
  if (!movedTo) return null;
  if (again) {
    await removeSetting(queries, 'moved-to');
    return null;
  }
  return `Thư viện này đã được chuyển đến ${movedTo.to} (${movedTo.at}). Để vẫn dùng bản ở đây: npm start -- --again\nThis library was moved to ${movedTo.to} (${movedTo.at}). To use the one here all the same: npm start -- --again\n`;
}

/** Settings that cannot be used: server/start.mjs does not start such a process again. */
const settingsFault = 2;

/** For a process of the library: ends it, saying why, when the library must not be started. */
export async function refuseIfLeft(queries: Queries, args: readonly string[] = process.argv): Promise<void> {
  const why = await whyNotStart(queries, args.includes('--again'));
  if (why === null) return;
  process.stderr.write(why);
  process.exit(settingsFault);
}
